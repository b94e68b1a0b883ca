"""The posts that every adapter reads, and what the recogniser finds in them."""

import pytest
from gaihe.data.files.markup import gold_posts
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.data.lexicon.tables import Split
from gaihe.integrations.texts import loaded

SETTINGS = CorpusSettings(Split.TEST, seed=31)


@pytest.fixture(scope="session")
def texts():
    gold = [*gold_posts(Split.VALIDATION), *gold_posts(Split.TEST)]
    return [post.text for post in (*posts(SETTINGS, 0, 150), *gold)]


@pytest.fixture(scope="session")
def found(texts):
    """The entities of each text."""
    return loaded().detect_batch(texts)


@pytest.fixture(scope="session")
def records(found):
    """The same as ``gaihe detect`` writes them."""
    from gaihe.serving.recognition.detection import detection_record

    assert sum(map(len, found)) > 1000
    return [[detection_record(entity) for entity in entities] for entities in found]
