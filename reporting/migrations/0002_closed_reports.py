from django.db import migrations

# Who closed it may still be forgotten (closed_by is emptied when a person erases their account); nothing else may change.
KEEP = """
CREATE FUNCTION reporting_keep_closed_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' AND (
        TG_OP = 'DELETE'
        OR to_jsonb(NEW) - 'closed_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'closed_by_id'
        OR NEW.closed_by_id IS NOT NULL AND NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id
    ) THEN
        RAISE EXCEPTION 'a closed report stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER reporting_reportversion_closed BEFORE UPDATE OR DELETE ON reporting_reportversion
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_closed_report();
"""

RELEASE = """
DROP TRIGGER reporting_reportversion_closed ON reporting_reportversion;
DROP FUNCTION reporting_keep_closed_report();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, RELEASE)]
