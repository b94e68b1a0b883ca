import pytest

from tests.serving.http.served import serving


@pytest.fixture(scope="package")
def service():
    """A service with the released model."""
    with serving() as served:
        yield served
