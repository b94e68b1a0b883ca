"""onnxruntime with its telemetry switched off; whatever needs onnxruntime takes it from here.

From version 1.29 on, its Linux and macOS builds write a device id and a database of events below the home directory
and send them to a collector (https://github.com/microsoft/onnxruntime/pull/27379). ``ORT_DISABLE_TELEMETRY=1`` prevents
all of that, if it is set before onnxruntime is loaded; earlier versions, and Windows, know the call alone.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
