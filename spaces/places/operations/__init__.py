"""Send a message to a space, draw its pictures, and note when it was open."""

from .contact import send_message
from .opened import note_opened_days
from .pictures import draw_due, draw_renditions

__all__ = [
    "draw_due",
    "draw_renditions",
    "note_opened_days",
    "send_message",
]
