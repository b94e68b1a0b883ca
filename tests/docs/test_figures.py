"""The figures of both READMEs are those of the model card, which the report is read into, and of the guides."""

import re

import pytest

from tests.docs.guides import ROOT

README = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}
GUIDE = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("SPEED", "BENCHMARK", "VERDICT")}
CARD = (ROOT / "MODEL_CARD.md").read_text(encoding="utf-8")
TYPES = {
    "NAME": r"(?:names|姓名)（? ?\(?F1 ([\d.]+)",
    "PHONE": r"(?:telephones|电话)[ （]\(?([\d.]+)",
    "SCHOOL": r"(?:schools|学校)[ （]\(?([\d.]+)",
    "WORKPLACE": r"(?:employers|工作单位)[ （]\(?([\d.]+)",
    "ADDRESS": r"(?:addresses|地址)[ （]\(?([\d.]+)",
}
SETS = {
    "gold_test": "gold test |金标准测试集",
    "real_test": "real test |真实测试集",
    "weibo_name": "Weibo NER",
    "cluener_dev_name": "CLUENER",
}


def cells(text, begin):
    """The numbers of the first row that begins so, each without its interval."""
    (row, *_) = re.findall(rf"^\| (?:{begin})[^|]*\|(.*)\|$", text, re.MULTILINE)
    return [re.sub(r" \[.*?\]", "", cell).strip() for cell in row.split("|")]


@pytest.mark.parametrize("name", README)
@pytest.mark.parametrize("posts", SETS)
def test_the_table_has_precision_recall_and_f1_of_the_card(name, posts):
    at_balanced = cells(CARD, f"{posts} \\| balanced ")
    assert cells(README[name], SETS[posts])[1:4] == at_balanced[2:5]


@pytest.mark.parametrize("name", README)
@pytest.mark.parametrize("kind", TYPES)
def test_what_is_said_of_a_type_is_its_f1_on_real_passages(name, kind):
    by_type = CARD.partition("### real_test by type")[2]
    (said,) = re.findall(TYPES[kind], README[name].partition("## Results" if name == "README.md" else "## 结果")[2])
    assert said == f"{float(cells(by_type, kind)[4]):.2f}"


@pytest.mark.parametrize("name", README)
def test_the_speed_is_that_of_the_table_against_others(name):
    rows = [cells(GUIDE["SPEED"], rf"\*\*Gaihe, {way}") for way in ("one post at a time", "in a batch")]
    thousands = [int(row[0].replace(",", "")) // 1_000 for row in rows]
    if name == "README.md":
        said = re.findall(r"(\d+),000 (?:characters a second|in batches)", README[name])
        assert [int(number) for number in said] == thousands
    else:
        said = re.findall(r"([\d.]+) 万字（(?:逐条|成批)）", README[name])
        assert [round(10 * float(number)) for number in said] == thousands


@pytest.mark.parametrize("name", README)
def test_lac_and_the_labels_of_posts_are_as_in_their_guides(name):
    lac = re.findall(r"^\| \| LAC \|.*\| ([\d.]+) \[", GUIDE["BENCHMARK"], re.MULTILINE)
    assert re.findall(
        r"LAC (?:reaches F1|在 Weibo NER 和 CLUENER 上的 F1 分别是) ([\d.]+)\D*?(0\.\d+)", README[name]
    ) == [tuple(lac)]
    labels = re.search(r"macro-F1 is ([\d.]+) \[.*?\] for intent and ([\d.]+)", GUIDE["VERDICT"]).groups()
    said = re.findall(r"(?:macro-F1|宏平均 F1 为) ([\d.]+)\D*?(0\.\d+)", README[name])
    assert said == [tuple(f"{float(figure):.2f}" for figure in labels)]
    assert f"macro-F1 {labels[0]} for intent and {labels[1]} for stance" in CARD


def test_lac_is_compared_with_the_model_of_the_card():
    for shown, posts in (("Weibo NER, names", "weibo_name"), ("CLUENER dev, names", "cluener_dev_name")):
        assert cells(GUIDE["BENCHMARK"], f"{shown} \\| Gaihe ")[-3:] == cells(CARD, f"{posts} \\| balanced ")[2:5]
