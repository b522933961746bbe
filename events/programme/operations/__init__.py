"""Make, publish, change and cancel events, alone or in series."""

from .contents import add_material, add_photo, draw_photos, remove_contents
from .edits import follow_edit, whereabouts_of
from .making import copy_event, free_slug
from .online import switch_back, switch_online
from .schedule import (
    cancel_event,
    change_capacity,
    hold_rooms,
    mark_held,
    move_event,
    publish,
    unmark_held,
    unpublish,
)
from .series import (
    Outcome,
    cancel_from,
    carry_over,
    exclude_days,
    extend_series,
    publish_from,
    repeat_event,
    switch_back_all,
    switch_online_all,
)
from .speakers import add_speaker, answer_invitation

__all__ = [
    "Outcome",
    "add_material",
    "add_photo",
    "add_speaker",
    "answer_invitation",
    "cancel_event",
    "cancel_from",
    "carry_over",
    "change_capacity",
    "copy_event",
    "draw_photos",
    "exclude_days",
    "extend_series",
    "follow_edit",
    "free_slug",
    "hold_rooms",
    "mark_held",
    "move_event",
    "publish",
    "publish_from",
    "remove_contents",
    "repeat_event",
    "switch_back",
    "switch_back_all",
    "switch_online",
    "switch_online_all",
    "unmark_held",
    "unpublish",
    "whereabouts_of",
]
