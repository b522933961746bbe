"""Tell by a fingerprint whether a draft is still what somebody has read."""

import hashlib
import json

from ..models import Mailing


def fingerprint_of(mailing: Mailing, number: int | None = None) -> str:
    """Return the fingerprint of all that the author decides, with the number of people where one was read too."""
    texts = sorted((text.language, text.subject, text.text) for text in mailing.texts.all())
    decided = [
        mailing.space_id,
        mailing.event_id,
        str(mailing.audience),
        mailing.selection,
        str(mailing.sort),
        str(mailing.topic),
        texts,
        number,
    ]
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()
