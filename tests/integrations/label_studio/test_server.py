"""A real Label Studio with our backend: predictions, what its page shows of them, annotations, training.

Label Studio lives in an environment of its own, for its versions are not ours::

    python3 -m venv /tmp/label-studio && /tmp/label-studio/bin/pip install label-studio
    GAIHE_LABEL_STUDIO=/tmp/label-studio/bin/label-studio make test-all ARGS=tests/integrations/label_studio
"""

import sys
import time
from pathlib import Path

import httpx
import pytest
from gaihe.integrations.texts import loaded
from gaihe.serving import read_posts
from gaihe.serving.core.schema import EntityType

from tests.browser import chromium
from tests.integrations.label_studio import server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        server.executable() is None, reason="no label-studio on the path, none named by GAIHE_LABEL_STUDIO"
    ),
]

ROOT = Path(__file__).parents[3]
CONFIG = f"""<View><Labels name="label" toName="text">{"".join(f'<Label value="{kind}"/>' for kind in EntityType)}</Labels>
  <Text name="text" value="$text"/></View>"""
EMOJI = "🐟😀就是她👩‍👩‍👧，张丽💔，电话138💔0013💔8000🀄，𠮷祥里小区3栋502，她男人叫李雷"
TINY = ("data=tiny", "data.train=60", "trainer=tiny", "distill=none", "export.tolerance=1.0", "export.calibrate=false")


@pytest.fixture(scope="module")
def posts(texts):
    return [EMOJI, *texts[:999]]


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    with server.label_studio(tmp_path_factory.mktemp("label_studio")) as started:
        yield started


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    """Its address, and its folder."""
    folder, port = tmp_path_factory.mktemp("annotated"), server.free_port()
    command = [sys.executable, "-m", "gaihe.serving", "label-studio", "--folder", str(folder), "--port", str(port)]
    command += ["--train-after", "2", *TINY, f"data.folder={folder / 'data'}"]
    command += [f"model.base={ROOT / 'models' / 'default'}"]
    with server.started(command, folder / "backend.log", f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}", folder


@pytest.fixture(scope="module")
def project(studio, backend, posts):
    """The project's number, and its tasks in the order of the posts, with predictions for all."""
    _, api = studio
    number = api.post("/api/projects/", {"title": "posts", "label_config": CONFIG})["id"]
    api.post(f"/api/projects/{number}/import", [{"data": {"text": post, "number": n}} for n, post in enumerate(posts)])
    connected = api.post("/api/ml/", {"project": number, "url": backend[0], "title": "gaihe"})
    assert connected["state"] == "CO", connected
    everything = {"selectedItems": {"all": True, "excluded": []}}
    api.post("/api/dm/actions/", everything, id="retrieve_tasks_predictions", project=number)
    tasks = api.get("/api/tasks/", project=number, page_size=2000, fields="all")["tasks"]
    return number, sorted(tasks, key=lambda task: task["data"]["number"])


def test_predictions_are_the_spans_of_the_recogniser(project, posts):
    _, tasks = project
    assert [task["data"]["text"] for task in tasks] == posts
    for task, entities in zip(tasks, loaded().detect_batch(posts), strict=True):
        (prediction,) = task["predictions"]
        values = [(result["value"], result["score"]) for result in prediction["result"]]
        assert [(value["start"], value["end"], *value["labels"], value["text"], score) for value, score in values] == [
            (e.start, e.end, e.type, e.text, e.score) for e in entities
        ]
        assert prediction["score"] == pytest.approx(min((e.score for e in entities), default=1))


def test_the_page_shows_the_spans(studio, project, posts):
    (address, _), (number, tasks) = studio, project
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/user/login/")
        page.locator("input[name=email]").fill(server.EMAIL)
        page.locator("input[name=password]").fill(server.PASSWORD)
        page.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(f"{address}/projects/{number}/data?task={tasks[0]['id']}")
        page.locator(".htx-highlight").first.wait_for()
        shown = page.locator(".htx-highlight").all_text_contents()
        assert [text.strip() for text in shown] == [entity.text for entity in loaded().detect(posts[0])]


def test_annotations_reach_the_backend_and_begin_a_run(studio, backend, project, posts):
    (_, api), (address, folder), (number, tasks) = studio, backend, project
    for task in tasks[:2]:
        result = task["predictions"][0]["result"]
        api.post(f"/api/tasks/{task['id']}/annotations/", {"result": result})
    run = folder / f"project-{number}" / "runs" / "run-1"
    kept = run / "posts.jsonl"
    waited_for(kept.is_file)
    assert [post.text for post in read_posts(kept)] == posts[:2]
    assert [[(e.start, e.end, e.type) for e in post.entities] for post in read_posts(kept)] == [
        [(r["value"]["start"], r["value"]["end"], *r["value"]["labels"]) for r in task["predictions"][0]["result"]]
        for task in tasks[:2]
    ]
    waited_for(lambda: httpx.get(f"{address}/versions", params={"project": number}).json() == {"versions": ["run-1"]})
    assert "张丽" not in (run / "train.log").read_text() + (folder / "backend.log").read_text()
    api.post("/api/dm/actions/", chosen(tasks[2]), id="retrieve_tasks_predictions", project=number)
    predictions = api.get(f"/api/tasks/{tasks[2]['id']}/")["predictions"]
    assert {prediction["model_version"] for prediction in predictions} >= {"run-1"}


def chosen(task):
    return {"selectedItems": {"all": False, "included": [task["id"]]}}


def waited_for(happened):
    deadline = time.monotonic() + server.STARTS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.5)
