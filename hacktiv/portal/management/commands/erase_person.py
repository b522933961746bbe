from django.core.management.base import BaseCommand, CommandError

from hacktiv.portal.operations import erase_person
from members.models import User


class Command(BaseCommand):
    help = "Erase a person's account and personal data at their request, as they would on their own page."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"No account has the address {email}.")
        erase_person(user=person)
        self.stdout.write(f"Erased the account of {email}.")
