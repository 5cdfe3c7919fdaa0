from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.models import AuditEntry, SealedBatch
from audit.verifying import problems


class Command(BaseCommand):
    help = "Go through the audit trail and say where it was changed, cut or added to. Exit code 1 if it was."

    def add_arguments(self, parser):
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="What the log said when that batch was sealed. Shows a trail whose end was cut off.",
        )

    def handle(self, *, expect, **options):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")  # years of entries take longer than a page may
        found = 0
        for problem in problems(dict(map(self.expected, expect))):
            self.stderr.write(problem)
            found += 1
        if found:
            raise CommandError(f"The audit trail is not what was recorded: {found} problems.")
        entries, batches = AuditEntry.objects.count(), SealedBatch.objects.count()
        self.stdout.write(f"The audit trail is whole: {entries} entries in {batches} batches.")
        if last := SealedBatch.objects.order_by("-number").first():
            self.stdout.write(f"It ends with {last.number}:{bytes(last.digest).hex()}")

    def expected(self, given: str) -> tuple[int, str]:
        number, colon, digest = given.partition(":")
        if not colon or not number.isdigit():
            raise CommandError("--expect takes NUMBER:DIGEST, as the log has it")
        return int(number), digest
