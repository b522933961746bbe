"""`manage.py migrate`: Django's, in a good third of the time."""

from django.core.management.commands import migrate

from hacktiv.site.migrating import with_less_work


class Command(migrate.Command):
    def handle(self, *args, **options):
        with with_less_work():
            return super().handle(*args, **options)
