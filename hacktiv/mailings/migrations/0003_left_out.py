from collections import Counter

from django.db import migrations, models


def count_left_out(apps, schema_editor):
    """Note of each mailing how many are left out, by reason, as its recipients tell it."""
    Mailing = apps.get_model("mailings", "Mailing")
    for mailing in Mailing.objects.exclude(skipped=0).iterator():
        reasons = mailing.recipients.exclude(reason="").values_list("reason", flat=True)
        mailing.left_out = dict(Counter(reasons))
        mailing.save(update_fields=["left_out"])


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0002_attempts"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="left_out",
            field=models.JSONField(
                blank=True, default=dict, editable=False, verbose_name="not written to, by reason"
            ),
        ),
        migrations.RunPython(count_left_out, migrations.RunPython.noop, elidable=True),
    ]
