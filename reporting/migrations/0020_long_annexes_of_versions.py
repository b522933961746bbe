import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION reporting_keep_closed_annex() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reporting_reportversion WHERE state = 'closed' AND id IN (OLD.version_id, NEW.version_id)
    ) THEN
        RAISE EXCEPTION 'a closed report stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER reporting_annexchunk_closed BEFORE INSERT OR UPDATE OR DELETE ON reporting_annexchunk
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_closed_annex();
"""

RELEASE = """
DROP TRIGGER reporting_annexchunk_closed ON reporting_annexchunk;
DROP FUNCTION reporting_keep_closed_annex();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0019_comments_on_sections")]

    operations = [
        migrations.CreateModel(
            name="AnnexChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("annex", models.UUIDField(verbose_name="annex")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("rows", models.TextField(verbose_name="rows")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="reporting.reportversion",
                        verbose_name="report",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of an annex",
                "verbose_name_plural": "parts of annexes",
                "constraints": [models.UniqueConstraint(fields=("annex", "number"), name="reporting_annexchunk_once")],
            },
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]
