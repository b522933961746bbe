"""Give and end roles. Each is one transaction and locks the person's account."""

from .dated import check_new, end_on, tell_of_role
from .network import end_network_role, give_network_role

__all__ = ["check_new", "end_network_role", "end_on", "give_network_role", "tell_of_role"]
