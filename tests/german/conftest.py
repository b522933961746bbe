import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the columns of the fourth language, as a migration would."""
    with django_db_blocker.unblock():
        call_command("sync_translation_fields", interactive=False, verbosity=0)
