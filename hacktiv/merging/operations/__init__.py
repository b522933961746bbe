"""Merge two accounts of one person, or note that they are two people."""

from .deciding import say_two_people
from .merging import merge_accounts

__all__ = ["merge_accounts", "say_two_people"]
