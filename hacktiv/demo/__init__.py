"""Fictional people and examples, to try the platform with: data/*.toml, loaded by `manage.py load_demo`."""

#: One password for the accounts below: `make run` prints it, and production refuses to load it.
PASSWORD = "par-dela-la-frontiere"  # noqa: S105

MEMBER = "membre@example.org"
MANAGER = "gestion@example.org"
FRONT_DESK = "accueil@example.org"
COORDINATOR = "coordination@example.org"

#: (role, e-mail address, password)
ACCOUNTS = [
    ("member", MEMBER, PASSWORD),
    ("manager of La Ferme", MANAGER, PASSWORD),
    ("front desk of La Ferme", FRONT_DESK, PASSWORD),
    ("coordinator", COORDINATOR, PASSWORD),
]
#: No mail ever reaches this domain: the other people of the demo live there.
NOWHERE = "@exemple.invalid"
