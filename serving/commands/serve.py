"""The command ``gaihe serve``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gaihe.serving.core.errors import CommandError
from gaihe.serving.recognition.recognizer import Recognizer


def serve(words: Sequence[str]) -> None:
    """``gaihe serve [--host H] [--port P] [--model FILE.onnx]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe serve",
        description='Answer POST /detect and /redact with {"texts": [...]}, and GET /health.',
        epilog='example: curl -s localhost:8000/detect -d \'{"texts": ["张丽，电话一三八00138000"]}\'',
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="port (default: 8000)")
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    arguments = parser.parse_args(words)

    import uvicorn
    from gaihe.serving.http.application import application

    if not 0 <= arguments.port <= 65535:
        raise CommandError(f"--port must lie between 0 and 65535, not {arguments.port}")
    uvicorn.run(application(Recognizer.load(arguments.model)), host=arguments.host, port=arguments.port)
