from django.db import migrations
from django.db.models import F


def forwards(apps, schema_editor):
    """The seats of events held online were kept as the only ones there were: they are the seats online now."""
    events = apps.get_model("events", "Event").objects.filter(mode="online")
    apps.get_model("events", "Registration").objects.filter(event__mode="online").update(way="online")
    events.update(online_capacity=F("capacity"), online_seats_taken=F("seats_taken"), capacity=None, seats_taken=0)


def backwards(apps, schema_editor):
    events = apps.get_model("events", "Event").objects.filter(mode="online")
    events.update(capacity=F("online_capacity"), seats_taken=F("online_seats_taken"))


class Migration(migrations.Migration):
    dependencies = [("events", "0002_seats_by_way")]

    operations = [migrations.RunPython(forwards, backwards)]
