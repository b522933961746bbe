#!/usr/bin/env python
"""Django's command-line utility; development settings unless the environment names others."""

import os
import sys

from django.core.management import execute_from_command_line


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.dev")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
