"""Gaihe's ground floor: posts and entities, and the recogniser that finds them."""

from gaihe.serving.core.posts import PostError, read_posts, write_posts
from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post
from gaihe.serving.model_file import ModelError
from gaihe.serving.recognizer import Recognizer

__all__ = [
    "Entity",
    "EntityType",
    "Intent",
    "ModelError",
    "NoiseKind",
    "Post",
    "PostError",
    "Recognizer",
    "read_posts",
    "write_posts",
]
