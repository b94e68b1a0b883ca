"""A pandas UDF of PySpark: ``posts.withColumn("entities", detect()("text"))``.

Each Python worker loads the model once and reads on one core; Spark spreads the rows. Workers need this package
installed; a model of one's own travels by ``SparkContext.addFile``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd
from gaihe.integrations import pandas as columns
from gaihe.integrations.texts import loaded
from gaihe.serving.recognition.detection import FIELDS
from gaihe.serving.redaction.policy import DEFAULT_REDACTION
from pyspark.sql import Column
from pyspark.sql.functions import pandas_udf

_TYPES: Mapping[object, str] = {int: "int", float: "double", bool: "boolean", str: "string", list[str]: "array<string>"}
ENTITIES = f"array<struct<{','.join(f'{name}:{_TYPES[kind]}' for name, kind in FIELDS.items())}>>"
"""The type of a text's entities."""


def detect(model: str | None = None, threshold: float | None = None) -> Callable[..., Column]:
    """A UDF from a column of texts to one of `ENTITIES`; a null text has null.

    Args:
        model: the path of an exported model on each worker; the released one when left out.
        threshold: the lowest score of an entity, 0 to 1; that of the operating point ``balanced`` when left out.
    """

    def run(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for texts in batches:
            yield columns.detect(texts, loaded(model, threshold), threads=1)

    return _udf(run, ENTITIES)


def redact(
    model: str | None = None, threshold: float | None = None, policy: str = DEFAULT_REDACTION, key: bytes | None = None
) -> Callable[..., Column]:
    """A UDF from a column of texts to one of texts with their entities replaced; arguments as for `detect`.

    Args:
        model: the path of an exported model on each worker; the released one when left out.
        threshold: the lowest score of an entity, 0 to 1.
        policy: a preset's name, or a file on each worker (docs/REDACTION.md).
        key: for policies that need one.
    """

    def run(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for texts in batches:
            yield columns.redact(texts, loaded(model, threshold), threads=1, policy=policy, key=key)

    return _udf(run, "string")


def _udf(run: Callable[[Iterator[pd.Series]], Iterator[pd.Series]], kind: str) -> Callable[..., Column]:
    udf: Callable[..., Column] = pandas_udf(run, kind)
    return udf
