"""The figures of both READMEs are those of the model card, which the report is read into."""

import re

import pytest

from tests.docs.guides import ROOT

README = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}
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
