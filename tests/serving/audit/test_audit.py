"""Errors that were planted are found first, shown, decided and corrected."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Recognizer, read_posts, write_posts
from gaihe.serving.audit.decisions import Choice, Decision, decided
from gaihe.serving.audit.suspects import ranked
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType, Post
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.browser import chromium
from tests.serving.model_files import write_model

RECOGNIZER = Recognizer.load()
ERRORS = ("missing", "type", "boundary", "spurious")


def planted(posts, count, seed):
    """The posts with errors, and where these are: ``(id, start, end)``."""
    drawn = random.Random(seed)
    places = [(number, entity) for number, post in enumerate(posts) for entity in post.entities]
    chosen = drawn.sample(places, count)
    faulty, faults = {number: list(posts[number].entities) for number, _ in chosen}, []
    for turn, (number, entity) in enumerate(chosen):
        kind, text, entities = ERRORS[turn % 4], posts[number].text, faulty[number]
        if kind == "missing":
            entities.remove(entity)
        elif kind == "type":
            entities[entities.index(entity)] = replace(
                entity, type=drawn.choice([t for t in BUILT_IN if t != entity.type])
            )
        elif kind == "boundary":
            cut = drawn.choice([(1, 0), (0, 1)]) if entity.end - entity.start > 1 else (0, 0)
            start, end = entity.start + cut[0], entity.end - cut[1]
            if cut == (0, 0):
                entities.remove(entity)
            else:
                entities[entities.index(entity)] = replace(entity, start=start, end=end, text=text[start:end])
        else:
            taken = {place for other in [*entities, *posts[number].entities] for place in range(other.start, other.end)}
            free = [
                place
                for place in range(len(text) - 3)
                if not taken & set(range(place, place + 3)) and text[place : place + 3].strip()
            ]
            start = drawn.choice(free) if free else None
            if start is None:
                entities.remove(entity)
            else:
                entity = Entity(start, start + 3, drawn.choice(BUILT_IN), text[start : start + 3])
                entities.append(entity)
        faults.append((posts[number].id, entity.start, entity.end))
    return [
        replace(post, entities=tuple(sorted(faulty.get(number, post.entities), key=lambda e: e.start)))
        for number, post in enumerate(posts)
    ], faults


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_errors_are_among_the_first_places(seed):
    posts, faults = planted([*gold_posts(Split.VALIDATION), *gold_posts(Split.TEST)], 200, seed)
    first = ranked(posts, RECOGNIZER)[:400]
    found = sum(any(s.post == post and s.start < end and start < s.end for s in first) for post, start, end in faults)
    assert found >= 160, f"{found} of 200 planted errors are among the first 400 places"


def test_a_right_span_is_not_doubted_and_wrong_ones_are_explained():
    text = "就是她，张丽，电话13800138000，工号088417"
    name, phone = Entity(4, 6, EntityType.NAME, "张丽"), Entity(9, 20, EntityType.PHONE, "13800138000")
    wrong = replace(name, end=5, text="张")
    places = ranked([Post("1", text, (wrong, phone))], RECOGNIZER)
    assert [(p.start, p.end, p.score < 0.5) for p in places][-1] == (9, 20, False)
    (cut,) = (place for place in places if place.start == 4)
    assert (cut.end, cut.annotated, cut.proposed, cut.score < 0.5) == (6, (wrong,), (name,), True)
    assert all(
        place.end <= 20
        for place in ranked([Post("1", text, (name, phone), types=(EntityType.NAME, EntityType.PHONE))], RECOGNIZER)
    )


def test_places_stand_in_the_text_with_its_invisible_characters():
    text = "电\u200b话1380\u200b0138000，张丽"
    (place, *_) = ranked([Post("1", text)], RECOGNIZER)
    assert {text[p.start : p.end] for p in ranked([Post("1", text)], RECOGNIZER)} == {"1380\u200b0138000", "张丽"}
    assert place.annotated == ()
    assert ranked([Post("1", ""), Post("2", "\u200b")], RECOGNIZER) == []


PIECES = st.lists(
    st.sampled_from(["张丽", "小红❤\ufe0f", "13800138000", "\u200b", " ", "    ", "，", "在", "\u00ad"]), max_size=8
)
CUTS = st.lists(st.integers(0, 40), unique=True, max_size=6).map(sorted)


def written(place):
    """A place as `gaihe audit` writes it and reads it again, with a decision to keep what is annotated."""
    record = json.loads(json_line(place.record()))
    return Decision(record["start"], record["end"], Choice.ANNOTATED, record["annotated"], record["proposed"])


@settings(max_examples=40, deadline=None)
@given(PIECES, CUTS, st.lists(st.sampled_from(BUILT_IN), min_size=3, max_size=3))
@example(["在", "小红❤\ufe0f", "，"], [1, 5], [EntityType.NAME] * 3)
@example(["\u200b", "张丽", "\u200b"], [0, 4], [EntityType.NAME] * 3)
@example(["张", "\u200b", "丽"], [1, 2], [EntityType.NAME] * 3)
@example(["1380", "    ", "0138000"], [5, 7], [EntityType.PHONE] * 3)
def test_any_annotation_can_be_kept(pieces, cuts, kinds):
    text = "".join(pieces)
    edges = zip(cuts[::2], cuts[1::2], kinds, strict=False)
    spans = tuple(Entity(start, end, kind, text[start:end]) for start, end, kind in edges if end <= len(text))
    post = Post("1", text, spans)
    decisions = [written(place) for place in ranked([post], RECOGNIZER)]
    assert list(decided([post], {"1": decisions} if decisions else {})) == [post]


def test_a_span_that_ends_with_an_invisible_character_is_shown_and_decided_as_it_stands():
    text = "就是小红❤\ufe0f，电话13800138000"
    name = Entity(2, 6, EntityType.NAME, "小红❤\ufe0f")
    post = Post("1", text, (name,))
    (place,) = (place for place in ranked([post], RECOGNIZER) if place.annotated)
    assert place.annotated == (name,)
    (emptied,) = decided([post], {"1": [replace(written(place), choice=Choice.NOTHING)]})
    assert emptied == replace(post, entities=())


def test_decisions_come_back_into_the_posts(tmp_path, capsys):
    post = Post("1", "就是她，张丽，电话13800138000，李雷</script>", (Entity(4, 5, EntityType.NAME, "张"),), scene="x")
    mine, doubted, page, fixed = (
        str(tmp_path / name) for name in ("mine.jsonl", "doubted.jsonl", "p.html", "fixed.jsonl")
    )
    write_posts([post, Post("2", "好")], mine)
    assert main(["audit", "--posts", mine, "--output", doubted, "--page", page]) == 0
    lines = [json.loads(line) for line in Path(doubted).read_text().splitlines()]
    assert [line["score"] for line in lines] == sorted(line["score"] for line in lines)
    shown = Path(page).read_text()
    assert "\\u003c/script>" in shown and shown.count("</script>") == 2
    choices = {4: "proposed", 9: "annotated"}
    with (tmp_path / "decided.jsonl").open("w") as stream:
        for line in lines:
            choice = {"decision": choices[line["start"]]} if line["start"] in choices else {}
            stream.write(json.dumps(line | choice) + "\n")
    words = ["audit", "--posts", mine, "--decisions", str(tmp_path / "decided.jsonl")]
    assert main([*words, "--output", fixed]) == 0
    assert list(read_posts(fixed)) == [
        replace(post, entities=(Entity(4, 6, EntityType.NAME, "张丽"),)),
        Post("2", "好"),
    ]
    assert (
        main(["convert", "--from", "jsonl", "--to", "brat", "--input", fixed, "--output", str(tmp_path / "brat")]) == 0
    )
    assert main([*words, "--output", mine]) == 2 and "it is the input" in capsys.readouterr().err
    write_posts([Post("2", "好")], mine)
    assert main([*words, "--output", fixed]) == 2
    assert "are not in the file" in capsys.readouterr().err


@pytest.mark.parametrize("decides", [False, True])
def test_posts_of_the_same_id_are_refused(tmp_path, capsys, decides):
    mine, decisions, output = (tmp_path / name for name in ("mine.jsonl", "decisions.jsonl", "output.jsonl"))
    write_posts([Post("1", "张丽"), Post("2", "好"), Post("1", "李雷")], mine)
    decisions.touch()
    words = ["audit", "--posts", str(mine), "--output", str(output)]
    assert main([*words, *(["--decisions", str(decisions)] if decides else [])]) == 2
    told = capsys.readouterr().err
    assert f"{mine}, line 3: line 1 has the same id; ids must differ" in told and "李雷" not in told
    assert not output.exists()


def test_spans_that_the_model_cannot_find_are_told(tmp_path, capsys):
    model = write_model(tmp_path / "cats.onnx", {"gaihe.labels": json.dumps(LabelSet().names).replace("PHONE", "CAT")})
    mine, output = tmp_path / "mine.jsonl", tmp_path / "doubted.jsonl"
    write_posts([Post("1", "13800138000", (Entity(0, 11, EntityType.PHONE, "13800138000"),))], mine)
    assert main(["audit", "--posts", str(mine), "--output", str(output), "--model", str(model)]) == 0
    assert f"{mine} has spans of types that the model does not find, left out: PHONE (1)" in capsys.readouterr().err


def test_places_of_spans_that_the_model_cannot_find_are_left_out(tmp_path):
    labels = json.dumps(LabelSet().names).replace("PHONE", "CAT")
    recognizer = Recognizer.load(write_model(tmp_path / "cats.onnx", {"gaihe.labels": labels}))
    text = "就是她，张丽，电话13800138000，备用13900139000"
    phone = Entity(9, 20, EntityType.PHONE, "13800138000")
    post = Post("1", text, (Entity(4, 5, EntityType.NAME, "张"), phone))
    places = sorted(ranked([post], recognizer), key=lambda place: place.start)
    assert [text[place.start : place.end] for place in places] == ["张丽", "13900139000"]
    (mended,) = decided([post], {"1": [replace(written(places[0]), choice=Choice.PROPOSED)]})
    assert mended.entities == (Entity(4, 6, EntityType.NAME, "张丽"), phone)


def test_page_and_lines_are_files_of_their_own(tmp_path, capsys):
    write_posts([Post("1", "张丽")], tmp_path / "mine.jsonl")
    words = ["audit", "--posts", str(tmp_path / "mine.jsonl"), "--output", str(tmp_path / "x")]
    assert main([*words, "--page", f"{tmp_path}/../{tmp_path.name}/x"]) == 2
    assert "--page and --output are the same file" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_the_page_saves_what_is_ticked(tmp_path):
    post = Post("1", "就是她，张丽，电话13800138000", (Entity(4, 5, EntityType.NAME, "张"),))
    write_posts([post], tmp_path / "mine.jsonl")
    words = [
        "--posts",
        str(tmp_path / "mine.jsonl"),
        "--output",
        str(tmp_path / "d.jsonl"),
        "--page",
        str(tmp_path / "p.html"),
    ]
    assert main(["audit", *words]) == 0
    with chromium() as browser:
        page = browser.new_page()
        page.goto((tmp_path / "p.html").as_uri())
        page.locator("article", has_text="model: NAME 张丽").get_by_label("model: NAME 张丽").check()
        page.locator("article", has_text="model: PHONE").get_by_label("keep: nothing").check()
        assert page.locator("#count").inner_text() == "2 of 2 decided"
        with page.expect_download() as download:
            page.locator("#save").click()
        download.value.save_as(tmp_path / "decisions.jsonl")
    fixed = tmp_path / "fixed.jsonl"
    assert main(["audit", *words[:2], "--decisions", str(tmp_path / "decisions.jsonl"), "--output", str(fixed)]) == 0
    assert [entity.text for post in read_posts(fixed) for entity in post.entities] == ["张丽"]


def test_a_model_is_not_written_over(tmp_path, capsys):
    model, mine = tmp_path / "model.onnx", tmp_path / "mine.jsonl"
    model.touch()
    write_posts([Post("1", "张丽")], mine)
    words = ["audit", "--posts", str(mine), "--model", str(model)]
    for options in (["--output", str(model)], ["--output", "-", "--page", str(model)]):
        assert main([*words, *options]) == 2
        assert f"cannot write {model}: it is the input {model}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{}", "expected a line of gaihe audit"),
        ('{"id": "1", "start": 0, "end": 1, "annotated": [], "proposed": [], "decision": "yes"}', "'decision' must be"),
        ('{"id": "1", "start": 0, "end": 1, "annotated": [], "proposed": [], "decision": 3}', "'decision' must be"),
        ('{"id": "1", "proposed": [], "decision": "nothing"}', "expected a line of gaihe audit"),
        ('{"id": "1", "start": 0, "end": 2, "annotated": [], "proposed": []}', "no line has a 'decision'"),
        (
            '{"id": "1", "start": 0, "end": 1, "annotated": [{"start": 0, "end": 2, "type": "NAME"}],'
            ' "proposed": [{"start": 0, "end": 9, "type": "NAME"}], "decision": "proposed"}',
            "does not fit it",
        ),
        (
            '{"id": "1", "start": 0, "end": 2, "annotated": [], "proposed": [], "decision": "nothing"}',
            "about other spans than it has",
        ),
        (
            '{"id": "1", "start": 0, "end": 2, "annotated": [{"start": 0, "end": 1, "type": "NAME"}], "proposed": [],'
            ' "decision": "annotated"}',
            "about other spans than it has",
        ),
        (
            '{"id": "1", "start": -5, "end": 1000, "annotated": [{"start": 0, "end": 2, "type": "NAME"}],'
            ' "proposed": [], "decision": "nothing"}',
            "about other spans than it has",
        ),
    ],
)
def test_bad_decisions_are_named(line, reason, tmp_path, capsys):
    write_posts([Post("1", "张丽", (Entity(0, 2, EntityType.NAME, "张丽"),))], tmp_path / "mine.jsonl")
    (tmp_path / "d.jsonl").write_text(line + "\n")
    words = [
        "audit",
        "--posts",
        str(tmp_path / "mine.jsonl"),
        "--decisions",
        str(tmp_path / "d.jsonl"),
        "--output",
        "-",
    ]
    assert main(words) == 2
    assert reason in capsys.readouterr().err
