import shutil
from pathlib import Path

import pytest
from gaihe.data.files.markup import written_posts
from gaihe.serving import Entity, Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import EntityType
from gaihe.training.config import ConfigError, load_config
from gaihe.training.runs.given_posts import check_apart, check_given, check_text
from transformers import AutoConfig

POSTS = [Post(str(number), f"第{number}次来\n这里") for number in range(4)]
OTHERS = [Post(str(number), f"第{number}次走") for number in range(4)]
SMALL = ("experiment=tiny", "data.train=4", "data.validation=2", "data.test=2")


def test_posts_of_the_same_text_are_counted_file_by_file_and_posts_of_others_are_none():
    check_apart({"a": POSTS}, {"v": OTHERS}, "no")
    copies = [Post("x", post.text.replace("\n", " ")) for post in POSTS[:3]]
    with pytest.raises(ConfigError) as told:
        check_apart({"a": POSTS, "b": [*POSTS[2:], *OTHERS]}, {"v": [*copies, OTHERS[0]], "w": OTHERS[:1]}, "no")
    assert str(told.value).split(": no; ")[0].split("; ") == [
        "3 of the 4 posts of v are in a too",
        "2 of the 4 posts of v are in b too",
        "1 of the 1 posts of w are in b too",
    ]


@pytest.mark.parametrize("text", ["张丽电话 138", "张丽\u200b电话138", "张丽电话１３８", "张丽\u3000电话\u00ad138"])
def test_posts_are_compared_as_the_model_reads_them(text):
    with pytest.raises(ConfigError, match="1 of the 1 posts of v are in a too"):
        check_apart({"a": [Post("1", "张丽电话138")]}, {"v": [Post("2", text)]}, "no")


def test_the_written_posts_find_no_operating_points_where_they_are_learned_from(tmp_path):
    write_posts([*OTHERS, *written_posts()[:3]], tmp_path / "mine.jsonl")
    words = ["data.sources=[]", f"export.posts=[{tmp_path / 'mine.jsonl'}]"]
    with pytest.raises(ConfigError, match="3 of the 7 posts of .* are in the written posts"):
        check_given(load_config([*words, "data.written=1"]))
    check_given(load_config([*words, "data.written=0", "post_labels.ngrams=0"]))


def test_a_post_without_text_is_nobodys_copy():
    check_apart({"a": [Post("1", " ")]}, {"v": [Post("2", "")]}, "no")


def linked(one, other):
    other.symlink_to(one)


@pytest.mark.parametrize(
    ("key", "same"), [("data.sources", shutil.copyfile), ("distill.posts", shutil.copyfile), ("distill.posts", linked)]
)
def test_a_run_learns_from_no_post_that_finds_its_operating_points(key, same, tmp_path, capsys):
    write_posts(POSTS, tmp_path / "mine.jsonl")
    same(tmp_path / "mine.jsonl", tmp_path / "other.jsonl")
    words = [f"{key}=[{tmp_path / 'mine.jsonl'}]", f"export.posts=[{tmp_path / 'other.jsonl'}]", *SMALL]
    words += ["distill.teacher=models/default", f"output={tmp_path / 'run'}", f"data.folder={tmp_path / 'data'}"]
    assert main(["train", *words]) == 2
    told = capsys.readouterr().err
    assert f"4 of the 4 posts of {tmp_path}/other.jsonl (export.posts) are in {tmp_path}/mine.jsonl ({key})" in told
    assert not (tmp_path / "run" / "sources.json").exists()


