import signal
import threading

from django.core.management.base import BaseCommand

from vioport.worker import JOBS, Worker


class Command(BaseCommand):
    help = "Do what vioport does by itself: send mail, seal the audit trail, plan ahead … Ends on SIGTERM."

    def handle(self, **options):
        told_to_stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told_to_stop.set())
        worker = Worker(JOBS)
        worker.start()
        self.stdout.write(f"working: {', '.join(job.name for job in JOBS)}")
        told_to_stop.wait()
        worker.stop()
        self.stdout.write("stopped")
