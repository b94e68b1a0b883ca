"""The examples of the OpenAPI document: ``python -m tests.serving.http.example_requests`` writes what a service answers."""

import json
from pathlib import Path

from tests.serving.http.served import serving

FILE = Path(__file__).parents[3] / "serving" / "http" / "examples.json"
_KEY = "a secret of the caller, 32 bytes"
REQUESTS = {
    "detect": {
        "one": ("A text", {"text": "张丽，电话一三八00138000", "data_id": "post-7"}),
        "several": (
            "Several texts, telephone numbers alone, with a threshold of one's own",
            {"texts": ["加我微信 zhangli_88", "手机号1️⃣3️⃣8️⃣00138000"], "types": ["PHONE", "WECHAT"], "threshold": 0.2},
        ),
        "nothing": ("A text without personal data", {"text": "今天天气真好", "operating_point": "high_recall"}),
    },
    "judge": {
        "exposure": ("Somebody is exposed", {"text": "就是她，张丽，电话13800138000，大家去骂她", "policy": "strict"}),
        "harmless": ("Nobody is", {"texts": ["今天天气真好"], "data_ids": ["a-1"]}),
    },
    "redact": {
        "labels": ("Labels", {"text": "张丽，电话一三八00138000"}),
        "masks": ("A policy of one's own", {"text": "张丽，电话13800138000", "policy": {"operator": "mask"}}),
        "pseudonyms": (
            "Pseudonyms for a language model, the same for the same key",
            {"text": "给张丽回电话13800138000", "policy": "llm", "key": _KEY},
        ),
    },
}


def examples(ask):
    """The examples, answered by ``ask(path, body)``; one restores what another redacted."""
    found = {
        action: {name: _answered(ask, action, summary, body) for name, (summary, body) in requests.items()}
        for action, requests in REQUESTS.items()
    }
    answer = found["redact"]["pseudonyms"]["response"]
    body = {"text": f"好的：{answer['text']}。", "mapping": answer["mapping"]}
    return found | {"restore": {"pseudonyms": _answered(ask, "restore", "An answer that kept the pseudonyms", body)}}


def _answered(ask, action, summary, body):
    status, _, answer = ask(f"/v1/{action}", body)
    assert status == 200, answer
    return {"summary": summary, "request": body, "response": answer}


if __name__ == "__main__":
    if not FILE.exists():
        FILE.write_text("{}\n", encoding="utf-8")
    with serving() as service:
        FILE.write_text(json.dumps(examples(service.ask), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
