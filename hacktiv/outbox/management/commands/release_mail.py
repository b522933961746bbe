from django.core.management.base import BaseCommand, CommandError

from hacktiv.outbox.operations import OutboxError, release


class Command(BaseCommand):
    help = "Let the mails leave again after a restore."

    def add_arguments(self, parser):
        parser.add_argument(
            "--drop-older",
            action="store_true",
            help="cancel those that were put in line and due before the restore: they may have left already",
        )

    def handle(self, *, drop_older, **options):
        try:
            waiting, cancelled = release(drop_older=drop_older)
        except OutboxError as error:
            raise CommandError("The mails are not held.") from error
        self.stdout.write(f"Released {waiting} mails and cancelled {cancelled}.")
