"""Send every browser of a live room to another server, before this one is stopped."""

from django.core.management.base import BaseCommand

from wire.leaving import SPREAD, drain_everywhere


class Command(BaseCommand):
    help = "Ask all server processes to take no more commands and to send their browsers elsewhere."

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, default=SPREAD, help="time over which to spread it")

    def handle(self, *args, seconds: float, **options):
        if drain_everywhere(seconds):
            self.stdout.write(f"Browsers move within {seconds:g} s. Stop the servers within two minutes.")
        else:
            self.stdout.write("One process only: send it SIGTERM, and it drains by itself.")
