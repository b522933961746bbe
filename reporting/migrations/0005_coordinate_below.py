from django.db import migrations

#: The table that the permission `coordinate` belongs to, and what the permission is called: before and after.
PROJECT = ("reporting", "project", "Can coordinate the projects and close their reports")
PERSON = ("members", "user", "Can coordinate the network")


def move_grants(apps, alias, *, source, target):
    """Give the target's permission to each group and person that holds the source's, and delete the source's.

    Does nothing on a new database, where nobody holds either: Django makes the permission after the migrations.
    """
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    old = permissions.filter(
        codename="coordinate", content_type__app_label=source[0], content_type__model=source[1]
    ).first()
    if old is None:
        return
    content_type, _created = content_types.get_or_create(app_label=target[0], model=target[1])
    new, _created = permissions.get_or_create(
        codename="coordinate", content_type=content_type, defaults={"name": target[2]}
    )
    new.group_set.add(*old.group_set.all())
    new.user_set.add(*old.user_set.all())
    old.delete()


def to_person(apps, schema_editor):
    move_grants(apps, schema_editor.connection.alias, source=PROJECT, target=PERSON)


def to_project(apps, schema_editor):
    move_grants(apps, schema_editor.connection.alias, source=PERSON, target=PROJECT)


class Migration(migrations.Migration):
    """The permission to coordinate belongs to people, below the apps that ask for it; its holders keep it."""

    dependencies = [
        ("reporting", "0004_half_years_of_the_project"),
        ("members", "0003_coordinate"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="project",
            options={
                "ordering": ["-starts_on", "slug"],
                "verbose_name": "project",
                "verbose_name_plural": "projects",
            },
        ),
        migrations.RunPython(to_person, to_project),
    ]
