import time

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import OperationalError, connections

from audit import guard

TRIES = 5


class Command(flush.Command):
    help = flush.Command.help + " The audit trail goes too: its guard is lowered for the time of the flush."

    def handle(self, **options):
        connection = connections[options["database"]]
        guard.lower_guard(connection)
        try:
            self._flush(options)
        finally:
            guard.raise_guard(connection)

    def _flush(self, options) -> None:
        """Truncating waits for whoever still writes; where both wait for each other, let them go first."""
        for left in reversed(range(TRIES)):
            try:
                return super().handle(**options)
            except CommandError as problem:
                if not left or not isinstance(problem.__cause__, OperationalError):
                    raise
                time.sleep(0.3)
