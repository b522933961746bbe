"""Note which participants are known by name alone, as long as their registration tells it.

Of a guest who was erased before, nothing tells it any more: they stay a person of their own.
"""

from django.db import migrations, models


def note_names(apps, schema_editor):
    participations = apps.get_model("events", "Participation").objects
    by_name = participations.filter(registration__user=None, registration__guest_email="")
    by_name.exclude(registration=None).exclude(registration__guest_name="").update(is_by_name=True)


class Migration(migrations.Migration):
    dependencies = [("events", "0029_organisations_of_members")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="is_by_name",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="A guest without an address: at another event they may stand under another number.",
                verbose_name="known by name alone",
            ),
        ),
        migrations.RunPython(note_names, migrations.RunPython.noop, elidable=True),
    ]
