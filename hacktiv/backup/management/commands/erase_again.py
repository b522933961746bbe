from django.core.management.base import BaseCommand

from hacktiv.backup.operations import erase_again


class Command(BaseCommand):
    help = "Erase again whom the journal of erasures names by their keys, as a restore does by itself."

    def handle(self, **options):
        self.stdout.write(f"Erasures made again, as the journal says: {erase_again()}.")
