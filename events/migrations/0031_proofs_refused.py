import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0030_known_by_name_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proof",
            name="refused_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="refused at"),
        ),
        migrations.AddField(
            model_name="proof",
            name="refused_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="refused by",
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="refusal",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=300, verbose_name="why it is refused"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=Q(refused_at=None, refusal="")
                | (Q(refused_at__isnull=False, checked_at=None) & ~Q(refusal="")),
                name="events_proof_refused_with_a_word",
                violation_error_message="A proof is checked, or refused with a reason.",
            ),
        ),
    ]
