"""Columns of texts in pandas, Polars and PyArrow."""

import pytest
from gaihe.integrations.texts import loaded
from gaihe.serving.redaction import Redactor

pytestmark = pytest.mark.slow

POST = "就是她，张丽，电话13800138000"


@pytest.fixture(scope="module")
def shown(texts):
    redactor = Redactor(loaded())
    return [redactor.redact(text).text for text in texts]


def test_pandas_finds_the_same_spans(texts, records, shown):
    pd = pytest.importorskip("pandas")
    from gaihe.integrations.pandas import detect, entities, redact

    column = pd.Series(texts, index=range(100, 100 + len(texts)), name="post")
    assert detect(column).tolist() == records
    assert detect(column).index.equals(column.index)
    assert redact(column).tolist() == shown
    frame = entities(column)
    assert frame.to_dict("records") == [record for found in records for record in found]
    assert frame.index.tolist() == [100 + place for place, found in enumerate(records) for _ in found]


def test_pandas_keeps_what_is_missing():
    pd = pytest.importorskip("pandas")
    from gaihe.integrations.pandas import detect, entities, redact

    for missing in (None, float("nan"), pd.NA):
        column = pd.Series([missing, POST, ""], dtype=object)
        assert detect(column).isna().tolist() == redact(column).isna().tolist() == [True, False, False]
        assert [len(found) for found in detect(column).dropna()] == [2, 0]
        assert entities(column)["type"].tolist() == ["NAME", "PHONE"]
    assert len(entities(pd.Series(["好"]))) == len(entities(pd.Series([], dtype=str))) == 0
    with pytest.raises(TypeError, match="text 0 is int"):
        detect(pd.Series([1]))


def test_polars_finds_the_same_spans(texts, records, shown):
    pl = pytest.importorskip("polars")
    from gaihe.integrations.polars import ENTITIES, detect, redact

    frame = pl.DataFrame({"text": texts})
    both = frame.lazy().with_columns(entities=detect("text"), shown=redact(pl.col("text"))).collect()
    assert both["entities"].to_list() == records
    assert both["entities"].dtype == ENTITIES
    assert both["shown"].to_list() == shown


def test_polars_keeps_nulls_and_explodes():
    pl = pytest.importorskip("polars")
    from gaihe.integrations.polars import detect, redact

    frame = pl.DataFrame({"text": [None, POST, ""]}).with_columns(
        entities=detect("text"), shown=redact("text", policy="bars")
    )
    assert frame["entities"].list.len().to_list() == [None, 2, 0]
    assert frame["shown"].to_list() == [None, "就是她，██，电话███████████", ""]
    rows = frame.explode("entities").unnest("entities", separator=".").drop_nulls("entities.type")
    assert rows["entities.type"].to_list() == ["NAME", "PHONE"]
    assert pl.DataFrame({"text": [None]}, {"text": pl.String}).select(detect("text"))["text"].to_list() == [None]


def test_arrow_finds_the_same_spans(texts, records, shown):
    pa = pytest.importorskip("pyarrow")
    from gaihe.integrations.arrow import ENTITIES, detect, redact

    column = pa.chunked_array([texts[:300], texts[300:]])
    assert detect(column).to_pylist() == records
    assert detect(column).type == ENTITIES
    assert redact(column, loaded()).to_pylist() == shown
    assert detect(pa.array([None, POST])).to_pylist()[0] is None
    with pytest.raises(TypeError, match="text 0 is int"):
        detect(pa.array([1]))


def test_hashes_need_their_key():
    pd = pytest.importorskip("pandas")
    from gaihe.integrations.pandas import redact
    from gaihe.serving.redaction import redaction_policy

    policy = redaction_policy({"name": "joined", "version": "1", "operator": "hash"}, "here")
    first, second = redact(pd.Series(["电话13800138000", "电话一三八00138000"]), policy=policy, key=bytes(32))
    assert first == second and "138" not in first
    with pytest.raises(ValueError, match="key"):
        redact(pd.Series(["张丽"]), policy=policy)
