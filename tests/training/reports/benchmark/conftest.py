"""One real report of the released model and another program, which the tests read."""

import json
import sys
from pathlib import Path

import pytest
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.schema import EntityType

PROGRAM = """
import json, re, sys
print(json.dumps({"name": "digits <b>", "version": "1", "types": ["PHONE", "ID_CARD"]}), flush=True)
for line in sys.stdin:
    post = json.loads(line)
    found = [{"start": m.start(), "end": m.end(), "type": "PHONE"} for m in re.finditer("[0-9]{7,}", post["text"])]
    print(json.dumps({"id": post["id"], "entities": found}), flush=True)
"""
LONG = "a_folder_whose_name_is_wider_than_a_phone_and_has_no_place_to_break"
HOSTILE = "&amp;\u200b$x_1$\n<b><script>document.title=0</script>李白白"


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    start = HOSTILE.index("<b>")
    record = {"id": "<i>", "text": HOSTILE, "entities": [{"start": start, "end": start + 3, "type": "PHONE"}]}
    (folder / LONG).mkdir()
    posts = folder / LONG / "甲 posts.jsonl"
    write_posts(gold_posts(Split.TEST)[::5], posts)
    with posts.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")
    names = [Post(f"name-{n}", "天气不错", types=(EntityType.NAME,)) for n in range(3)]
    write_posts(names, folder / "clean.jsonl")
    words = ["benchmark", "--posts", str(posts), "--posts", str(folder / "clean.jsonl"), "--output", str(folder)]
    words += ["--system", f"command:{sys.executable} {folder / 'program.py'}", "--speed-posts", "8"]
    assert main([*words, "--resamples", "100", "--errors", "100"]) == 0
    return Path(folder)
