"""No test asks a model hub or reports home: set before anything imports what would. None fails for a busy machine."""

import os

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
