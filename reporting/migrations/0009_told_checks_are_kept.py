from django.db import migrations

# TG_ARGV[0] is how a report refers to a row of the table: "evidence:7", "proof:7".
KEEP = """
CREATE FUNCTION reporting_keep_told_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reporting_reportversion
        WHERE state = 'closed' AND jsonb_path_exists(
            payload,
            '$.report.**.evidence[*] ? (@.reference == $told && @.checked == true)',
            jsonb_build_object('told', TG_ARGV[0] || ':' || OLD.id)
        )
    ) THEN
        RAISE EXCEPTION 'a closed report lists this as checked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reporting_evidencefile_told_check BEFORE UPDATE ON reporting_evidencefile
    FOR EACH ROW WHEN (OLD.checked_at IS NOT NULL AND NEW.checked_at IS NULL)
    EXECUTE FUNCTION reporting_keep_told_check('evidence');
-- A name that is noted later makes the check of a list void (outdated_at), whatever a report told.
CREATE TRIGGER reporting_proof_told_check BEFORE UPDATE ON events_proof
    FOR EACH ROW WHEN (OLD.checked_at IS NOT NULL AND NEW.checked_at IS NULL AND NEW.outdated_at IS NULL)
    EXECUTE FUNCTION reporting_keep_told_check('proof');
"""

RELEASE = """
DROP TRIGGER reporting_proof_told_check ON events_proof;
DROP TRIGGER reporting_evidencefile_told_check ON reporting_evidencefile;
DROP FUNCTION reporting_keep_told_check();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0021_checks_made_void_by_later_names"),
        ("reporting", "0008_evidence_refused"),
    ]

    operations = [migrations.RunSQL(KEEP, RELEASE)]
