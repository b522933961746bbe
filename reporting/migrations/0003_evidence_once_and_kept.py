from django.db import migrations, models

# TG_ARGV[0] is how a report refers to a row of the table: "evidence:7", "proof:7".
KEEP = """
CREATE FUNCTION reporting_keep_told_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reporting_reportversion
        WHERE state = 'closed' AND jsonb_path_exists(
            payload, '$.report.**.reference ? (@ == $told)', jsonb_build_object('told', TG_ARGV[0] || ':' || OLD.id)
        )
    ) THEN
        RAISE EXCEPTION 'a closed report lists this evidence' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER reporting_evidencefile_told BEFORE DELETE ON reporting_evidencefile
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_told_evidence('evidence');
CREATE TRIGGER reporting_proof_told BEFORE DELETE ON events_proof
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_told_evidence('proof');
"""

RELEASE = """
DROP TRIGGER reporting_proof_told ON events_proof;
DROP TRIGGER reporting_evidencefile_told ON reporting_evidencefile;
DROP FUNCTION reporting_keep_told_evidence();
"""

ALREADY_THERE = "This file is among the proofs already."


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("reporting", "0002_closed_reports")]

    operations = [
        *(
            migrations.AddConstraint(
                model_name="evidencefile",
                constraint=models.UniqueConstraint(
                    fields=[thing, "sha256"],
                    name=f"reporting_evidencefile_once_a_{thing}",
                    violation_error_message=ALREADY_THERE,
                ),
            )
            for thing in ("coaching", "deliverable", "period")
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]
