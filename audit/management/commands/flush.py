from django.core.management.commands import flush
from django.db import connections

from audit import guard


class Command(flush.Command):
    help = flush.Command.help + " The audit trail goes too: its guard is lowered for the time of the flush."

    def handle(self, **options):
        connection = connections[options["database"]]
        guard.lower_guard(connection)
        try:
            super().handle(**options)
        finally:
            guard.raise_guard(connection)
