import factory

from hacktiv.outbox.models import Message
from hacktiv.outbox.registry import register_written

NOTE = "test.note"
register_written({NOTE: "Note"})


class MessageFactory(factory.django.DjangoModelFactory):
    """A mail that waits to be sent and is already written."""

    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"test:{n}")
    template = NOTE
    to_email = factory.Sequence(lambda n: f"lecteur{n}@ardenne.example")
    language = "fr"
    rendered = factory.LazyFunction(lambda: {"subject": "Un mot", "text": "Bonjour.\n", "html": ""})
