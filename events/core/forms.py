"""Fields that the forms of several capabilities have."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Residence

#: Labels of the blank choice: for staff, and for the people themselves.
NOT_SAID, WOULD_RATHER_NOT_SAY = _("Not said"), _("I would rather not say")


def residence_field(*, unsaid=NOT_SAID, **kwargs):
    """Return a field for the country in which a guest lives, for the side of the border and the reports.

    `unsaid` is the label of its blank choice."""
    choices = [("", unsaid), *Residence.choices]
    return forms.ChoiceField(**{"label": _("Lives in"), "required": False, "choices": choices, **kwargs})
