"""The backend of Label Studio, spoken to as Label Studio does, and held against Label Studio's own reading of a project."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from gaihe.integrations.label_studio.application import application
from gaihe.integrations.label_studio.backend import ProjectBackend
from gaihe.integrations.label_studio.configuration import read_configuration
from gaihe.integrations.label_studio.training import TrainingRuns
from gaihe.serving import Post, Recognizer, read_posts, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import PostError
from gaihe.serving.core.schema import EntityType
from gaihe.training.config import load_config
from starlette.testclient import TestClient

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
LABELS = '<Label value="{}"/>'
CONFIG = """<View><!-- labels of a moderation team -->
  <Labels name="tags" toName="post"><Label value="姓名"/><Label value="手机" predicted_values="PHONE,TEL"/>
    <Label value="address" alias="ADDRESS"/><Label value="阴阳怪气"/></Labels>
  <Text name="post" value="$content"/></View>"""
EVERY = f"""<View><Labels name="label" toName="text">{"".join(map(LABELS.format, EntityType))}</Labels>
  <Text name="text" value="$text"/></View>"""
POST = "就是她，张丽，电话13800138000，住麓山南路932号3栋502，邮箱zhangli@qq.com"


@pytest.fixture
def client(tmp_path):
    return TestClient(application(tmp_path))


def predict(client, texts, config=CONFIG, key="content"):
    tasks = [{"id": number, "data": {key: text}} for number, text in enumerate(texts)]
    body = {"tasks": tasks, "project": "7.1764374400", "label_config": config, "params": {"context": None}}
    answer = client.post("/predict", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def webhook(client, action, config=CONFIG, **body):
    return client.post("/webhook", json={"action": action, "project": {"id": 7, "label_config": config}, **body})


def annotated(number, text, *spans, annotation=None, **further):
    results = [
        {"from_name": "tags", "to_name": "post", "type": "labels",
         "value": {"start": start, "end": end, "text": text[start:end], "labels": [label]}}
        for start, end, label in spans
    ]  # fmt: skip
    own = {"id": annotation or 100 + number, "result": results, "was_cancelled": False}
    return {"task": {"id": number, "data": {"content": text}}, "annotation": own | further}


def test_predictions_have_the_spans_of_the_recogniser(client, texts, found):
    predictions = predict(client, texts, EVERY, "text")
    for prediction, entities in zip(predictions, found, strict=True):
        spans = [
            (r["value"]["start"], r["value"]["end"], *r["value"]["labels"], r["score"]) for r in prediction["result"]
        ]
        assert spans == [(e.start, e.end, e.type, e.score) for e in entities]
        assert prediction["score"] == min((e.score for e in entities), default=1)


def test_a_task_without_a_text_takes_no_prediction_from_the_others(client):
    empty, full = predict(client, [None, POST])
    assert (empty["result"], empty["score"]) == ([], 0)
    assert "张丽" in {result["value"]["text"] for result in full["result"]}


def test_tasks_that_all_lack_their_text_are_told_so(client):
    body = {"tasks": [{"id": 1, "data": {}}], "project": "7.1", "label_config": CONFIG}
    answer = client.post("/predict", json=body)
    assert (answer.status_code, "'content'" in answer.text) == (400, True)


@pytest.mark.parametrize(("config", "key"), [(CONFIG, "content"), (EVERY, "text")])
def test_label_studio_accepts_the_predictions(client, texts, config, key):
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface(config)
    for prediction in predict(client, [POST, *texts[:50]], config, key):
        assert interface.validate_prediction(prediction, return_errors=True) == []


def test_labels_are_those_of_the_project(client):
    (prediction,) = predict(client, [POST])
    assert [(r["from_name"], r["to_name"], r["value"]["labels"], r["value"]["text"]) for r in prediction["result"]] == [
        ("tags", "post", ["姓名"], "张丽"),
        ("tags", "post", ["手机"], "13800138000"),
        ("tags", "post", ["ADDRESS"], "麓山南路932号3栋502"),
    ]
    assert read_configuration(CONFIG).types["阴阳怪气"] is None


def test_a_hypertext_is_labelled_as_a_text_is(client):
    config = CONFIG.replace("Labels name", "HyperTextLabels name").replace("</Labels>", "</HyperTextLabels>")
    (prediction,) = predict(client, [POST], config.replace("<Text", "<HyperText"))
    first = prediction["result"][0]
    assert (first["type"], first["value"]["hypertextlabels"]) == ("hypertextlabels", ["姓名"])
    assert first["value"]["globalOffsets"] == {"start": 4, "end": 6}
    task = {"id": 1, "data": {"content": POST}}
    annotation = {"id": 2, "result": prediction["result"]}
    assert webhook(client, "ANNOTATION_CREATED", config, task=task, annotation=annotation).status_code < 300


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (None, "expected the labelling configuration"),
        ("<View>", "not XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + CONFIG, "expected the labelling configuration"),
        ('<View><Text name="text" value="$text"/></View>', "no Labels for a Text"),
        (CONFIG.replace("姓名", "a").replace("PHONE", "b").replace("ADDRESS", "c").replace("address", "d"), "no label"),
    ],
)
def test_other_configurations_are_refused(client, config, reason):
    with pytest.raises(PostError, match=reason):
        read_configuration(config)
    assert reason in client.post("/setup", json={"project": "7.1", "schema": config}).json()["error"]


def test_label_studio_connects(client):
    assert client.get("/health").json()["status"] == "UP"
    version = f"gaihe-{Recognizer.load().metadata.version}"
    assert client.post("/setup", json={"project": "7.17", "schema": CONFIG}).json() == {"model_version": version}
    assert client.request("GET", "/versions", json={"project": "7.17"}).json() == {"versions": [version]}


def test_bad_requests_are_named_without_their_texts(client):
    for body in (
        {},
        {"tasks": [], "label_config": CONFIG, "project": "../7"},
        {"tasks": [{"data": {"text": POST}}], "label_config": CONFIG, "project": 7},
    ):
        answer = client.post("/predict", json=body)
        assert answer.status_code == 400
        assert "张丽" not in answer.text
    assert client.post("/predict", content=b"[").status_code == 400
    assert webhook(client, "ANNOTATION_CREATED", task={"id": "../../x", "data": {}}).status_code == 400
    for wrong in ({"annotations": 5}, {"tasks": 5}, {"tasks": [{"id": True}]}, {"annotations": [{"id": 10**18}]}):
        assert webhook(client, "ANNOTATIONS_DELETED", **wrong).status_code == 400
    for number in ("9" * 400, True):
        assert client.post("/setup", json={"project": number, "schema": CONFIG}).status_code == 400


class Runs:
    """Runs that are told of and not begun."""

    def __init__(self):
        self.began = []

    def newest(self):
        return None

    def start(self, posts):
        self.began.append(
            [(post.text, [(e.start, e.end, e.type) for e in post.entities], post.types) for post in posts]
        )
        return f"run-{len(self.began)}"


def made(folder, runs, **settings):
    backend = ProjectBackend(folder, **settings)
    backend.runs = runs
    return backend


def test_what_was_annotated_is_trained_on(tmp_path):
    runs = Runs()
    client = TestClient(application(tmp_path, partial(made, runs=runs)))
    assert "no annotated task" in webhook(client, "START_TRAINING").json()["error"]
    webhook(client, "ANNOTATION_CREATED", **annotated(1, "张丽😀来了13800138000", (0, 2, "姓名"), (5, 16, "手机")))
    webhook(client, "ANNOTATION_CREATED", **annotated(2, "好的", (0, 2, "阴阳怪气")))
    webhook(client, "ANNOTATION_CREATED", **annotated(3, "王强来了", (0, 1, "姓名"), annotation=5))
    webhook(client, "ANNOTATION_UPDATED", **annotated(3, "王强来了", (0, 2, "姓名"), annotation=5))
    webhook(client, "ANNOTATION_CREATED", **annotated(4, "跳过", was_cancelled=True))
    webhook(client, "ANNOTATION_CREATED", **annotated(5, "李雷", (0, 2, "姓名"), annotation=77))
    webhook(client, "ANNOTATIONS_DELETED", annotations=[{"id": 77}])
    answer = webhook(client, "START_TRAINING")
    assert (answer.status_code, answer.json()) == (201, {"status": "ok", "result": {"job": "run-1"}})
    covered = (EntityType.NAME, EntityType.PHONE, EntityType.ADDRESS)
    assert runs.began == [
        [
            ("张丽😀来了13800138000", [(0, 2, "NAME"), (5, 16, "PHONE")], covered),
            ("好的", [], covered),
            ("王强来了", [(0, 2, "NAME")], covered),
        ]
    ]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.jsonl")} == {0o600}


def several(*pairs):
    """The body of a webhook on several annotations, each of which names its task."""
    return {
        "annotation": [pair["annotation"] | {"task": pair["task"]["id"]} for pair in pairs],
        "task": [pair["task"] for pair in reversed(pairs)],
    }


def test_annotations_made_of_predictions_are_kept(tmp_path):
    runs = Runs()
    client = TestClient(application(tmp_path, partial(made, runs=runs, train_after=3)))
    pairs = [annotated(number, f"张丽{number}", (0, 2, "姓名")) for number in range(4)]
    assert webhook(client, "ANNOTATIONS_CREATED", **several(*pairs)).json()["result"] == {"job": "run-1"}
    assert runs.began[0] == [
        (f"张丽{number}", [(0, 2, "NAME")], (EntityType.NAME, EntityType.PHONE, EntityType.ADDRESS))
        for number in range(4)
    ]
    gone = [{"id": pair["annotation"]["id"]} for pair in pairs[:3]]
    assert webhook(client, "ANNOTATIONS_DELETED", annotations=gone).status_code == 201
    assert [path.name for path in tmp_path.rglob("*.jsonl")] == ["3-103.jsonl"]


@pytest.mark.parametrize(
    "wrong",
    [{"id": 11, "data": {}}, {"id": "x", "data": {"content": "y"}}, {"id": {"id": 1}, "data": {"content": "y"}}],
)
def test_one_of_several_annotations_that_cannot_be_kept_costs_no_other(tmp_path, wrong):
    client = TestClient(application(tmp_path, partial(made, runs=Runs())))
    pairs = [annotated(number, f"张丽{number}", (0, 2, "姓名")) for number in range(3)]
    pairs[1]["task"] = wrong
    body = several(*pairs)
    body["annotation"].append({"id": 9, "task": 99, "result": []})
    assert webhook(client, "ANNOTATIONS_CREATED", **body).status_code == 400
    assert sorted(path.name for path in tmp_path.rglob("*.jsonl")) == ["0-100.jsonl", "2-102.jsonl"]
    assert "let it send its payload" in webhook(client, "ANNOTATIONS_CREATED").json()["error"]


def test_a_deleted_task_is_forgotten(tmp_path):
    client = TestClient(application(tmp_path, partial(made, runs=Runs())))
    for number in (1, 11, 2):
        assert webhook(client, "ANNOTATION_CREATED", **annotated(number, "张丽来了", (0, 2, "姓名"))).status_code == 201
    assert webhook(client, "TASKS_DELETED", tasks=[{"id": 1}, {"id": 2}]).status_code == 201
    assert [path.name for path in tmp_path.rglob("*.jsonl")] == ["11-111.jsonl"]


@pytest.mark.parametrize("name", ["readme", "1-1 (copy)", "._1-1", "True-2", "copy-2", f"{'9' * 30}-1"])
def test_foreign_files_beside_the_annotated_tasks_are_left_alone(tmp_path, name):
    runs = Runs()
    client = TestClient(application(tmp_path, partial(made, runs=runs, train_after=1)))
    foreign = tmp_path / "project-7" / "tasks" / f"{name}.jsonl"
    foreign.parent.mkdir(parents=True)
    foreign.touch()
    webhook(client, "ANNOTATION_CREATED", **annotated(1, "张丽来了", (0, 2, "姓名")))
    assert [[text for text, _, _ in posts] for posts in runs.began] == [["张丽来了"]]
    assert webhook(client, "ANNOTATIONS_DELETED", annotations=[{"id": 101}, {"id": 2}]).status_code == 201
    assert list(foreign.parent.iterdir()) == [foreign]


@pytest.mark.parametrize("number", [True, 10**18, -1])
def test_a_task_without_a_number_is_refused(tmp_path, number):
    client = TestClient(application(tmp_path, partial(made, runs=Runs())))
    assert webhook(client, "ANNOTATION_CREATED", **annotated(number, "张丽来了", annotation=2)).status_code == 400
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_a_web_page_cannot_begin_training(tmp_path):
    runs = Runs()
    client = TestClient(application(tmp_path, partial(made, runs=runs)))
    webhook(client, "ANNOTATION_CREATED", **annotated(1, "张丽来了", (0, 2, "姓名")))
    body = json.dumps({"action": "START_TRAINING", "project": {"id": 7, "label_config": CONFIG}})
    page = {"Origin": "https://elsewhere.example", "Content-Type": "text/plain"}
    assert client.post("/webhook", content=body, headers=page).status_code == 400
    assert runs.began == []


def test_training_begins_by_itself_after_so_many_tasks(tmp_path):
    runs = Runs()
    client = TestClient(application(tmp_path, partial(made, runs=runs, train_after=3)))
    jobs = [
        webhook(client, "ANNOTATION_CREATED", **annotated(n, "张丽", (0, 2, "姓名"))).json()["result"] for n in range(7)
    ]
    assert [job and job["job"] for job in jobs] == [None, None, "run-1", None, None, "run-2", None]
    assert list(map(len, runs.began)) == [3, 6]


def test_a_backend_that_is_started_again_counts_from_its_last_run(tmp_path):
    configuration = read_configuration(CONFIG)
    first = ProjectBackend(tmp_path)
    for number in range(3):
        first.fit("ANNOTATION_CREATED", annotated(number, "张丽", (0, 2, "姓名")), configuration)
    for name, posts in (("run-2", 1), ("run-10", 3)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        write_posts(islice(first.tasks.posts(), posts), tmp_path / "runs" / name / "posts.jsonl")
    runs = Runs()
    again = made(tmp_path, runs, train_after=2)
    for number in (3, 4):
        assert runs.began == []
        again.fit("ANNOTATION_CREATED", annotated(number, "张丽", (0, 2, "姓名")), configuration)
    assert list(map(len, runs.began)) == [5]


def test_runs_that_are_asked_for_at_one_time_are_one(tmp_path):
    runs = TrainingRuns(tmp_path, ["nothing=1"])

    def posts():
        time.sleep(0.2)
        yield Post("1", "张丽")

    with ThreadPoolExecutor(2) as pool:
        names = list(pool.map(lambda _: runs.start(posts()), range(2)))
    assert runs.wait() == 2
    assert sorted(names, key=str) == [None, "run-1"]


@pytest.mark.parametrize("name", ["标注", "a [b], {c}", "it's", "a\\"])
def test_a_run_reads_its_settings_in_any_folder(tmp_path, name):
    runs = TrainingRuns(tmp_path / name, ["model.base=nowhere"])
    runs.start([Post("1", "张丽")])
    assert runs.wait() == 2
    folder = tmp_path / name / "run-1"
    assert "nowhere" in (folder / "train.log").read_text(encoding="utf-8")
    config = load_config(runs._process.args[4:])
    assert (config.output, config.data.sources) == (str(folder / "outcome"), [str(folder / "posts.jsonl")])


def test_a_run_that_fails_is_told(tmp_path, caplog):
    runs = TrainingRuns(tmp_path, ["nothing=1"])
    runs.start([Post("1", "张丽")])
    assert runs.wait() == 2
    for _ in range(100):
        if caplog.messages:
            break
        time.sleep(0.05)
    assert caplog.messages == [f"a training run ended with exit code 2: see {tmp_path / 'run-1' / 'train.log'}"]


@pytest.mark.slow
def test_a_real_run_makes_the_next_predictions(tmp_path):
    small = [
        "data=tiny",
        "trainer=tiny",
        "distill=none",
        "export.tolerance=1.0",
        "export.calibrate=false",
        "data.train=30",
        "post_labels=none",
    ]
    overrides = [
        *small,
        "trainer.epochs=1",
        f"model.base={ROOT / 'models' / 'default'}",
        f"data.folder={tmp_path / 'data'}",
    ]
    backend = ProjectBackend(tmp_path / "7", overrides=overrides)
    configuration = read_configuration(CONFIG)
    for number in range(3):
        backend.fit("ANNOTATION_CREATED", annotated(number, "张丽来了", (0, 2, "姓名")), configuration)
    assert backend.fit("START_TRAINING", {}, configuration) == "run-1"
    assert backend.fit("START_TRAINING", {}, configuration) is None
    assert backend.runs.wait() == 0, (tmp_path / "7" / "runs" / "run-1" / "train.log").read_text()[-2000:]
    assert len(list(read_posts(tmp_path / "7" / "runs" / "run-1" / "posts.jsonl"))) == 3
    version, _ = backend.predict([{"data": {"content": POST}}], configuration)
    assert version == "run-1"
    assert "张丽" not in (tmp_path / "7" / "runs" / "run-1" / "train.log").read_text()
    assert json.loads((tmp_path / "7" / "runs" / "run-1" / "outcome" / "sources.json").read_text())


def test_the_command_refuses_what_cannot_be(tmp_path, capsys):
    assert main(["label-studio", "--folder", str(tmp_path), "--port", "70000"]) == 2
    assert main(["label-studio", "--folder", str(tmp_path), "--train-after", "-1"]) == 2
    assert main(["label-studio", "--folder", str(tmp_path), "--model", "absent.onnx"]) == 2
    assert "no model at absent.onnx" in capsys.readouterr().err
    assert main(["label-studio", "--folder", str(tmp_path), "--host", "\udcff"]) == 2
    assert "that is no address" in capsys.readouterr().err


def test_the_command_refuses_a_folder_that_cannot_be_used_and_a_port_that_is_taken(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("file", "file/below"):
            assert main(["label-studio", "--folder", str(tmp_path / name), "--port", str(port)]) == 2
            assert f"cannot keep annotations in {tmp_path / name}: " in capsys.readouterr().err
        assert main(["label-studio", "--folder", str(tmp_path / "new"), "--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in capsys.readouterr().err
    assert list((tmp_path / "new").iterdir()) == []
