import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import migrations, models

#: PostgreSQL keeps the names of what belongs to a renamed table; the table of memberships will need them.
RENAMED = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT indexname AS name FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename = 'spaces_homespace' AND indexname LIKE 'spaces\\_membership%'
    LOOP
        EXECUTE format(
            'ALTER INDEX %I RENAME TO %I', found.name, replace(found.name, 'spaces_membership', 'spaces_homespace')
        );
    END LOOP;
    FOR found IN
        SELECT conname AS name FROM pg_constraint
        WHERE conrelid = 'spaces_homespace'::regclass AND conname LIKE 'spaces\\_membership%'
    LOOP
        EXECUTE format(
            'ALTER TABLE spaces_homespace RENAME CONSTRAINT %I TO %I',
            found.name, replace(found.name, 'spaces_membership', 'spaces_homespace')
        );
    END LOOP;
    ALTER SEQUENCE IF EXISTS spaces_membership_id_seq RENAME TO spaces_homespace_id_seq;
END $$
"""


class Migration(migrations.Migration):
    """The rows of today say where a person is at home: they keep doing so, under that name. Memberships follow."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("spaces", "0021_people_of_waits"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="spaces_membership_in_order"),
        migrations.RemoveConstraint(model_name="membership", name="spaces_membership_one_at_a_time"),
        migrations.RenameModel(old_name="Membership", new_name="HomeSpace"),
        migrations.RunSQL(RENAMED, migrations.RunSQL.noop),
        migrations.AlterModelOptions(
            name="homespace",
            options={"ordering": ["-since"], "verbose_name": "home space", "verbose_name_plural": "home spaces"},
        ),
        migrations.AlterField(
            model_name="homespace",
            name="space",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="homes",
                to="spaces.space",
                verbose_name="home space",
            ),
        ),
        migrations.AlterField(
            model_name="homespace",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="homes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddConstraint(
            model_name="homespace",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                name="spaces_homespace_in_order",
                violation_error_message="It ends after it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="homespace",
            constraint=ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    (
                        models.Func(
                            models.F("since"),
                            models.F("until"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="spaces_homespace_one_at_a_time",
                violation_error_message="A person has one home space at a time.",
            ),
        ),
    ]
