from django.db import migrations, models
from django.db.models import F

#: The languages in which texts were written when this was made.
LANGUAGES = ("fr", "nl", "en")


def note_blocks(apps, schema_editor):
    """Note what the report got of texts that stand as they were taken over."""
    texts = apps.get_model("reporting", "ContributionText").objects
    for text in texts.filter(taken_version=F("version")).select_related("contribution__partner").iterator():
        name = text.contribution.partner.name
        words = {code: (getattr(text, f"text_{code}") or "").strip() for code in LANGUAGES}
        text.taken_blocks = {
            code: f"{name}\n{each}".replace("\r\n", "\n") for code, each in words.items() if each
        }
        text.save(update_fields=["taken_blocks"])


class Migration(migrations.Migration):
    dependencies = [("reporting", "0021_words_of_monthly_drafts")]

    operations = [
        migrations.AddField(
            model_name="contributiontext",
            name="taken_blocks",
            field=models.JSONField(blank=True, default=dict, verbose_name="taken over as"),
        ),
        migrations.RunPython(note_blocks, migrations.RunPython.noop),
    ]
