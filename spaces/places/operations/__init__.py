"""Send a message to a space and answer it, draw its pictures, and note when it was open."""

from .contact import answer_message, forget_messages, send_message, settle_message
from .opened import note_opened_days
from .pictures import draw_due, draw_renditions

__all__ = [
    "answer_message",
    "draw_due",
    "draw_renditions",
    "forget_messages",
    "note_opened_days",
    "send_message",
    "settle_message",
]
