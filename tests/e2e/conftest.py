"""Journeys in a real browser, against a server in another process.

No Django here: Playwright's sync API keeps a running loop, in which neither the ORM nor pytest-asyncio works.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.people import CHROMIUM, FLAGS, newcomer
from tests.e2e.server import Server


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM", CHROMIUM)
    if not Path(path).exists():
        pytest.exit(f"There is no Chromium at {path}. Install it, or say where it is with CHROMIUM=…", 3)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory) -> Path:
    """A folder with the demo's data. It is made once; each file of journeys begins with a copy."""
    folder = tmp_path_factory.mktemp("seeded")
    Server(folder).prepare().log.close()
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, seeded):
    """The demo clinic, in a state of its own for each file of journeys."""
    server = Server(tmp_path_factory.mktemp("clinic")).prepare(seeded).start()
    yield server
    server.stop()
    server.log.close()


@pytest.fixture
def person(browser, server):
    """`person("june")` is June in a window of her own, signed in; `person()` is nobody yet."""
    windows = []

    def enter(key: str = "", **more):
        one = newcomer(browser, server.url, key, **more)
        windows.append(one)
        return one.sign_in() if key else one

    yield enter
    for one in windows:
        one.context.close()
