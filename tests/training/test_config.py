"""A configuration's keys: what is misspelt is refused with the nearest one that there is."""

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import get_type_hints

import pytest
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.training.config import (
    Config,
    ConfigError,
    HeadConfig,
    PretrainConfig,
    load_config,
    load_head_config,
    load_pretrain_config,
)
from gaihe.training.config.bounds import BOUNDS
from gaihe.training.config_keys import groups, keys_of
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
CONFIG_PARTS = [kind for kind in get_type_hints(Config).values() if is_dataclass(kind)]
EXPERIMENTS = sorted(
    file.name.removesuffix(".yaml") for file in (resources.files("gaihe.configs") / "experiment").iterdir()
)


@pytest.mark.parametrize(
    ("override", "meant"),
    [
        ("trainer.epoch=1", "did you mean trainer.epochs=…"),
        ("experment=tiny", "did you mean experiment=…"),
        ("epochs=1", "did you mean trainer.epochs=…"),
        ("trianer.epochs=1", "did you mean trainer.epochs=…"),
        ("train.epochs=1", "did you mean trainer.epochs=…"),
        ("+trainer.epoch=1", "did you mean trainer.epochs=…"),
        ("ouput=x", "did you mean output=…"),
        ("zzz=1", "known: data, model, trainer"),
        ("trainer=tin", "did you mean trainer=tiny? known: cut, default, further, tiny"),
        ("experiment=tniy", f"did you mean experiment=tiny? known: {', '.join(EXPERIMENTS)}"),
        ("experiment=nothing", f"known: {', '.join(EXPERIMENTS)}"),
        ("tiny", "give KEY=VALUE"),
        ("trainer@trainer=null", "configuration: "),
        ("~trainer", "'~trainer' takes away what a run needs: leave it out, or give trainer=…"),
        ("~data.sources", "'~data.sources' takes away what a run needs"),
        ("output=输出/甲", "'output=输出/甲' cannot be read: put names that are not plain ASCII in quotation marks"),
        ("data.sources=[数据.jsonl]", "\"data.sources=['数据.jsonl']\""),
        ("trainer=null", "there is no trainer 'null': known: cut, default, further, tiny"),
        ("experiment=null", f"there is no experiment 'null': known: {', '.join(EXPERIMENTS)}"),
    ],
)
def test_what_is_not_known_is_refused_with_what_was_meant(override, meant, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["train", override]) == 2
    told = capsys.readouterr().err
    assert meant in told
    assert "+trainer.epoch=" not in told.replace(override, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["train", "experiment=nothing"], 2),
        (["train", "trainer.epochs=-1"], 2),
        (["train", "experiment=tiny", "--show-config"], 0),
        (["train-head", "posts=[x]"], 2),
        (["pretrain", "epochs=1"], 2),
    ],
)
def test_a_configuration_is_read_before_torch_is(words, code, tmp_path):
    script = (
        "import sys; from gaihe.serving.commands.cli import main; "
        "code = main(sys.argv[1:]); sys.exit(99 if 'torch' in sys.modules else code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == code, done.stderr


def test_the_guides_name_experiments_that_there_are():
    guides = [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = {name for guide in guides for name in re.findall(r"experiment=(\w+)", guide.read_text(encoding="utf-8"))}
    assert {"further", "tiny"} <= named <= set(EXPERIMENTS)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_every_experiment_composes(experiment):
    assert load_config([f"experiment={experiment}"]).output


def test_the_recipe_goes_on_from_the_released_model_and_scratch_does_not():
    recipe, scratch = load_config(), load_config(["experiment=scratch"])
    assert recipe.model.base == recipe.distill.teacher == "models/default"
    assert (recipe.distill.weight, recipe.data.train, recipe.data.written) == (0.3, 6000, 1)
    assert (scratch.model.base, scratch.distill.teacher, scratch.distill.weight) == ("models/base", None, 0)
    further = load_config(["experiment=further"])
    further.output = recipe.output
    assert further == recipe


@pytest.mark.slow
def test_every_key_and_every_choice_is_accepted():
    whole = load_config()
    for key in keys_of(Config):
        value = whole
        for part in key.split("."):
            value = getattr(value, part)
        if isinstance(value, int | float) and not isinstance(value, bool):
            load_config([f"{key}={value}"])
    for group, names in groups().items():
        for name in names:
            if group != "experiment":
                load_config([f"{group}={name}", *(["distill.teacher=x"] if group == "distill" else [])])


@pytest.mark.parametrize(
    ("posts", "reason"),
    [
        ("[a/mine.jsonl,b/mine.parquet]", "export.posts: files of validation posts must have different names"),
        ("[gold.jsonl]", "export.posts: gold is what the package calls posts of its own"),
    ],
)
def test_no_validation_set_takes_the_place_of_another(posts, reason, capsys):
    assert list(load_config(["export.posts=[a/mine.jsonl,other.jsonl]"]).export.posts)
    with pytest.raises(ConfigError, match=reason):
        load_config([f"export.posts={posts}"])
    assert main(["calibrate", "absent.onnx", "--posts", *posts.strip("[]").split(",")]) == 2
    assert reason.removeprefix("export.posts: ") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("load", "override", "reason"),
    [
        (load_config, "trainer.learning_rate=0", "must be above 0 and finite, not 0.0"),
        (load_config, "trainer.learning_rate=nan", "must be above 0 and finite, not nan"),
        (load_config, "trainer.layer_decay=0", "must be above 0 and finite, not 0.0"),
        (load_config, "trainer.warmup=1", "must be at least 0 and below 1, not 1.0"),
        (load_config, "trainer.epochs=inf", "must be at least 0 and finite, not inf"),
        (load_config, "data.written=-1", "must be at least 0, not -1"),
        (load_config, "data.noise=1.5", "must lie between 0 and 1, not 1.5"),
        (load_config, "model.dropout=1", "must be at least 0 and below 1, not 1.0"),
        (load_config, "post_labels.ngrams=inf", "must be at least 0 and finite, not inf"),
        (load_config, "distill.temperature=inf", "must be above 0 and finite, not inf"),
        (load_config, "export.tolerance=nan", "must be at least 0 and finite, not nan"),
        (load_config, "seed=-1", "must be at least 0 and below 2**32, not -1"),
        (load_config, "seed=4294967296", "must be at least 0 and below 2**32, not 4294967296"),
        (load_pretrain_config, "batch_size=0", "must be at least 1, not 0"),
        (load_pretrain_config, "held_out=0", "must be at least 1, not 0"),
        (load_pretrain_config, "masked=0", "must lie between 0 and 1, not 0.0"),
        (load_pretrain_config, "warmup=-0.1", "must be at least 0 and below 1, not -0.1"),
        (load_pretrain_config, "epochs=inf", "must be at least 0 and finite, not inf"),
        (load_head_config, "learning_rate=0", "must be above 0 and finite, not 0.0"),
        (load_head_config, "seed=-1", "must be at least 0 and below 2**32, not -1"),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_with_them(load, override, reason):
    needed = {load_pretrain_config: ["corpus=[x]"], load_head_config: ["posts=[x]", "validation=[y]"]}.get(load, [])
    assert load(needed)
    with pytest.raises(ConfigError, match=f"^{re.escape(override.split('=')[0])} {re.escape(reason)}$"):
        load([*needed, override])


def test_bounds_that_may_be_reached_are_accepted():
    assert load_config(["data.noise=1", "distill.weight=1", "trainer.warmup=0", "trainer.epochs=0", "seed=0"])


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_teacher_has_a_share_of_the_loss_and_none_has_none(experiment):
    distill = load_config([f"experiment={experiment}"]).distill
    assert (distill.teacher is None) == (distill.weight == 0)


def test_a_teacher_that_is_named_alone_has_the_share_of_its_group():
    assert load_config(["experiment=scratch", "distill.teacher=a/weights"]).distill.weight == 0.7
    assert load_config(["distill.weight=0"]).distill.teacher == "models/default"


@pytest.mark.parametrize(("written", "value"), [("TRUE", "true"), ("False", "false"), ("Auto", "auto")])
def test_bf16_is_recorded_in_one_writing(written, value):
    assert load_config([f"trainer.bf16={written}"]).trainer.bf16 == value
    assert load_pretrain_config(["corpus=[x]", f"bf16={written}"]).bf16 == value


def test_a_word_that_bf16_does_not_know_is_repeated_as_it_was_written():
    with pytest.raises(ConfigError, match=r"^trainer\.bf16 must be auto, true or false, not 'Maybe'$"):
        load_config(["trainer.bf16=Maybe"])
    with pytest.raises(ConfigError, match=r"^bf16 must be auto, true or false, not 'Maybe'$"):
        load_pretrain_config(["corpus=[x]", "bf16=Maybe"])


@pytest.mark.parametrize(
    ("overrides", "written"),
    [
        ([], 1),
        (["trainer.epochs=0"], 1),
        (["post_labels.ngrams=0"], 1),
        (["trainer.epochs=0", "post_labels.ngrams=0"], 0),
    ],
)
def test_written_posts_that_nothing_learns_from_are_recorded_as_left_out(overrides, written):
    assert load_config(overrides).data.written == written


@pytest.mark.parametrize("kind", BOUNDS)
def test_only_keys_that_there_are_have_bounds(kind):
    assert set(BOUNDS[kind]) <= set(keys_of(kind))


def test_every_key_is_explained():
    for kind in (Config, HeadConfig, PretrainConfig, *CONFIG_PARTS):
        explained = re.findall(r"^        (\w+): \S", kind.__doc__, re.MULTILINE)
        assert explained == [field.name for field in fields(kind)]


def test_the_share_in_disguise_is_the_same_wherever_nothing_is_said(capsys):
    assert load_config(["data=full"]).data.noise == CorpusSettings().noise == 0.4
    assert load_config(["data=full"]).data.clean == CorpusSettings().clean
    with pytest.raises(SystemExit):
        main(["generate", "--help"])
    assert f"(default: {CorpusSettings().noise})" in capsys.readouterr().out


def test_attention_heads_are_not_chosen_without_training():
    with pytest.raises(ConfigError, match=r"model\.heads=30: trainer\.epochs=0 chooses no attention heads"):
        load_config(["model.heads=30", "trainer.epochs=0"])


def test_operating_points_are_not_found_on_posts_that_are_trained_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_config(["data.sources=[a/mine.jsonl]", "export.posts=[b/mine.jsonl]"])
    with pytest.raises(ConfigError, match=r"export\.posts and data\.sources both name .*/mine\.jsonl"):
        load_config(["data.sources=[mine.jsonl]", f"export.posts=[{tmp_path}/mine.jsonl]"])


def test_pretraining_has_keys_of_its_own():
    assert "masked_weight" in list(keys_of(PretrainConfig))
    with pytest.raises(ConfigError, match="did you mean epochs="):
        load_pretrain_config(["corpus=[a.jsonl]", "trainer.epochs=1"])


@pytest.mark.parametrize(
    ("load", "override", "reason"),
    [
        (load_config, "data.sources=nope.jsonl", "data.sources is a list: give 'data.sources=[nope.jsonl]'"),
        (load_config, "data.sources=null", "data.sources is a list: give 'data.sources=[]'"),
        (load_pretrain_config, "corpus=a.jsonl", "corpus is a list: give 'corpus=[a.jsonl]'"),
        (load_head_config, "posts=a.jsonl", "posts is a list: give 'posts=[a.jsonl]'"),
        (load_config, "trainer.batch_size=1.5", "trainer.batch_size must be a whole number, not 1.5"),
        (load_config, "trainer.epochs=abc", "trainer.epochs must be a number, not abc"),
        (load_config, "trainer.epochs=null", "trainer.epochs must be a number, not null"),
        (load_config, "trainer.compile=maybe", "trainer.compile must be true or false, not maybe"),
        (load_config, "model.layers=[0,1.5]", "model.layers[1] must be a whole number, not 1.5"),
        (load_config, "distill.teacher=[x]", "distill.teacher must be a text, not ['x']"),
        (load_config, "output={a:b}", "output must be a text, not {'a': 'b'}"),
    ],
)
def test_a_value_of_another_type_is_refused_in_words(load, override, reason):
    with pytest.raises(ConfigError, match=f"^configuration: {re.escape(reason)}$"):
        load([override])


@given(st.text(max_size=30))
def test_any_word_is_understood_or_refused_in_words(word):
    try:
        load_config([word])
    except ConfigError as error:
        assert str(error).startswith("configuration: ") or " must " in str(error)


def test_the_labels_are_those_of_the_types_extra_ones_last():
    assert load_config().labels == LabelSet()
    assert load_config(["types=[QQ]", "extra_types=[NAME]"]).labels.types == (EntityType.QQ, EntityType.NAME)


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["extra_types=[CAT]"], "unknown entity type 'CAT'; known: NAME, PHONE"),
        (["extra_types=[NAME]"], "NAME is named twice"),
        (["types=[]"], "needs at least one entity type"),
    ],
)
def test_types_that_cannot_be_labels_are_refused(overrides, reason):
    with pytest.raises(ConfigError, match=reason):
        load_config(overrides)
