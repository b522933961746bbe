"""Words of Django that people here read otherwise: makemessages finds them, and our catalogues stand above Django's.

Their English stands in our English catalogue too."""

from django.utils.translation import gettext_noop

UNIQUE = gettext_noop("%(model_name)s with this %(field_label)s already exists.")
SAVE_AND_ADD_ANOTHER = gettext_noop("Save and add another")
