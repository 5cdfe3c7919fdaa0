"""Between tests that commit: empty the tables that something was written to, and no others.

Django's own flush truncates every table there is and then makes all content types and permissions anew. Those
are the same for every test, so they stay.
"""

import threading
import time
from functools import cache

from django.apps import apps
from django.db import OperationalError, connection, transaction

from audit import guard
from wire import threads

STAY = {"django_content_type", "auth_permission"}
TRIES = 5


def empty_what_was_written(_case=None) -> None:
    """Where someone still writes, and each waits for the other, let them go first."""
    let_sockets_end()
    for left in reversed(range(TRIES)):
        try:
            return _empty()
        except OperationalError:
            if not left:
                raise
            time.sleep(0.3)


def let_sockets_end() -> None:
    """What sockets asked for ends with the test: in the middle of the next one it would find no database."""
    for pool in list(threads._pools.values()):
        meeting = threading.Barrier(pool._max_workers + 1)
        for _ in range(pool._max_workers):
            pool.submit(meeting.wait)
        meeting.wait(timeout=30)
    if threads._lanes:  # one that had so much to do that it went to the end of the queue
        let_sockets_end()


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_which_have_rows())
        written = [name for (name,) in cursor.fetchall()]
        is_guarded = not set(guard.TABLES).isdisjoint(written)
        if is_guarded:
            guard.lower_guard(connection)
        for name in written:  # in any order: keys between them are looked at when all is done
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
        if is_guarded:
            guard.raise_guard(connection)


@cache
def _which_have_rows() -> str:
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - STAY
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in sorted(names)
    )
