from . import organisations, people, permissions, skills

__all__ = ["organisations", "people", "permissions", "skills"]
