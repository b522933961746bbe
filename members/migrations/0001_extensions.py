from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What the schema leans on: exclusion constraints over units, search that ignores accents."""

    dependencies = []
    operations = [BtreeGistExtension(), TrigramExtension(), UnaccentExtension()]
