import json

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import BUILT_IN, EntityType, NoiseKind, Post
from gaihe.training.reports.benchmark.sets import SetFacts, gold_sets, open_sets

from tests.serving.installed import on_path, write_package

GOOD = {"id": "a", "text": "张丽在此", "entities": [{"start": 0, "end": 2, "type": "NAME"}]}


def write(path, *records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("record", "line", "reason"),
    [
        (GOOD, 2, "the id 'a' stands already in"),
        (GOOD | {"id": "b", "entities": [{"start": 0, "end": 9, "type": "NAME"}]}, 2, "do not fit a text of 4"),
        (GOOD | {"id": "b", "entities": [{"start": 0, "end": 2, "type": "NOM"}]}, 2, "unknown entity type 'NOM'"),
        (
            GOOD | {"id": "b", "entities": [{"start": 0, "end": 2, "type": "NAME", "text": "李四"}]},
            2,
            "text is not what [0, 2)",
        ),
        ({"id": "b", "text": "张丽"}, 2, "the post has no 'entities', so it is not annotated"),
        (GOOD | {"id": "b", "types": ["PHONE"]}, 2, "'types' names only PHONE"),
    ],
)
def test_bad_posts_are_named_with_file_and_line(record, line, reason, tmp_path, capsys):
    path = write(tmp_path / "mine.jsonl", GOOD, record)
    assert main(["benchmark", "--posts", path, "--output", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err
    assert f"{path}, line {line}:" in message
    assert reason in message
    assert not (tmp_path / "out" / "report.html").exists()


def test_an_id_in_two_files_is_refused_with_both_places(tmp_path):
    first = write(tmp_path / "a.jsonl", GOOD | {"id": "x"}, GOOD)
    second = write(tmp_path / "b.jsonl", GOOD)
    with pytest.raises(PostError, match=r"b\.jsonl, line 1: the id 'a' stands already in .*a\.jsonl, line 2"):
        open_sets([first, second])


def test_an_id_of_a_gold_post_is_refused_beside_the_gold_posts(tmp_path, capsys):
    gold = gold_sets()
    for taken in (next(gold[0].read()).id, gold[1].also_judged[0].id):
        path = write(tmp_path / "mine.jsonl", GOOD, GOOD | {"id": taken})
        assert len(open_sets([path])) == 1
        assert main(["benchmark", "--gold", "--posts", path, "--output", str(tmp_path / "out")]) == 2
        assert f"{path}, line 2: the id {taken!r} stands already in gold_" in capsys.readouterr().err


def test_a_file_without_posts_standard_input_and_files_of_one_name_are_refused(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(PostError, match=r"empty\.jsonl, line 1: the file holds no posts"):
        open_sets([str(tmp_path / "empty.jsonl")])
    with pytest.raises(PostError, match="give a file"):
        open_sets(["-"])
    with pytest.raises(PostError, match="different names"):
        open_sets(["a/x.jsonl", "b/x.jsonl"])


def test_the_gold_posts_say_nothing_of_a_type_of_ones_own(tmp_path):
    with on_path(write_package(tmp_path, "CAT = cats:SHEET")):
        assert EntityType("CAT") in tuple(EntityType)
        for posts in gold_sets():
            assert posts.types == BUILT_IN
            assert all(post.types == BUILT_IN for post in posts.read())


def test_every_post_is_in_one_group_by_length_and_in_each_of_its_noise_kinds():
    facts = SetFacts()
    for length in (0, 19, 20, 499, 500, 3000):
        facts.add(Post("1", "字" * length, noise=(NoiseKind.MASKED, NoiseKind.PINYIN), scene="rent"))
    facts.add(Post("2", "字", types=(EntityType.NAME,)))
    groups = facts.groups()
    assert sum(mask for _, mask in groups["length"]).tolist() == [1] * 7
    assert [(name, int(mask.sum())) for name, mask in groups["noise"]] == [("none", 1), ("pinyin", 6), ("masked", 6)]
    assert [(name, int(mask.sum())) for name, mask in groups["scene"]] == [("rent", 6)]
    assert groups["intent"] == []
