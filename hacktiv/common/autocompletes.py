"""Admin fields that fetch their choices, made safe against values that nobody can choose.

After an error Django's own fields look up the sent value to show it again, and crash if it is not a key.
"""

from django.contrib.admin import widgets
from django.core.exceptions import ValidationError


class SoundValues:
    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if self._may_be_a_key(key)], attr)

    def _may_be_a_key(self, value):
        key = self.field.remote_field.model._meta.pk
        try:
            key.run_validators(key.to_python(value or None))
        except ValidationError:
            return False
        return "\x00" not in str(value)


class AutocompleteSelect(SoundValues, widgets.AutocompleteSelect):
    pass


class AutocompleteSelectMultiple(SoundValues, widgets.AutocompleteSelectMultiple):
    pass


class SoundAutocompletes:
    """Mix in before an admin class or inline that has `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", AutocompleteSelectMultiple(db_field, self.admin_site, using=kwargs.get("using"))
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)
