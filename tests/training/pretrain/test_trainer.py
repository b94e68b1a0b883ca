import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gaihe.serving import Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.training.lac_tagger import LacTagger
from gaihe.training.model.encoder import load_characters, load_encoder
from gaihe.training.pretrain.blocks import NO_TAG, MaskedBlocks, Tokens, pack, split_posts
from gaihe.training.pretrain.overlap import Overlap
from gaihe.training.pretrain.trainer import WordTaggingBert, held_out_figures
from gaihe.training.pretrain.word_corpus import read_shard, tag_posts, write_word_corpus

BASE = str(Path(__file__).parents[3] / "models" / "base")
TAGS = json.loads((Path(BASE) / "tags.json").read_text(encoding="utf-8"))
TEXTS = [
    "昨天和王建国去了长沙，他说岳麓山的枫叶红了。",
    "今天食堂的糖醋排骨真不错🤤下次还来",
    "有没有人一起拼车去机场，周五早上六点走",
    "这电影我看睡着了，票钱能退吗？？",
] * 12


@pytest.fixture(scope="module")
def shard():
    return tag_posts(LacTagger(), TEXTS, TAGS)


def test_a_post_gives_its_text_and_one_tag_a_character(shard):
    assert shard.texts() == TEXTS
    row = shard.tag_rows()[0]
    start = TEXTS[0].index("王建国")
    person = 2 * TAGS.index("PER")
    assert row[start : start + 3].tolist() == [person, person + 1, person + 1]


def test_shards_are_made_once_and_come_back_whole(tmp_path, shard):
    (path,) = write_word_corpus(TEXTS, tmp_path, TAGS, workers=1)
    stamp = path.stat().st_mtime_ns
    assert read_shard(path).texts() == TEXTS
    assert read_shard(path).tags.tolist() == shard.tags.tolist()
    assert write_word_corpus(TEXTS, tmp_path, TAGS, workers=1) == [path]
    assert path.stat().st_mtime_ns == stamp


def test_the_posts_kept_aside_are_not_trained_on(tmp_path):
    paths = write_word_corpus(TEXTS, tmp_path, TAGS, workers=1)
    train, aside = split_posts(paths, 5)
    assert [text for shard in aside for text in shard.texts()] == TEXTS[:5]
    assert [text for shard in train for text in shard.texts()] == TEXTS[5:]


def test_blocks_mask_whole_words_and_never_change(shard):
    _, vocabulary = load_encoder(BASE)
    tokens = pack([shard], vocabulary)
    blocks = MaskedBlocks(tokens, vocabulary, 4, 64, 0.15, 100, seed=3)
    again = MaskedBlocks(tokens, vocabulary, 4, 64, 0.15, 100, seed=3)
    for index in (70, 3, 99):
        for name, value in blocks[index].items():
            assert value.tolist() == again[index][name].tolist()
    assert len({tuple(blocks[i]["input_ids"].tolist()) for i in range(20)}) > 15
    cut_words = 0
    for index in range(40):
        example = blocks[index]
        chosen = set(example["positions"].tolist())
        tags = example["tags"].tolist()
        for position in range(1, 64):
            inside = tags[position] != -100 and tags[position] % 2 == 1
            cut_words += inside and (position in chosen) != (position - 1 in chosen)
        assert len(chosen) == round(0.15 * 64)
    assert cut_words <= 40


def test_targets_are_the_characters_that_stood_there():
    ids = np.arange(5, 69, dtype=np.uint16)
    tags = np.zeros(64, np.uint8)
    tags[0] = tags[63] = NO_TAG
    _, vocabulary = load_encoder(BASE)
    example = MaskedBlocks(Tokens(ids, tags), vocabulary, 4, 64, 0.3, 1, seed=1)[0]
    assert example["targets"].tolist() == ids[example["positions"].numpy()].tolist()
    changed = {i for i in range(64) if int(example["input_ids"][i]) != int(ids[i])}
    assert changed and changed <= set(example["positions"].tolist())
    assert not {0, 63} & set(example["positions"].tolist())


def test_a_passage_of_a_measuring_text_is_noticed():
    overlap = Overlap(["今天的糖醋排骨真不错下次还要再来吃一回呀", "哈哈"])
    assert overlap.touches("转：今天的糖醋排骨 真不错！！下次还要再来吧")
    assert overlap.touches("哈哈！！！")
    assert not overlap.touches("哈哈哈，今天的糖醋排骨真不错")
    assert not overlap.touches("")


