"""No test asks a model hub: set before anything imports it."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
