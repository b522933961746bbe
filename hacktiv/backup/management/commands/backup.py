from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from hacktiv.backup.database import check_is_meant, place_in_words
from hacktiv.backup.errors import BackupError
from hacktiv.backup.operations import back_up


class Command(BaseCommand):
    help = "Save the database, MEDIA_ROOT and PRIVATE_ROOT into one new file. The platform may run meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--embedded", action="store_true", help="The embedded database of development is meant.")

    def handle(self, *, file, embedded, **options):
        try:
            check_is_meant(embedded=embedded)
            manifest = back_up(target=file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from error
        self.stdout.write(
            f"Saved the database {place_in_words()} of PostgreSQL {manifest.server} and"
            f" {len(manifest.members) - 1} files to {file} ({file.stat().st_size / 1e6:.1f} MB), as they stood at"
            f" {manifest.made_at}."
        )
