"""`python -m hacktiv.devstack`: what `make run` calls."""

from .runner import main

main()
