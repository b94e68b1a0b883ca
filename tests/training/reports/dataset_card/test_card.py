import json
from collections import Counter
from html.parser import HTMLParser

import pytest
from gaihe.data.generator.corpus import CorpusSettings, drafts, posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import write_posts
from gaihe.training.reports.dataset_card.counts import count, length_label
from gaihe.training.reports.dataset_card.duplicates import copies_of, copies_within, distinct_ngrams
from gaihe.training.reports.dataset_card.page import render_html, render_markdown
from gaihe.training.reports.dataset_card.record import make_card
from gaihe.training.reports.dataset_card.samples import choose

DRAFTS = list(drafts(CorpusSettings(seed=6), 0, 600))


class Page(HTMLParser):
    """Open elements, marks, and everything that would be loaded."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.marks, self.tags = [], [], 0, Counter()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.marks += tag == "mark"
        self.loaded += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(page):
    parser = Page()
    parser.feed(page)
    assert not parser.open
    return parser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("card")
    for name, seed in (("one", 91), ("two", 92)):
        write_posts(posts(CorpusSettings(seed=seed, clean=1.0), 0, 250), path / f"{name}.jsonl")
    real = [word for name in ("one", "two") for word in ("--real", str(path / f"{name}.jsonl"))]
    assert main(["card", "--count", "400", "--workers", "1", *real, "--output", str(path / "card")]) == 0
    return path / "card"


def test_counts_are_those_of_the_posts():
    counts = count(DRAFTS)
    made = [draft.post for draft in DRAFTS]
    assert counts["posts"] == 600
    assert counts["spans"] == sum(row["spans"] for row in counts["types"].values())
    assert counts["types"]["NAME"]["posts"] == sum(any(e.type == "NAME" for e in post.entities) for post in made)
    assert counts["without_entities"] == sum(not post.entities for post in made)
    for key in ("intents", "lengths"):
        assert sum(row["posts"] for row in counts[key].values()) == 600
    assert counts["scenes"][made[0].scene]["posts"] == sum(post.scene == made[0].scene for post in made)
    carriers = Counter(line for draft in DRAFTS for line in set(draft.carriers))
    assert counts["carriers"] == {"used": len(carriers), "largest_share": max(carriers.values()) / 600}


@pytest.mark.parametrize(("characters", "label"), [(1, "1 to 8"), (8, "1 to 8"), (9, "9 to 16"), (513, "over 512")])
def test_classes_of_length(characters, label):
    assert length_label(characters) == label


def test_no_carrier_makes_more_than_three_posts_in_a_thousand():
    assert count(drafts(CorpusSettings(seed=7), 0, 3000))["carriers"]["largest_share"] <= 0.003


def test_copies_are_found():
    first = "今天在楼下看到一只橘猫，蹲在快递柜上面不肯下来，保安叔叔喂了半根火腿肠，它闻了闻扭头就走"
    near = first.replace("橘猫", "黑猫")
    other = "周末去爬山，结果下雨了，在亭子里坐了两个小时，吃完了所有的零食"
    found = copies_within([first, other, near, f" {first}\n", "好的", "好的", "哦"])
    assert (found.posts, found.exact, found.near) == (7, 2, 1)
    assert found.examples == ((first, near),)
    assert copies_of([first], [near, other]).near == 1


def test_distinct_ngrams_fall_with_repetition():
    assert distinct_ngrams(["abcdefgh"], 100) == 1
    assert distinct_ngrams(["abcde"] * 10, 100) == pytest.approx(0.1)
    assert distinct_ngrams(["abcde"] * 10, 5) == 1
    assert distinct_ngrams([], 5) == 0


def test_samples_show_every_kind_and_no_post_twice():
    chosen = choose((draft.post for draft in drafts(CorpusSettings(seed=8), 0, 3000)), 2)
    assert len(chosen) > 25
    ids = [record["id"] for records in chosen.values() for record in records]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_the_page_loads_nothing_and_marks_every_sample_span(folder):
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    page = read((folder / "card.html").read_text(encoding="utf-8"))
    assert all(link.startswith(("#", "data:")) for link in page.loaded)
    spans = sum(len(record["entities"]) for records in card["samples"].values() for record in records)
    assert page.marks == spans > 20
    assert page.tags["svg"] == page.tags["desc"] == 9


@pytest.mark.slow
def test_realism_is_reported_for_every_file_and_pair(folder):
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert [source["source"] for source in card["realism"]["sources"]] == ["one", "two"]
    assert [(pair["first"], pair["second"]) for pair in card["realism"]["baselines"]] == [("one", "two")]
    text = (folder / "card.md").read_text(encoding="utf-8")
    assert "| generated / one |" in text
    assert "| one / two |" in text
    assert "\n\n| ---" not in text


@pytest.mark.slow
def test_names_of_real_files_are_text_in_both_pages(folder):
    name = "<img src=x>|*a*"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8").replace('"one"', json.dumps(name)))
    text, page = render_markdown(card), render_html(card)
    assert r"| generated / &lt;img src=x&gt;\|\*a\* |" in text
    assert r"| &lt;img src=x&gt;\|\*a\* / two |" in text
    assert "<img" not in page and "<img" not in text


def test_what_posts_hold_is_shown_and_never_run():
    card = make_card(CorpusSettings(seed=1), 60, [])
    record = {"id": "x", "text": "<script>alert(1)</script>张丽", "scene": "s", "intent": "none"}
    record["entities"] = [{"start": 25, "end": 27, "type": "NAME", "text": "张丽", "value": '"><b>'}]
    card["samples"] = {"NAME": [record]}
    page = render_html(card)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert read(page).tags["b"] == 0
    assert render_markdown(card).startswith("# Dataset card")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--count", "0", "--output", "{}"], "--count"),
        (["--real", "{}/none.jsonl", "--count", "9", "--output", "{}"], "none.jsonl"),
        (["--real", "{}/few.jsonl", "--count", "9", "--output", "{}"], "at least 50"),
        (["--real", "{}/few.jsonl", "--real", "few.parquet", "--count", "9", "--output", "{}"], "different names"),
        (["--count", "9", "--output", "{}/few.jsonl"], "cannot make the folder"),
    ],
)
def test_bad_calls_say_what_is_wrong(words, message, tmp_path, capsys):
    write_posts(posts(CorpusSettings(), 0, 3), tmp_path / "few.jsonl")
    assert main(["card", *(word.format(tmp_path) for word in words)]) == 2
    assert message in capsys.readouterr().err
