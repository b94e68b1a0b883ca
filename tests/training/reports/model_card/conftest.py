"""Real runs on few posts: a teacher, its student, the student with another seed, and a report on both students."""

import json
import shutil
from types import SimpleNamespace

import pytest
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.serving import Entity, Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.schema import EntityType

from tests.training.model.wordpiece import wordpiece_bert

SILVER = "si|ver `1`.jsonl"
NAMES_ONLY = (EntityType.NAME, EntityType.PHONE)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model card")
    base = wordpiece_bert(folder / "bert")
    (base / "LINEAGE.md").write_text("# bert\n\nDrawn at random; 2,000 characters.\n", encoding="utf-8")
    silver = [Post(f"s{n}", "张丽来了", (Entity(0, 2, EntityType.NAME, "张丽"),), types=NAMES_ONLY) for n in range(7)]
    write_posts(silver, folder / SILVER)
    write_posts([Post(f"v{n}", "李雷走了", types=(EntityType.NAME,)) for n in range(3)], folder / "names.jsonl")
    write_posts([Post(f"p{n}", "今天天气不错") for n in range(5)], folder / "plain.jsonl")
    common = ["train", "experiment=tiny", f"data.folder={folder / 'data'}"]
    common += ["data.train=24", "data.validation=8", "data.test=8", "export.calibrate=false"]
    common += ["trainer.learning_rate=0.001"]  # quick to learn that most characters are no entity
    teacher, student, sister = (folder / name for name in ("teacher", "student", "student-21"))
    assert main([*common, f"model.base={base}", f"output={teacher}", f"data.sources=['{folder / SILVER}']"]) == 0
    pupil = [*common, f"model.base={teacher / 'weights'}", f"distill.teacher={teacher / 'weights'}"]
    pupil += [f"distill.posts=['{folder / 'plain.jsonl'}']", f"export.posts=['{folder / 'names.jsonl'}']"]
    assert main([*pupil, f"output={student}"]) == 0
    assert main([*pupil, f"output={sister}", "seed=21"]) == 0
    write_posts(posts(CorpusSettings(seed=5, noise=0.6), 0, 25), folder / "mine.jsonl")
    models = [word for run in (student, sister) for word in ("--model", str(run / "model.onnx"))]
    words = ["benchmark", "--posts", str(folder / "mine.jsonl"), *models, "--output", str(folder / "report")]
    assert main([*words, "--resamples", "30", "--errors", "0", "--speed-posts", "3"]) == 0
    for run in (teacher, student, sister):
        shutil.rmtree(run / "checkpoints")
    return SimpleNamespace(
        folder=folder, base=base, teacher=teacher, student=student, sister=sister, report=folder / "report/report.json"
    )


@pytest.fixture
def copy(made, tmp_path):
    """The student's run and the report, to be damaged."""
    student = tmp_path / "student"
    shutil.copytree(made.student, student)
    report = tmp_path / "report.json"
    report.write_bytes(made.report.read_bytes())
    return SimpleNamespace(student=student, report=report)


def edit(path, change):
    """Apply a change to the record in a JSON file."""
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")
