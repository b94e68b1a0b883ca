"""Finds, judges and redacts: posts and entities, and the recogniser that finds them.

Names are loaded when they are first asked for, so that posts and types cost no onnxruntime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gaihe.serving.core.errors import PostError, SheetError
    from gaihe.serving.core.failures import TextsFailedError
    from gaihe.serving.core.post_scores import PostScores
    from gaihe.serving.core.posts import read_posts, write_posts
    from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post, Stance
    from gaihe.serving.model.model_file import ModelError
    from gaihe.serving.recognition.recognizer import Recognizer
    from gaihe.serving.verdict.judgement import judge
    from gaihe.serving.verdict.outcome import Verdict
    from gaihe.serving.verdict.policy import Policy, PolicyError, load_policy

__all__ = [
    "Entity",
    "EntityType",
    "Intent",
    "ModelError",
    "NoiseKind",
    "Policy",
    "PolicyError",
    "Post",
    "PostError",
    "PostScores",
    "Recognizer",
    "SheetError",
    "Stance",
    "TextsFailedError",
    "Verdict",
    "judge",
    "load_policy",
    "read_posts",
    "write_posts",
]

_MODULES = {
    "core.errors": ("PostError", "SheetError"),
    "core.failures": ("TextsFailedError",),
    "core.post_scores": ("PostScores",),
    "core.posts": ("read_posts", "write_posts"),
    "core.schema": ("Entity", "EntityType", "Intent", "NoiseKind", "Post", "Stance"),
    "model.model_file": ("ModelError",),
    "recognition.recognizer": ("Recognizer",),
    "verdict.judgement": ("judge",),
    "verdict.outcome": ("Verdict",),
    "verdict.policy": ("Policy", "PolicyError", "load_policy"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """The public names, from the modules that define them."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
