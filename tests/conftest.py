"""No test asks a model hub or reports home: set before anything imports what would. None fails for a busy machine."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# What CI tries is the same every time; elsewhere each run tries other examples.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

LONGEST = (
    "scale/test_cluster_commands.py",
    "serving/http/test_faults.py",
    "training/test_pipeline.py",
    "training/test_processes.py",
    "test_social_credit.py",
    "integrations/label_studio/test_backend.py",
    "serving/redaction/test_redactor.py",
    "serving/http/test_processes.py",
    "training/reports/model_card/test_card.py",
    "fuzz/test_fuzz.py",
    "docs/test_walk.py",
    "training/audit/test_folds.py",
    "serving/http/page/test_looks.py",
    "serving/test_linear_time.py",
)
"""Files that begin first, so that no process is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files forward; within a file and among all others the order stays."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes are called by their argument: such as gzip makes hold the time, and workers must agree on names."""
    return argname if isinstance(val, bytes) and len(val) > 40 else None
