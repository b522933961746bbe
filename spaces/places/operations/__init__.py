"""Send a message to a space, and draw its pictures."""

from .contact import send_message
from .pictures import draw_due, draw_renditions

__all__ = [
    "draw_due",
    "draw_renditions",
    "send_message",
]
