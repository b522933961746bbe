"""Look at the database over another connection."""

import threading

from django.db import connection


def elsewhere(do):
    """Return the result of `do` over another connection, outside of the transaction of the caller."""
    answers = []

    def work():
        try:
            answers.append(do())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]
