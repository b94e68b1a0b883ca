from gaihe.data.lexicon.tables import rows
from gaihe.serving.types.plate import plate_prefixes


def test_every_prefix_of_a_place_is_issued():
    told = {prefix for _, *prefixes in rows("plate_cities") for prefix in prefixes}
    assert told - plate_prefixes() == set()
