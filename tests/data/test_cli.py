import pytest
from gaihe.data import cli
from gaihe.serving.commands.cli import main


@pytest.mark.parametrize("output", ["posts.parquet", "folder/"])
def test_parquet_without_pyarrow_names_the_extra_that_brings_it(output, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert main(["generate", "--count", "1", "--output", output]) == 2
    told = "gaihe: Parquet needs pyarrow, which is not installed: pip install 'gaihe[parquet]'\n"
    assert capsys.readouterr().err == told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--workers", "0"], "--workers must be at least 1, not 0"),
        (["--workers", "-3"], "--workers must be at least 1, not -3"),
        (["--output", "folder/", "--format", "jsonl"], "--output folder/ is a folder and --format jsonl a file"),
        (["--output", "folder/", "--format", "parquet"], "--output folder/ is a folder and --format parquet a file"),
    ],
)
def test_options_that_cannot_be_end_with_2_and_write_nothing(options, reason, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "--count", "1", "--output", "posts.jsonl", *options]) == 2
    assert reason in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
