"""Make databases with the network and the demo: copies of one that is made once in a test run.

The demo is arranged around the present day, so the next test run makes it anew."""

import os
from contextlib import contextmanager

from django.db import connection

from hacktiv.devstack.processes import alive
from tests.site import load_all
from tests.template import databases, drop, lock, make, migrated_template, working_in

#: Start of the name of the database; the number of the process that began the test run follows.
PREFIX = "hacktiv_demo_"


@contextmanager
def demo_database():
    """Work in a new database with the network and the demo; drop it afterwards."""
    name = PREFIX + os.environ["TEST_RUN"]
    own = f"{connection.settings_dict['NAME']}_demo"
    template = migrated_template()
    with lock() as cursor:
        present = databases(cursor, PREFIX)
        if name not in present:
            drop(cursor, *filter(_is_of_a_past_run, present))
            make(cursor, name, load_all, template=template)
        drop(cursor, own)
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{name}"')
    try:
        with working_in(own):
            yield
    finally:
        with connection._nodb_cursor() as cursor:
            drop(cursor, own)


def _is_of_a_past_run(demo):
    return not alive(int(demo.removeprefix(PREFIX).removesuffix("_draft")))
