"""`make check`: the fast part of the tests. Each step is named and timed; two lanes share the two cores,
and what only waits has a third one.

python .ci/check.py            everything
python .ci/check.py format types    only these steps
"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PYTHON = str(TOP / ".venv/bin/python")
TYPED = ("wire/*.py", "vault/*.py", "*/access.py", "*/services.py", "*/services/*.py", "*/protocol.py")
ONLY_WHEN_ASKED = ("model", "idle")
PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "checks-" + "".join(chr(97 + n * 7 % 26) + str(n * n % 97) for n in range(40)),
    "FIELD_KEYS": "k1:" + base64.b64encode(hashlib.sha256(b"only for checks").digest()).decode(),
    "ALLOWED_HOSTS": "clinic.example",
    "SITE_URL": "https://clinic.example",
    "CSRF_TRUSTED_ORIGINS": "https://clinic.example",
    "DATABASE_URL": "postgres://vioport@127.0.0.1:1/vioport",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EPHEMERAL_KEYS_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "smtp+tls://mail.clinic.example:587",
    "MAIL_FROM": "noreply@clinic.example",
    "TRUSTED_PROXIES": "1",
    "TURN_URLS": "turns:turn.clinic.example:5349",
    "TURN_SECRET": hashlib.sha256(b"a relay only for checks").hexdigest(),
}


def environment() -> dict[str, str]:
    """The environment of every step: `.ci/env`, and nothing that this machine's own .env says."""
    lines = (TOP / ".ci/env").read_text().splitlines()
    ours = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    database = os.environ.get("CHECK_DATABASE_URL", f"sqlite:///{TOP / 'var/checks.sqlite3'}")
    redis = os.environ.get("CHECK_REDIS_URL", "")
    bytecode = {"PYTHONDONTWRITEBYTECODE": ""}  # compiling Django anew costs each step five seconds
    return {**os.environ, **ours, **bytecode, "DATABASE_URL": database, "REDIS_URL": redis, "DEMO": "0"}


def typed_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", *TYPED], cwd=TOP, capture_output=True, text=True, check=True)
    return [
        name for name in listed.stdout.split() if not re.search("/migrations/|/management/|^tests/", name)
    ]


def steps() -> dict[str, tuple[int, list[str], dict[str, str]]]:
    """Name → lane, command, what its environment adds."""
    manage = [PYTHON, "manage.py"]
    return {
        "format": (0, [PYTHON, "-m", "ruff", "format", "--check", "."], {}),
        "lint": (0, [PYTHON, "-m", "ruff", "check", "."], {}),
        "types": (0, [PYTHON, "-m", "mypy", *typed_files()], {}),
        "production": (0, [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        "migrations": (0, [*manage, "makemigrations", "--check", "--dry-run"], {}),
        "browser-types": (0, ["npx", "--no-install", "tsc", "--noEmit"], {}),
        "browser": (0, ["node", "--test", *sorted(map(str, (TOP / "tests/js").glob("*.test.mjs")))], {}),
        "tests": (1, [PYTHON, "-m", "pytest", "-q", "-n", "2", "-m", "not idle"], {}),
        "idle": (2, [PYTHON, "-m", "pytest", "-q", "-m", "idle", "tests/sessions/test_idle_lines.py"], {}),
        "model": (1, [PYTHON, "-m", "pytest", "-q", "-m", "model"], {"HYPOTHESIS_PROFILE": "long"}),
    }


def run(name: str, command: list[str], more: dict[str, str]) -> bool:
    """Run one step; print its time, and all it said where it failed. Test runners' last lines always."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=TOP,
        env={**environment(), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - began
    passed = done.returncode == 0
    said = done.stdout.rstrip()
    if passed:
        said = "\n".join(
            line for line in said.splitlines()[-12:] if re.search(r" passed|^# (pass|fail)", line)
        )
    print(f"{'ok  ' if passed else 'FAIL'} {name:14} {seconds:6.1f} s", flush=True)
    if said:
        print(said, flush=True)
    return passed


def main() -> int:
    asked = sys.argv[1:] or [name for name in steps() if name not in ONLY_WHEN_ASKED]
    wanted = {name: step for name, step in steps().items() if name in asked}
    began = time.monotonic()

    def lane(number: int) -> list[str]:
        return [
            name
            for name, (of, command, more) in wanted.items()
            if of == number and not run(name, command, more)
        ]

    with ThreadPoolExecutor(3) as pool:
        failed = [name for names in pool.map(lane, (1, 0, 2)) for name in names]
    verdict = f"Failed: {', '.join(failed)}." if failed else "All right."
    print(f"{time.monotonic() - began:.0f} s in all. {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
