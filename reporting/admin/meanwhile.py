"""Two coordinators at one form of the admin: who changes what somebody else has changed meanwhile is asked first.

Each form carries beside its fields what it showed (`UntouchedMixin`): what nobody touched here stays as the other has
left it.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms.models import BaseModelFormSet
from django.utils.formats import localize
from django.utils.translation import gettext as _

NOTHING = "–"


class AskedMeanwhile:
    """Refuse a value in the place of one that the page did not show. What was typed stays, and is saved if the form is
    sent again: then its page has said what stands."""

    def clean(self):
        cleaned = super().clean()
        for name in self.touched_meanwhile():
            now = self.get_initial_for_field(self.fields[name], name)
            words = _(
                "Somebody has changed this meanwhile: by now it says “%(now)s”. Save again to put yours in its place."
            )
            self.add_error(name, ValidationError(words % {"now": _in_words(self.fields[name], now)}, code="moved"))
            self._carry(name, now)
        return cleaned

    def touched_meanwhile(self):
        """Return the names of the fields that were changed here, and otherwise by somebody else."""
        shown = [name for name in self.changed_data if self[name].html_initial_name in self.data]
        return [name for name in shown if self._differs(name, hidden=True) and self._differs(name, hidden=False)]

    def _differs(self, name, *, hidden):
        """Return whether a field as the page showed it, or as it was sent, differs from what stands now."""
        field, bound = self.fields[name], self[name]
        widget, sent = (field.hidden_widget(), bound.html_initial_name) if hidden else (field.widget, bound.html_name)
        now = self.get_initial_for_field(field, name)
        return field.has_changed(now, widget.value_from_datadict(self.data, self.files, sent))

    def _carry(self, name, now):
        """Let the page that is shown next carry what stands now."""
        self.data = self.data.copy()
        field, sent = self.fields[name], self[name].html_initial_name
        value = field.prepare_value(now)
        if isinstance(value, list | tuple):
            self.data.setlist(sent, list(map(str, value)))
        else:
            self.data[sent] = field.hidden_widget().format_value(value) or ""


class LockedFormSet(BaseModelFormSet):
    """Lock the rows of a list that is sent before they are read."""

    #: Locks rows by their keys.
    lock = None

    def get_queryset(self):
        if self.is_bound and connection.in_atomic_block and not hasattr(self, "_queryset"):
            self.lock(list(self.queryset.values_list("pk", flat=True)))
        return super().get_queryset()


class LockedRows:
    """Read rows that are to be changed under a lock: who saves them at the same time waits, then sees the other's."""

    def lock(self, keys):
        """Lock rows by their keys, in an order that all keep to: two who lock several wait for each other."""
        rows = self.model._default_manager.select_for_update(no_key=True).filter(pk__in=keys)
        list(rows.order_by("pk").values_list("pk"))

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None or not (request.method == "POST" and connection.in_atomic_block):
            return found
        self.lock([found.pk])
        return super().get_object(request, object_id, from_field)

    def get_changelist_formset(self, request, **kwargs):
        locked = type("LockedFormSet", (LockedFormSet,), {"lock": staticmethod(self.lock), "__module__": __name__})
        return super().get_changelist_formset(request, **{"formset": locked, **kwargs})


def _in_words(field, value):
    """Write what stands in a field as people read it."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(map(str, value)) or NOTHING
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.filter(pk=getattr(value, "pk", value)).first() or NOTHING)
    named = dict(getattr(field.widget, "choices", ()) or getattr(field, "choices", ()))
    for key in (value, str(value)):
        if key in named:
            return str(named[key])
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(localize(value)) if value not in (None, "") else NOTHING
