"""The coordinator's tables. Reports are built, read and closed on pages of their own; here they are only listed."""

from . import actions, evidence, indicators, people, plan, projects, versions

__all__ = ["actions", "evidence", "indicators", "people", "plan", "projects", "versions"]
