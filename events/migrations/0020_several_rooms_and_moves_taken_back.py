"""Let an event hold several rooms and things, with today's room carried over, and keep what an event was before it went
online."""

from django.db import migrations, models

#: The room of an event, and the one that was taken, become rows of the two sets. The hold of an event names its room
#: too. The constraints are checked at once, as PostgreSQL changes no table with checks still to come.
CARRY_OVER = """
INSERT INTO events_event_resources (event_id, resource_id)
    SELECT id, resource_id FROM events_event WHERE resource_id IS NOT NULL;
INSERT INTO events_event_resources_wanted (event_id, resource_id)
    SELECT id, room_wanted_id FROM events_event WHERE room_wanted_id IS NOT NULL;
UPDATE spaces_hold SET key = key || ':' || resource_id WHERE key ~ '^event:[0-9]+$';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
#: Backwards an event keeps the first of its rooms, and the holds of the others are given back.
CARRY_BACK = """
UPDATE events_event SET resource_id = one.resource_id FROM (
    SELECT event_id, min(resource_id) AS resource_id FROM events_event_resources GROUP BY event_id
) AS one WHERE id = one.event_id;
UPDATE events_event SET room_wanted_id = one.resource_id FROM (
    SELECT event_id, min(resource_id) AS resource_id FROM events_event_resources_wanted GROUP BY event_id
) AS one WHERE id = one.event_id;
DELETE FROM spaces_occupancy USING spaces_hold, events_event
    WHERE hold_id = spaces_hold.id AND spaces_hold.key LIKE 'event:' || events_event.id || ':%'
    AND spaces_hold.resource_id <> events_event.resource_id;
DELETE FROM spaces_hold USING events_event
    WHERE key LIKE 'event:' || events_event.id || ':%' AND spaces_hold.resource_id <> events_event.resource_id;
UPDATE spaces_hold SET key = regexp_replace(key, '^(event:[0-9]+):[0-9]+$', '\\1');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0019_corrections_of_residences"),
        ("spaces", "0015_erasure_keys_of_all_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="resources",
            field=models.ManyToManyField(
                blank=True,
                help_text="All are held for the time of the event.",
                related_name="events",
                to="spaces.resource",
                verbose_name="rooms and equipment",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="resources_wanted",
            field=models.ManyToManyField(
                blank=True,
                editable=False,
                related_name="+",
                to="spaces.resource",
                verbose_name="what was taken",
            ),
        ),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.RemoveField(model_name="event", name="resource"),
        migrations.RemoveField(model_name="event", name="room_wanted"),
        migrations.AddField(
            model_name="change",
            name="before",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="what was before"),
        ),
        migrations.AlterField(
            model_name="change",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cancelled", "Cancelled"),
                    ("moved", "Moved"),
                    ("online", "Moved online"),
                    ("onsite", "On site again"),
                    ("promoted", "Seat given out of turn"),
                    ("other", "Other change"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
    ]