@pytest.mark.parametrize("text", [None, "", "\u200b"])
@pytest.mark.parametrize("key", ["data.sources", "export.posts"])
def test_a_file_without_text_is_refused(key, text, tmp_path, capsys):
    write_posts([] if text is None else [Post("a", text)], tmp_path / "mine.jsonl")
    words = [f"{key}=[{tmp_path / 'mine.jsonl'}]", *SMALL]
    assert main(["train", *words, f"output={tmp_path / 'run'}", f"data.folder={tmp_path / 'data'}"]) == 2
    assert f"{key}: {tmp_path / 'mine.jsonl'} holds no post with text" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["data.sources=[nope.jsonl]"], "cannot read nope.jsonl"),
        (["export.posts=[nope.jsonl]"], "cannot read nope.jsonl"),
        (["experiment=further"], "model.base=models/default is no folder here"),
        (["model.base=./mine"], "model.base=./mine is no folder here"),
        (["model.base=/mine/base"], "model.base=/mine/base is no folder here"),
        (["model.base=outputs/run/weights"], "model.base=outputs/run/weights is no folder here"),
        (["model.base={base}", "model.adapted=[models/base,{base}]"], "model.adapted=models/base is no folder here"),
        (["model.base={base}", "model.average=[nope]"], "no fine-tuned tagger in nope"),
        (["model.base={base}", "distill.teacher=models/default"], "no fine-tuned tagger in models/default"),
        (["model.base=somebody/their-bert"], "neither a folder nor a checkpoint that the hub gave"),
    ],
)
def test_what_is_not_there_is_told_before_posts_are_made_and_no_folder_of_ours_is_asked_of_the_hub(
    words, told, tmp_path, monkeypatch, capsys
):
    asked = []
    ask = AutoConfig.from_pretrained
    monkeypatch.setattr(AutoConfig, "from_pretrained", lambda name, **rest: asked.append(name) or ask(name, **rest))
    monkeypatch.chdir(tmp_path)
    base = Path(__file__).parents[3] / "models" / "base"
    assert main(["train", *(word.format(base=base) for word in words)]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "generating" not in shown
    assert set(asked) <= {str(base), "somebody/their-bert"}


def test_one_post_with_text_is_enough(tmp_path):
    write_posts([Post("a", ""), Post("b", "好")], tmp_path / "mine.jsonl")
    check_text("data.sources", [str(tmp_path / "mine.jsonl")])
    with pytest.raises(PostError, match="cannot read"):
        check_text("data.sources", [str(tmp_path / "absent.jsonl")])


def test_files_that_share_nothing_are_accepted(tmp_path):
    write_posts(POSTS, tmp_path / "mine.jsonl")
    write_posts(OTHERS, tmp_path / "others.jsonl")
    check_given(
        load_config([f"data.sources=[{tmp_path / 'mine.jsonl'}]", f"export.posts=[{tmp_path / 'others.jsonl'}]"])
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            ["types=[NAME]"],
            "mine.jsonl has spans of types that stand neither in types nor in extra_types, left out: QQ (2)",
        ),
        (["types=[NAME,QQ]"], "models/base"),
    ],
)
def test_a_run_tells_which_spans_it_does_not_learn(settings, told, tmp_path, capsys):
    spans = (Entity(0, 2, EntityType.NAME, "张丽"), Entity(2, 4, EntityType.QQ, "11"))
    write_posts([Post("a", "张丽11", spans), Post("b", "张丽11", spans[1:])], tmp_path / "mine.jsonl")
    words = [f"data.sources=[{tmp_path / 'mine.jsonl'}]", *SMALL, *settings, f"model.base={tmp_path / 'absent'}"]
    assert main(["train", *words, f"output={tmp_path / 'run'}", f"data.folder={tmp_path / 'data'}"]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert ("left out" in shown) == ("left out" in told)


def test_a_span_that_its_post_says_is_not_annotated_is_refused(tmp_path, capsys):
    post = Post("a", "张丽来了", (Entity(0, 2, EntityType.NAME, "张丽"),), types=(EntityType.PHONE,))
    write_posts([post], tmp_path / "mine.jsonl")
    words = [f"data.sources=[{tmp_path / 'mine.jsonl'}]", *SMALL, f"output={tmp_path / 'run'}"]
    assert main(["train", *words, f"data.folder={tmp_path / 'data'}"]) == 2
    assert "mine.jsonl, line 1: NAME at [0, 2) is annotated, but 'types' names only PHONE" in capsys.readouterr().err
