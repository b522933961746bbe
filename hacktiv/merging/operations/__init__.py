"""Merge two accounts of one person, or note that they are two people, or take that back."""

from .deciding import propose_again, say_two_people
from .merging import merge_accounts

__all__ = ["merge_accounts", "propose_again", "say_two_people"]
