from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0022_proofs_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="sequence",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="calendar sequence"
            ),
        ),
    ]
