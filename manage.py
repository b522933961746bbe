#!/usr/bin/env python
"""Django's command-line utility; development settings unless the environment names others."""

import os
import sys

from django.core.management import execute_from_command_line


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
    if sys.argv[1:2] and sys.argv[1] in {"migrate", "backup", "restore"}:
        # These may wait for tables, and read them or fill them anew, for as long as that takes.
        os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "0")
        os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
