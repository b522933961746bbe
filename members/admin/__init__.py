from . import people, permissions, skills

__all__ = ["people", "permissions", "skills"]
