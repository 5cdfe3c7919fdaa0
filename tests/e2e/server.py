"""A vioport of the tests' own: Daphne in a process that can be killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    if given := os.environ.get("E2E_PORT"):
        return int(given)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings_for(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The demo's environment, all of it inside `folder`."""
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    return {
        **os.environ,
        "DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY": "only-for-journeys-0123456789-abcdefghijklmnopqrstuvwxyz",
        "FIELD_KEYS": f"k1:{key}",
        "DATABASE_URL": f"sqlite:///{folder / 'e2e.sqlite3'}",
        "STATIC_ROOT": str(TOP / "var/e2e-static"),
        "EPHEMERAL_KEYS_URL": f"file://{folder / 'keys'}",
        "REDIS_URL": "",
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port}",
        "CSRF_TRUSTED_ORIGINS": f"http://localhost:{port}",
        "TZ": "America/New_York",
        "PYTHONDONTWRITEBYTECODE": "",
        **more,
    }


class Server:
    """One Daphne on one port, with a database of its own."""

    def __init__(self, folder: Path, **more: str):
        self.folder, self.port = folder, free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = settings_for(folder, self.port, **more)
        self.log = (folder / "server.log").open("ab")
        self.process: subprocess.Popen | None = None

    def manage(self, *arguments: str, told: str | None = None) -> str:
        """Run a management command in a process of its own; return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=TOP, env=self.environment, input=told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, code: str) -> str:
        """Run `code` in Django's shell and return what it printed. For looking, not for changing."""
        return self.manage("shell", "--no-imports", "-v", "0", told=code).strip()

    def prepare(self, like: Path | None = None) -> "Server":
        """Make the demo's data, or begin with what is in the folder `like`, made before."""
        if like:
            shutil.copytree(like, self.folder, ignore=shutil.ignore_patterns("*.log"), dirs_exist_ok=True)
        self.manage("demo")
        return self

    def start(self) -> "Server":
        command = [sys.executable, "-m", "vioport.serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=TOP, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended: {self.words()[-2000:]}"
            if self.is_up():
                return self
            time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def is_up(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/robots.txt", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """kill -9: no goodbye to anyone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def words(self) -> str:
        self.log.flush()
        return (self.folder / "server.log").read_text()
