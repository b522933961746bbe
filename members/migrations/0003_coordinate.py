from django.db import migrations


class Migration(migrations.Migration):
    """To coordinate the network is a permission on people. Grants of the former permission follow in `reporting`."""

    dependencies = [("members", "0002_calendar_feed")]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ["last_name", "first_name", "pk"],
                "permissions": [("coordinate", "Can coordinate the network")],
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        )
    ]
