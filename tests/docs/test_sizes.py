"""How many files and posts the guides of the data say that there are."""

import re

import pytest
from gaihe.data.files.standoff import read_standoff

from tests.docs.guides import ROOT

DATA = ROOT / "data"
TABLE = (DATA / "README.md").read_text(encoding="utf-8")


def said(folder):
    """The row of a folder in the table of texts."""
    (row,) = re.findall(rf"^\| \[`texts/{folder}`\].*$", TABLE, re.MULTILINE)
    return row


def posts_of(folder):
    """The number of posts, one a line, of each file of a folder."""
    lines = {
        path.name: path.read_text(encoding="utf-8").splitlines() for path in (DATA / "texts" / folder).glob("*.txt")
    }
    return {name: sum(line.strip() != "" and not line.startswith("#") for line in file) for name, file in lines.items()}


@pytest.mark.parametrize("folder", ["written", "validation", "gold"])
def test_files_and_posts_of_the_marked_up_texts_are_counted(folder):
    posts = posts_of(folder)
    assert f"| {len(posts)} files, {sum(posts.values()):,} posts," in said(folder)


def test_each_file_of_written_posts_is_told_with_its_size():
    guide = (DATA / "texts" / "written" / "README.md").read_text(encoding="utf-8")
    posts = posts_of("written")
    rows = re.findall(r"^\| `([\w.]+\.txt)` \| ([\d,]+) \|", guide, re.MULTILINE)
    assert {name: int(count.replace(",", "")) for name, count in rows} == posts
    assert f"{sum(posts.values()):,}, in {len(posts)} files" in guide


def test_the_real_posts_that_were_read_are_counted():
    read = [read_standoff(path) for path in (DATA / "texts" / "read").glob("*.tsv.xz")]
    spans = sum(len(each.spans or ()) for annotation in read for each in annotation.values())
    posts = sum(map(len, read))
    assert f"annotation of {posts:,} real posts" in said("read")
    assert f"| {len(read)} files, {spans:,} spans," in said("read")
