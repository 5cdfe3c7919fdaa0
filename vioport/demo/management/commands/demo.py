from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from vioport.demo.environment import step_into_the_demo
from vioport.demo.seed import seed


class Command(BaseCommand):
    help = "Prepare the demo's database and move its meetings to now. With --reset, from scratch."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away first")

    def handle(self, **options):
        step_into_the_demo()
        if options["reset"]:
            self._throw_away()
        call_command("migrate", verbosity=0, interactive=False)
        if self._files_have_changed():
            call_command("collectstatic", verbosity=0, interactive=False)
        seed()
        if options["reset"]:
            self.stdout.write("The demo is as new. Open /demo/ to sign in as anyone.")

    def _throw_away(self):
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        for file in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
            file.unlink(missing_ok=True)

    def _files_have_changed(self) -> bool:
        """Whether any of the pages' files is newer than what was last collected."""
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        if not manifest.exists():
            return True
        files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
        return max(file.stat().st_mtime for file in files) > manifest.stat().st_mtime
