from django.contrib.admin import site
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from hacktiv.portal.operations import NothingHeldError, erase_address
from hacktiv.portal.queries.personal_data import mentions_of, whoever_has


class Command(BaseCommand):
    help = (
        "Erase a member or a guest at their request, by the address that they have shown to be theirs. Then tell where"
        " their name still stands in words that nothing ties to them: a manager corrects those in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", action="append", default=[], help="A further name to look for; may be repeated.")

    def handle(self, *, email, name, **options):
        try:
            person, is_remembered = erase_address(address=email)
        except NothingHeldError:
            if not name:
                raise CommandError(f"Nothing is held under the address {email}.") from None
            person = whoever_has(email)
            self.stdout.write(f"Nothing is held under the address {email}.")
        else:
            self.stdout.write(f"Erased what was held under {email}.")
            if not is_remembered:
                self.stderr.write(
                    "Nothing of it bears a key for the journal of erasures: where an older backup is restored, erase it"
                    " again by hand."
                )
        mentions = [f"  {_where(mention)}" for mention in mentions_of(person.under(*name))]
        if mentions:
            self.stdout.write("\n".join(["Look at these by hand, an address or a name stands in them:", *mentions]))


def _where(mention):
    """Return the table, the key and the column, with the page of the admin where there is one."""
    meta = mention.row._meta
    words = f"{meta.label} {mention.row.pk}: {mention.column}"
    if type(mention.row) in site._registry:
        words += f" ({reverse(f'admin:{meta.app_label}_{meta.model_name}_change', args=[mention.row.pk])})"
    return words
