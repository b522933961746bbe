from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from hacktiv.backup.database import check_is_meant, place_in_words
from hacktiv.backup.errors import BackupError
from hacktiv.backup.operations import restore


class Command(BaseCommand):
    help = "Fill an empty database and empty folders from a file that `backup` wrote. Nothing else may run meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--embedded", action="store_true", help="The embedded database of development is meant.")

    def handle(self, *, file, embedded, **options):
        try:
            check_is_meant(embedded=embedded)
            restored = restore(source=file, tell=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from error
        except OSError as error:
            raise CommandError(f"{error}. Mend that, and begin again with the same file.") from error
        self.stdout.write(
            f"Restored the database {place_in_words()} and {restored.files} files as they stood at"
            f" {restored.manifest.made_at}."
            f" {restored.held} mails wait and are held: release them in the admin, or with `manage.py release_mail`."
        )
        self.stdout.write(f"Erasures made again, as the journal says: {restored.erased}.")
        if not Path(settings.ERASURE_JOURNAL).exists():
            self.stderr.write(
                f"There is no journal of erasures at {settings.ERASURE_JOURNAL}. If somebody was erased since the"
                " backup, put it there and run `manage.py erase_again` before anybody may enter."
            )
