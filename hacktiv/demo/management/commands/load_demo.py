from django.core.management.base import BaseCommand, CommandError

from hacktiv.common.datafiles import DataFileError
from hacktiv.demo import ACCOUNTS
from hacktiv.demo.loader import DemoRefused, load_demo


class Command(BaseCommand):
    help = "Add fictional members, events and bookings around today, all marked as examples. Safe to run again."

    def handle(self, *args, **options):
        try:
            added = load_demo()
        except (DemoRefused, DataFileError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Demo: {added['people']} people, {added['events']} new events.")
        for role, email, password in ACCOUNTS:
            self.stdout.write(f"  {role}: {email} / {password}")
