"""No test asks a model hub or reports home: set before anything imports what would."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
