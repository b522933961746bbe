import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def own_language():
    """The language of a page that a test asks for ends with the test."""
    with translation.override(translation.get_language()):
        yield
