"""The sections of a long form are known by name, and say where something is to be mended."""

import pytest

from spaces.models import Space

from .pages import admin_url, space_fields

pytestmark = pytest.mark.django_db


def test_the_link_to_a_section_says_how_much_is_to_be_mended_there(client, mine):
    address = admin_url(Space, "change", mine[Space].pk)
    again = client.post(address, space_fields(mine[Space], name="", phone="\x07"))
    wrong = {str(section.label): section.wrong for section in again.context["sections"] if section.wrong}
    assert wrong == {"Présentation": 1, "Comment le joindre": 1}
