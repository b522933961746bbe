from django.db import migrations

#: What a row of each table names of its own project.
NAMING = {
    "reporting_spending": ("partner", "period"),
    "reporting_contribution": ("partner", "period"),
    "reporting_targetgroup": ("period",),
    "reporting_communication": ("period",),
    "reporting_reporttext": ("period",),
}

BIND = "ALTER TABLE reporting_partner ADD CONSTRAINT reporting_partner_of_project UNIQUE (project_id, id);" + "".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_own_{what} FOREIGN KEY (project_id, {what}_id)"
    f" REFERENCES reporting_{what} (project_id, id) DEFERRABLE INITIALLY DEFERRED;"
    for table, named in NAMING.items()
    for what in named
)

LOOSEN = (
    "".join(f"ALTER TABLE {table} DROP CONSTRAINT {table}_own_{what};" for table, named in NAMING.items() for what in named)
    + "ALTER TABLE reporting_partner DROP CONSTRAINT reporting_partner_of_project;"
)

# Each side locks the partner, so that of two at once the later one sees what the earlier wrote.
REFUSE = """
CREATE FUNCTION reporting_spending_of_a_partner() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_role text;
BEGIN
    SELECT role INTO its_role FROM reporting_partner WHERE id = NEW.partner_id FOR SHARE;
    IF its_role = 'associated' THEN
        RAISE EXCEPTION 'reporting_spending_not_of_associated: an associated partner has no spending'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION reporting_partner_without_spending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reporting_spending WHERE partner_id = NEW.id) THEN
        RAISE EXCEPTION 'reporting_spending_not_of_associated: a partner with spending is not associated'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reporting_spending_not_of_associated BEFORE INSERT OR UPDATE ON reporting_spending
    FOR EACH ROW EXECUTE FUNCTION reporting_spending_of_a_partner();
CREATE TRIGGER reporting_partner_not_with_spending AFTER UPDATE ON reporting_partner
    FOR EACH ROW WHEN (NEW.role = 'associated' AND OLD.role <> 'associated')
    EXECUTE FUNCTION reporting_partner_without_spending();
"""

ALLOW = """
DROP TRIGGER reporting_partner_not_with_spending ON reporting_partner;
DROP TRIGGER reporting_spending_not_of_associated ON reporting_spending;
DROP FUNCTION reporting_partner_without_spending();
DROP FUNCTION reporting_spending_of_a_partner();
"""


class Migration(migrations.Migration):
    """Hold a partner and a half-year to one project, and refuse spending of an associated partner."""

    dependencies = [("reporting", "0014_parts_spending_and_plan")]

    operations = [migrations.RunSQL(BIND, LOOSEN), migrations.RunSQL(REFUSE, ALLOW)]
