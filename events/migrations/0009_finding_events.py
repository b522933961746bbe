from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat

# PostgreSQL takes `unaccent` for changeable, because somebody may give it another dictionary: named with its own, and
# its schema said, it is not, and an index may hold what it says.
FOLDED = """
CREATE FUNCTION events_folded(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0008_checkins_sent_once")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION events_folded(text)"),
        migrations.AddField(
            model_name="event",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, verbose_name="changed at"),
        ),
        migrations.AddIndex(
            model_name="event", index=models.Index(fields=["ends_at"], name="events_event_ends_at")
        ),
        migrations.AddIndex(model_name="event", index=GinIndex(fields=["languages"], name="events_event_languages")),
        migrations.AddIndex(
            model_name="event",
            index=GinIndex(
                OpClass(
                    Func(
                        Concat(
                            "title_fr",
                            Value(" "),
                            "title_nl",
                            Value(" "),
                            "title_en",
                            Value(" "),
                            "summary_fr",
                            Value(" "),
                            "summary_nl",
                            Value(" "),
                            "summary_en",
                            Value(" "),
                            "description_fr",
                            Value(" "),
                            "description_nl",
                            Value(" "),
                            "description_en",
                            Value(" "),
                            "place",
                            Value(" "),
                            output_field=TextField(),
                        ),
                        function="events_folded",
                        output_field=TextField(),
                    ),
                    name="gin_trgm_ops",
                ),
                name="events_event_text",
            ),
        ),
    ]
