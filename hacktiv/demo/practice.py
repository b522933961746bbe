"""Load a document and a request between managers, to show what their page is for."""

from datetime import timedelta

from spaces.models import Document, Notice

from . import MANAGER, files


def load_practice(people, spaces, today):
    """Add the document if there is no example of one, and the request if none is open."""
    author = people.get(MANAGER)
    document, notice = files.spaces().document, files.spaces().notice
    if not Document.objects.filter(is_example=True).exists():
        Document.objects.create(
            space=spaces[document.space],
            added_by=author,
            is_example=True,
            title=document.title,
            topic=document.topic,
            text=document.text,
        )
    if not Notice.objects.open(today).filter(is_example=True).exists():
        Notice.objects.create(
            space=spaces[notice.space],
            added_by=author,
            is_example=True,
            kind=notice.kind,
            title=notice.title,
            text=notice.text,
            valid_until=today + timedelta(days=notice.valid_days),
        )
