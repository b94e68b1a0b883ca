import json

from gaihe.serving import read_posts, write_posts
from gaihe.serving.cli import main
from gaihe.serving.schema import Entity, EntityType, Post
from gaihe.training.metrics import SpanScorer


def test_a_benchmark_scores_the_file_and_keeps_every_prediction(tmp_path, capsys):
    text = "手机号13800138000"
    good = Post("1", text, (Entity(3, 14, EntityType.PHONE, "13800138000"),))
    posts = [good, Post("2", "今天天气真好")]
    write_posts(posts, tmp_path / "mine.jsonl")
    assert main(["benchmark", "--posts", str(tmp_path / "mine.jsonl"), "--output", str(tmp_path / "out")]) == 0
    assert "mine" in capsys.readouterr().out
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["mine"]
    found = {}
    for line in (tmp_path / "out" / "mine.predictions.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found[record["id"]] = [
            Entity(e["start"], e["end"], EntityType(e["type"]), e["text"]) for e in record["entities"]
        ]
    scorer = SpanScorer()
    for post in read_posts(tmp_path / "mine.jsonl"):
        scorer.add(post, found[post.id])
    again = scorer.report()
    assert {key: report[key] for key in again} == json.loads(json.dumps(again))
    assert report["overall"]["f1"] == report["seqeval"]["micro avg"]["f1-score"] == 1.0


def test_the_gold_posts_are_the_default(tmp_path):
    assert main(["benchmark", "--output", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["gold_validation"]["posts"] + report["gold_test"]["posts"] >= 500


def test_files_of_one_name_are_refused(tmp_path, capsys):
    words = ["benchmark", "--posts", "a/x.jsonl", "--posts", "b/x.jsonl", "--output", str(tmp_path)]
    assert main(words) == 2
    assert "different names" in capsys.readouterr().err
