"""The service on Ray Serve: a model changes under load, and no request fails."""

import asyncio
import socket

import httpx
import pytest
from gaihe.serving.core.errors import CommandError
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer

from tests.serving.model_files import write_model

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow
TEXT = "张丽，电话一三八00138000"


@pytest.fixture
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    from ray import serve

    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, object_store_memory=128 << 20)
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    yield f"http://127.0.0.1:{port}"
    serve.shutdown()
    ray.shutdown()


def test_a_new_model_takes_over_under_load(address, tmp_path):
    from gaihe.scale.serve import app
    from ray import serve

    other = write_model(tmp_path / "other.onnx", {"gaihe.version": "9.9-test"})
    sizes = {"min_replicas": 2, "max_replicas": 2}
    serve.run(app(sizes))
    answers, versions = [], []

    async def ask(client, ending):
        while not ending.is_set():
            answer = await client.post("/v1/detect", json={"text": TEXT})
            answers.append((answer.status_code, answer.json().get("entities")))

    async def look(client, version, replicas):
        """Until so many answers in a row come from a version."""
        row = 0
        while row < replicas:
            versions.append((await client.get("/readyz")).json()["model"]["version"])
            row = row + 1 if versions[-1] == version else 0
            await asyncio.sleep(0.05)

    async def load():
        ending = asyncio.Event()
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            asking = [asyncio.ensure_future(ask(client, ending)) for _ in range(8)]
            await asyncio.sleep(1)
            await asyncio.to_thread(serve.run, app({**sizes, "model": str(other)}))
            await look(client, "9.9-test", 12)
            with pytest.raises(CommandError, match="absent.toml"):
                app({**sizes, "policies": [str(tmp_path / "absent.toml")]})
            ending.set()
            await asyncio.gather(*asking)

    asyncio.run(load())
    wanted = [detection_record(entity) for entity in Recognizer.load().detect(TEXT)]
    assert len(answers) > 50
    assert {status for status, _ in answers} == {200}
    assert all(entities == wanted for _, entities in answers)
    assert versions[-1] == "9.9-test"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_replicas": "many"}, "max_replicas must be a whole number above 0, not 'many'"),
        ({"min_replicas": "1.5"}, "min_replicas must be a whole number above 0, not '1.5'"),
        ({"open_requests": "nan"}, "open_requests must be a number above 0, not 'nan'"),
        ({"min_replicas": "5"}, "max_replicas is 4, which is less than min_replicas, 5"),
        ({"model": 7}, "model must be the path of a file, not int"),
        ({"policies": 7}, "policies must be a list of texts, or texts apart by commas"),
        ({"hosts": [7]}, "hosts must be a list of texts, or texts apart by commas"),
        ({"modell": "x"}, "unknown 'modell'; known: model, "),
    ],
)
def test_values_that_cannot_be_used_are_refused_in_words(given, message):
    from gaihe.scale.serve import app

    with pytest.raises(CommandError, match=message):
        app(given)
