from django.utils.translation import gettext_lazy as _

from spaces.roles.forms import GiveRoleForm


class OpenPartForm(GiveRoleForm):
    """Open the part of one of these partners to the account that has an address."""

    def __init__(self, *args, partners, find, **kwargs):
        self.partners = {str(partner.pk): partner for partner in partners}
        named: dict[str, list[tuple[str, str]]] = {}  # in groups: a project's title and a name would not fit in a line
        for pk, partner in self.partners.items():
            named.setdefault(str(partner.project), []).append((pk, str(partner)))
        unknown = _("No account has this address: the person signs up first.")
        super().__init__(*args, roles=named.items(), find=find, unknown=unknown, **kwargs)
        self.fields["role"].label = _("Partner")

    def wish(self):
        """Return what the operation asks for: the person, the partner and the days."""
        wish = super().wish()
        wish["partner"] = self.partners[wish.pop("role")]
        return wish
