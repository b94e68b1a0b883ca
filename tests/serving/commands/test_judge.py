import json
from datetime import date

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.model.model_file import default_model
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import load_policy

from tests.serving.post_models import write_post_model
from tests.serving.verdict.marked import sure

POST = "骗子李国强，电话13500052619，一人打一个"


@pytest.fixture
def with_head(monkeypatch):
    """The released model finds the spans; what a head for posts would say is given."""
    monkeypatch.setattr(Recognizer, "scores_of", lambda self, reading: sure("third_party", "inciting"))


def test_a_text_is_shown_with_its_verdict(with_head, capsys):
    assert main(["judge", POST]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(
        "level 4 非常严重 grave  block  score 100\nexposure/contact  intent third_party  stance inciting\n"
    )
    assert "第十条" in shown and "no legal advice" in shown


def test_a_file_gives_one_line_a_post_with_evidence_on_demand(with_head, tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"id": f"p{place}", "text": POST}) + "\n" for place in range(3)))
    assert main(["judge", "--input", str(source), "--output", str(target)]) == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["p0", "p1", "p2"]
    assert set(rows[0]) == {"id", "verdict", "entities"}
    assert [entity["type"] for entity in rows[0]["entities"]] == ["NAME", "PHONE"]
    words = ["judge", "--input", str(source), "--output", str(target), "--policy", "strict", "--evidence"]
    assert main(words) == 0
    row = json.loads(target.read_text(encoding="utf-8").splitlines()[0])
    assert row["evidence"]["verdict"] == row["verdict"]
    assert row["verdict"]["policy"]["name"] == "strict"
    assert set(row["evidence"]["model"]) == {"version", "digest", "operating_point", "threshold"}
    assert row["evidence"]["model"]["digest"] == default_model().read_bytes()[-64:].decode()


def test_judging_many_texts_is_judging_each(with_head):
    recognizer = Recognizer.load()
    texts = [POST, "", "今天天气真好"]
    assert recognizer.judge_batch(texts, threads=1) == [recognizer.judge(text) for text in texts]


def test_a_model_without_post_labels_and_a_wrong_policy_end_with_2(capsys, tmp_path):
    assert main(["judge", POST, "--policy", "absent.toml"]) == 2
    assert "cannot read the policy absent.toml" in capsys.readouterr().err
    if Recognizer.load().metadata.posts is None:
        assert main(["judge", POST]) == 2
        assert "no labels of whole posts" in capsys.readouterr().err


def test_a_model_with_a_head_judges_in_one_pass_what_the_function_judges(tmp_path, capsys):
    model = str(write_post_model(tmp_path / "posts.onnx"))
    recognizer = Recognizer.load(model)
    today = date(2026, 5, 1)
    expected = judge(POST, recognizer.detect(POST), recognizer.post_scores(POST), load_policy("strict"), today)
    assert recognizer.judge(POST, "strict", today) == expected
    assert main(["judge", POST, "--policy", "strict", "--model", model]) == 0
    assert capsys.readouterr().out.startswith(f"level {expected.level} ")
