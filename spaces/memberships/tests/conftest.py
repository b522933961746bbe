"""Have the desk of a manager in all tests here."""

from .desk import asked, desk, ferme, manager, member, yearly

__all__ = ["asked", "desk", "ferme", "manager", "member", "yearly"]
