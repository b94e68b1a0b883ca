"""What takes the place of personal data."""

from gaihe.serving.redaction.erasure import erase
from gaihe.serving.redaction.operators import Operator
from gaihe.serving.redaction.policy import REDACTION_PRESETS, RedactionPolicy, load_redaction_policy, redaction_policy
from gaihe.serving.redaction.pseudonyms import MappingError, Pseudonym, PseudonymMap, restore
from gaihe.serving.redaction.redact import Redaction, redact
from gaihe.serving.redaction.redactor import Redactor
from gaihe.serving.redaction.sealing import seal, unseal
from gaihe.serving.redaction.spans import RedactedSpan
from gaihe.serving.redaction.streams import StreamRedactor, StreamRestorer

__all__ = [
    "REDACTION_PRESETS",
    "MappingError",
    "Operator",
    "Pseudonym",
    "PseudonymMap",
    "RedactedSpan",
    "Redaction",
    "RedactionPolicy",
    "Redactor",
    "StreamRedactor",
    "StreamRestorer",
    "erase",
    "load_redaction_policy",
    "redact",
    "redaction_policy",
    "restore",
    "seal",
    "unseal",
]
