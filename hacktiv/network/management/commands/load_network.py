from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hacktiv.common.datafiles import DataFileError
from hacktiv.network.loader import load
from hacktiv.network.rows import network_rows


class Command(BaseCommand):
    help = (
        "Load the real network: organisations, spaces, projects, and what happened. "
        "Rows that somebody changed or deleted stay as they are."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="say what would be done, and change nothing")

    def handle(self, *args, check, verbosity, **options):
        try:
            with transaction.atomic():
                outcome = load(network_rows())
                transaction.set_rollback(check)
        except DataFileError as error:
            raise CommandError(str(error)) from error
        told = ", ".join(f"{number} {name}" for name, number in outcome.counts().items() if number)
        self.stdout.write(f"{'Would load' if check else 'Loaded'} the network: {told}")
        for name in ("kept", "deleted", "orphaned"):
            for key in getattr(outcome, name):
                self.stdout.write(f"  {name}: {key}")
