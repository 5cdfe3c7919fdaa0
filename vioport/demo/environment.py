"""The demo's own environment, as `make run` keeps it. Commands of the demo step into it by themselves."""

import os
import sys

from django.conf import settings
from django.core.management.base import CommandError


def step_into_the_demo() -> None:
    """Start this command again under the demo's environment, unless it is already there."""
    if settings.DEMO:
        return
    kept = settings.VAR_DIR / "demo.env"
    if not kept.exists():
        raise CommandError("There is no demo here yet. Start it with: make run")
    lines = [line for line in kept.read_text().splitlines() if "=" in line]
    demo = dict(line.split("=", 1) for line in lines)
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **demo})  # noqa: S606 (this very program)
