"""The UDF in a Spark session of this machine."""

import shutil
import sys

import pytest

pytest.importorskip("pyspark")
pytest.importorskip("pandas")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs a Java runtime, and there is no java here"),
]


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
        yield session
        session.stop()


def test_the_udf_finds_the_same_spans(spark, texts, records):
    from gaihe.integrations.spark import detect, redact

    rows = spark.createDataFrame([(number, text) for number, text in enumerate([*texts, None])], "id int, text string")
    read = rows.withColumn("entities", detect()("text")).withColumn("shown", redact()("text")).orderBy("id").collect()
    found = [None if row.entities is None else [entity.asDict() for entity in row.entities] for row in read]
    assert found == [*records, None]
    assert read[-1].shown is None
    one = spark.createDataFrame([("张丽，电话13800138000",)], "text string").select(
        redact(policy="bars")("text").alias("t")
    )
    assert one.first().t == "██，电话" + "█" * 11
