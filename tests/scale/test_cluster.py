"""What goes wrong on a machine of the cluster is told in words that name no text."""

import pytest

pytest.importorskip("ray")

from gaihe.scale.cluster import cluster, spread
from gaihe.serving.core.errors import CommandError, CommandFailedError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _cluster():
    with cluster(None, 1):
        yield


def fails(error):
    def work(_):
        raise error

    return work


def test_an_error_of_the_projects_own_is_raised_as_it_was():
    with pytest.raises(CommandError, match="no such column"):
        spread(fails(CommandError("no such column")), [1])


def test_what_a_machine_cannot_reach_is_named():
    with pytest.raises(CommandFailedError, match="cannot read or write: access denied to bucket"):
        spread(fails(OSError("access denied to bucket")), [1])


def test_of_other_errors_only_the_kind_is_told():
    with pytest.raises(CommandFailedError, match="ValueError") as raised:
        spread(fails(ValueError("张丽，电话13800138000")), [1])
    assert "张丽" not in str(raised.value)
