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
