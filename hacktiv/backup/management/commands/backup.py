from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from hacktiv.backup.errors import BackupError
from hacktiv.backup.operations import back_up


class Command(BaseCommand):
    help = "Save the database, MEDIA_ROOT and PRIVATE_ROOT into one new file. The platform may run meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            manifest = back_up(target=file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from error
        self.stdout.write(
            f"Saved the database of PostgreSQL {manifest.server} and {len(manifest.members) - 1} files to {file}"
            f" ({file.stat().st_size / 1e6:.1f} MB), as they stood at {manifest.made_at}."
        )
