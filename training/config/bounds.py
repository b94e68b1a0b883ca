"""Between which values the numbers of a configuration must lie."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from operator import attrgetter
from typing import NamedTuple

from gaihe.training.config.schema import Config, ConfigError, HeadConfig, PretrainConfig


class Bounds(NamedTuple):
    """What a number may be.

    Attributes:
        words: what it must do, as an error says it.
        lowest: the lower end.
        highest: the upper end.
        with_lowest: whether the lower end itself is accepted.
        with_highest: whether the upper end itself is.
    """

    words: str
    lowest: float
    highest: float = inf
    with_lowest: bool = True
    with_highest: bool = False

    def hold(self, value: float) -> bool:
        """Whether a value lies within; what is not a number does not, nor what is infinite."""
        above = value > self.lowest or (self.with_lowest and value == self.lowest)
        return above and (value < self.highest or (self.with_highest and value == self.highest))


_COUNT = Bounds("be at least 1", 1)
_NOT_NEGATIVE = Bounds("be at least 0", 0)
_SEED = Bounds("be at least 0 and below 2**32", 0, 2**32)
_FINITE = Bounds("be at least 0 and finite", 0)
_POSITIVE = Bounds("be above 0 and finite", 0, with_lowest=False)
_BELOW_ONE = Bounds("be at least 0 and below 1", 0, 1)
_SHARE = Bounds("lie between 0 and 1", 0, 1, with_highest=True)
_WITHIN = Bounds("lie between 0 and 1", 0, 1, with_lowest=False)
BOUNDS: Mapping[type[Config | HeadConfig | PretrainConfig], Mapping[str, Bounds]] = {
    Config: {
        "seed": _SEED,
        **dict.fromkeys(("data.train", "data.validation", "data.test"), _COUNT),
        **dict.fromkeys(("data.seed", "data.workers", "data.written"), _NOT_NEGATIVE),
        **dict.fromkeys(("data.noise", "data.clean"), _SHARE),
        "model.dropout": _BELOW_ONE,
        **dict.fromkeys(("trainer.epochs", "trainer.weight_decay"), _FINITE),
        **dict.fromkeys(("trainer.learning_rate", "trainer.head_factor", "trainer.layer_decay"), _POSITIVE),
        "trainer.warmup": _BELOW_ONE,
        **dict.fromkeys(
            [f"trainer.{name}" for name in ("batch_size", "log_steps", "eval_steps", "save_steps", "checkpoints")],
            _COUNT,
        ),
        **dict.fromkeys(("post_labels.weight", "post_labels.dropout"), _BELOW_ONE),
        "post_labels.width": _COUNT,
        "post_labels.ngrams": _FINITE,
        "distill.weight": _SHARE,
        "distill.temperature": _POSITIVE,
        **dict.fromkeys(("export.tolerance", "export.logit_tolerance"), _FINITE),
    },
    HeadConfig: {
        "dropout": _BELOW_ONE,
        "learning_rate": _POSITIVE,
        **dict.fromkeys(("width", "epochs", "patience"), _COUNT),
        "seed": _SEED,
        **dict.fromkeys(("weight_decay", "ngrams"), _FINITE),
    },
    PretrainConfig: {
        "masked": _WITHIN,
        "learning_rate": _POSITIVE,
        **dict.fromkeys(("dropout", "warmup"), _BELOW_ONE),
        **dict.fromkeys(("held_out", "block", "batch_size", "log_steps", "save_steps", "checkpoints"), _COUNT),
        "seed": _SEED,
        "workers": _NOT_NEGATIVE,
        **dict.fromkeys(("epochs", "weight_decay", "masked_weight"), _FINITE),
    },
}
"""The keys of each configuration that have bounds."""


def check_bounds(config: Config | HeadConfig | PretrainConfig) -> None:
    """Hold the numbers of a configuration against their bounds.

    Raises:
        ConfigError: one lies beyond them.
    """
    for key, bounds in BOUNDS[type(config)].items():
        if not bounds.hold(value := attrgetter(key)(config)):
            raise ConfigError(f"{key} must {bounds.words}, not {value}")
