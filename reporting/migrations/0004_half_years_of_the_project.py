from django.db import migrations

#: The tables that name a half-year, and their column for it.
NAMING = {
    "reporting_countedaction": "period_id",
    "reporting_deviation": "period_id",
    "reporting_deliverable": "period_id",
    "reporting_stock": "told_in_id",
}

BIND = "ALTER TABLE reporting_period ADD CONSTRAINT reporting_period_of_project UNIQUE (project_id, id);" + "".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_own_period FOREIGN KEY (project_id, {column})"
    " REFERENCES reporting_period (project_id, id) DEFERRABLE INITIALLY DEFERRED;"
    for table, column in NAMING.items()
)

LOOSEN = (
    "".join(f"ALTER TABLE {table} DROP CONSTRAINT {table}_own_period;" for table in NAMING)
    + "ALTER TABLE reporting_period DROP CONSTRAINT reporting_period_of_project;"
)


class Migration(migrations.Migration):
    """What a project tells of a half-year it tells of one of its own: the half-year's key includes the project."""

    dependencies = [("reporting", "0003_evidence_once_and_kept")]

    operations = [migrations.RunSQL(BIND, LOOSEN)]
