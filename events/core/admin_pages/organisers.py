"""The choice of an event's organisers, and what it proposes: joint, not joint, or unknown."""

from django import forms
from django.forms.widgets import Script
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import rules

JOINT_IN_WORDS = {
    True: pgettext_lazy("event", "Joint"),
    False: pgettext_lazy("event", "Not joint"),
    None: _("Unknown"),
}


class OrganisersWidget(forms.CheckboxSelectMultiple):
    """Boxes to tick, and below them whether the ticked organisers propose a joint event.

    The server writes the proposal; `static/js/joint.js` updates it while somebody ticks. The script reads the number
    of countries, the words and each organisation's country from the page."""

    template_name = "admin/events/event/organisers.html"

    class Media:
        js = [Script("js/joint.js", type="module")]

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-country"] = value.instance.country
        return option

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        chosen = [option["value"].instance for option in options if option["selected"]]
        context["joint"] = {
            "proposed": JOINT_IN_WORDS[rules.proposed_joint(chosen)],
            "countries": rules.COUNTRIES_OF_A_JOINT_EVENT,
            "yes": JOINT_IN_WORDS[True],
            "no": JOINT_IN_WORDS[False],
            "unknown": JOINT_IN_WORDS[None],
        }
        return context


def with_its_country(organisation):
    return f"{organisation.name} ({organisation.get_country_display()})"
