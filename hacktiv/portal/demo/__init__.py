"""A network of fictional people and examples, to try the platform with. Loaded by `manage.py load_demo`."""

# One password for all of them: `make run` prints it, and production refuses to load it.
PASSWORD = "par-dela-la-frontiere"  # noqa: S105

MEMBER = "membre@example.org"
MANAGER = "gestion@example.org"
COORDINATOR = "coordination@example.org"

#: (role, e-mail address, password)
ACCOUNTS = [
    ("member", MEMBER, PASSWORD),
    ("manager of La Ferme", MANAGER, PASSWORD),
    ("coordinator", COORDINATOR, PASSWORD),
]
