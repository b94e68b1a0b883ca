"""Posts in files, and a job without a cluster."""

from datetime import UTC, datetime

import pytest
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.model.loading import default_model, read_model

pytest.importorskip("pyarrow")

from gaihe.scale.give import Give
from gaihe.scale.job import Job
from gaihe.scale.pieces import KNOWN, Columns, cut, numbered
from gaihe.scale.places import place_of, sources_of


@pytest.fixture(scope="session")
def made():
    return list(posts(CorpusSettings(Split.TEST, seed=77), 0, 120))


@pytest.fixture
def planned(tmp_path):
    """The sources and pieces of some files."""

    def plan(*given, columns=None, rows=50):
        columns = columns or Columns("text")
        sources = tuple(sources_of([str(one) for one in given], KNOWN, place_of(str(tmp_path / "out"))))
        return sources, *numbered(sources, (cut(source, columns, rows) for source in sources), columns)

    return plan


@pytest.fixture
def job(tmp_path, planned):
    """A job over some files, and its pieces."""

    def build(*given, give="spans", form="parquet", kept=(), policy=None, key=None, rows=50):
        columns = Columns("text", kept)
        sources, pieces, types = planned(*given, columns=columns, rows=rows)
        model = default_model()
        made = Job(
            sources, columns, types, Give(give), form, place_of(str(tmp_path / "out")), read_model(model), str(model),
            DEFAULT_OPERATING_POINT, None, policy, key, datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
        return made, pieces

    return build
