from django.db import migrations

#: The tables of the plan that name a half-year of their project.
NAMING = ("reporting_targetgroup", "reporting_communication", "reporting_reporttext")

BIND = "".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_own_period FOREIGN KEY (project_id, period_id)"
    " REFERENCES reporting_period (project_id, id) DEFERRABLE INITIALLY DEFERRED;"
    for table in NAMING
)

LOOSEN = "".join(f"ALTER TABLE {table} DROP CONSTRAINT {table}_own_period;" for table in NAMING)


class Migration(migrations.Migration):
    """What a project tells of a half-year it tells of one of its own."""

    dependencies = [("reporting", "0012_plan_of_projects")]

    operations = [migrations.RunSQL(BIND, LOOSEN)]