def _run(tmp_path, *overrides):
    corpus = tmp_path / "posts.jsonl"
    corpus.write_text(
        "".join(json.dumps({"id": str(i), "text": t}, ensure_ascii=False) + "\n" for i, t in enumerate(TEXTS)),
        encoding="utf-8",
    )
    words = [f"corpus=[{corpus}]", f"base={BASE}", "held_out=6", "block=32", "batch_size=4", "bf16=false"]
    return ["pretrain", *words, "workers=1", "log_steps=2", "save_steps=2", *overrides]


@pytest.mark.slow
def test_a_run_that_was_killed_ends_with_the_weights_of_one_that_was_not(tmp_path, capsys):
    whole = tmp_path / "whole"
    assert main(_run(tmp_path, f"output={whole}")) == 0
    assert "tag accuracy" in capsys.readouterr().out
    cut = tmp_path / "cut"
    command = [sys.executable, "-m", "gaihe.serving", *_run(tmp_path, f"output={cut}")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not (cut / "checkpoints" / "checkpoint-2" / "complete").is_file():
            assert process.poll() is None, "the run ended before it could be killed"
    finally:
        process.kill()
        process.wait()
    assert not (cut / "base").exists()
    assert main(_run(tmp_path, f"output={cut}")) == 0
    assert (cut / "base" / "model.safetensors").read_bytes() == (whole / "base" / "model.safetensors").read_bytes()
    encoder, vocabulary = load_encoder(str(cut / "base"))
    assert encoder.config.num_hidden_layers == 6 and len(vocabulary) == 9389


@pytest.mark.parametrize("changed", ["corpus", "exclude"])
def test_a_run_whose_texts_changed_is_refused(tmp_path, capsys, changed):
    mine, tested, base = tmp_path / "corpus.jsonl", tmp_path / "exclude.jsonl", tmp_path / "base"
    for file in (mine, tested):
        write_posts([Post("1", TEXTS[0])], file)
    words = [f"corpus=[{mine}]", f"exclude=[{tested}]", f"base={base}", f"output={tmp_path / 'run'}"]
    assert main(["pretrain", *words]) != 0
    capsys.readouterr()
    write_posts([Post("1", TEXTS[0]), Post("2", TEXTS[1])], tmp_path / f"{changed}.jsonl")
    assert main(["pretrain", *words]) == 2
    assert f"{changed} changed since the run" in capsys.readouterr().err
    (tmp_path / f"{changed}.jsonl").unlink()
    assert main(["pretrain", *words]) == 2
    assert f"cannot read {tmp_path / changed}.jsonl" in capsys.readouterr().err


def test_held_out_figures_do_not_depend_on_the_size_of_a_batch(shard):
    model, vocabulary = load_characters(BASE, WordTaggingBert, {"word_tags": 2 * len(TAGS)})
    model.bring_head(BASE)
    tokens = pack([shard], vocabulary)
    tokens.tags[200:] = NO_TAG
    blocks = MaskedBlocks(tokens, vocabulary, 4, 64, 0.15, 7, seed=3)
    whole, parts = (held_out_figures(model, blocks, False, size) for size in (7, 2))
    assert parts == pytest.approx(whole, rel=1e-4)
    assert 1 < whole["perplexity"] < 1e6


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("held_out=100", r"of 0 tokens are left .* held_out=100 posts keep \d{3,} tokens aside.* needs 32 on either"),
        ("held_out=1", r"of \d{3,} tokens are left .* held_out=1 posts keep \d\d tokens aside.* needs 32 on either"),
        ("epochs=0", r"^gaihe: epochs=0\.0 of \d{3,} tokens"),
    ],
)
def test_a_corpus_too_small_for_a_block_is_refused_with_what_is_left(tmp_path, capsys, override, named):
    assert main(_run(tmp_path, f"output={tmp_path / 'run'}", override)) == 2
    assert re.search(named, capsys.readouterr().err, re.MULTILINE)


def test_a_block_beyond_the_positions_is_refused_before_anything_is_tagged(tmp_path, capsys):
    assert main(_run(tmp_path, f"output={tmp_path / 'run'}", "block=100000")) == 2
    assert re.search(r"block must be at most \d+, the positions of .*, not 100000", capsys.readouterr().err)
    assert not (tmp_path / "run" / "words").exists()


def test_no_corpus_is_a_clear_error(tmp_path, capsys):
    assert main(["pretrain", f"output={tmp_path}"]) == 2
    assert "corpus names no file: give 'corpus=[posts.jsonl]'" in capsys.readouterr().err


def test_a_base_without_word_tags_is_named_with_its_setting(tmp_path, capsys):
    assert main(_run(tmp_path, f"output={tmp_path / 'run'}", f"base={tmp_path}")) == 2
    assert f"base={tmp_path} is no checkpoint with word tags (tags.json)" in capsys.readouterr().err
