"""Take the organisations over from the spaces: the table with its rows, its permissions and its log of changes."""

from django.db import migrations, models

#: What the organisations of the network are, as its data file says. Of the others nobody has said it.
KINDS = {"bep": "public_body", "forsud": "association", "ardenne-metropole": "public_body"}


def move_content_type(apps, before, after):
    """Hand the content type over, and with it the permissions and the log of the admin."""
    types = apps.get_model("contenttypes", "ContentType").objects.filter(model="organisation")
    if not types.filter(app_label=after).exists():
        types.filter(app_label=before).update(app_label=after)


def forth(apps, schema_editor):
    move_content_type(apps, "spaces", "members")


def back(apps, schema_editor):
    move_content_type(apps, "members", "spaces")


def set_kinds(apps, schema_editor):
    organisations = apps.get_model("members", "Organisation").objects
    for slug, kind in KINDS.items():
        organisations.filter(slug=slug).update(kind=kind)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("members", "0011_newcomers_and_presence"),
        # All that refers to the table must be there before it gets another name.
        ("spaces", "0030_included_a_month"),
        ("events", "0028_more_situations"),
        ("training", "0002_order_of_rows_at_the_same_time"),
        ("reporting", "0006_people_of_partners"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE spaces_organisation RENAME TO members_organisation",
                    "ALTER TABLE members_organisation RENAME TO spaces_organisation",
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="slug")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("legal_name", models.CharField(blank=True, max_length=200, verbose_name="full name")),
                        (
                            "country",
                            models.CharField(
                                choices=[("BE", "Belgium"), ("FR", "France")], max_length=2, verbose_name="country"
                            ),
                        ),
                        ("street", models.CharField(blank=True, max_length=120, verbose_name="street and number")),
                        ("postcode", models.CharField(blank=True, max_length=10, verbose_name="postcode")),
                        ("town", models.CharField(blank=True, max_length=80, verbose_name="town")),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        ("description_fr", models.TextField(blank=True, null=True, verbose_name="description")),
                        ("description_nl", models.TextField(blank=True, null=True, verbose_name="description")),
                        ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ],
                    options={
                        "verbose_name": "organisation",
                        "verbose_name_plural": "organisations",
                        "ordering": ["name"],
                    },
                ),
            ],
        ),
        migrations.RunPython(forth, back),
        migrations.AddField(
            model_name="organisation",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("company", "Company"),
                    ("association", "Association"),
                    ("school", "School"),
                    ("public_body", "Public body"),
                ],
                default="",
                help_text="Leave it empty while nobody has said it.",
                max_length=11,
                verbose_name="kind of organisation",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(set_kinds, migrations.RunPython.noop),
    ]
