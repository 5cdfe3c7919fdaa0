"""What it costs to join: bytes and requests until a patient is in the room, and queries per page.

The browser's cache is empty, as on a phone that comes for the first time. Budgets: 120 kB and 30 requests.
"""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e import in_the_room as room
from tests.e2e.people import CHROMIUM, FLAGS, PHONE, Person, newcomer
from tests.e2e.server import Server
from tests.e2e.test_first_group import SESSION_NOW

MOST_BYTES, MOST_REQUESTS = 120_000, 30
PAGES = {
    "june": ["/", "/week/", "/my-care/", "/minutes/", "/sessions/{code}/room/"],
    "maya": ["/", "/week/", "/groups/", "/groups/{group}/", "/sessions/{past}/record/"],
    "ines": ["/", "/groups/{group}/", "/people/", "/reports/"],
    "ada": ["/audit/"],
}
COUNT_QUERIES = """
import json
from types import SimpleNamespace
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from accounts.models import User
from accounts.services import mark_second_factor
from sessions.models import GroupSession

code = "{code}"
now = GroupSession.objects.get(code=code)
past = GroupSession.objects.filter(group=now.group, ended_at__isnull=False).latest("starts_at")
found = []
for key, pages in json.loads('{pages}').items():
    person = User.objects.get(email=key + "@example.org")
    client = Client(headers={{"accept": "text/html"}}, SERVER_NAME="localhost")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    mark_second_factor(SimpleNamespace(session=session, user=person))
    session.save()
    for page in pages:
        page = page.format(code=code, group=now.group.code, past=past.code)
        client.get(page)
        with CaptureQueriesContext(connection, ) as asked:
            answer = client.get(page)
        found.append([key, page, answer.status_code, len(asked), len(answer.content)])
print(json.dumps(found))
"""


def measure() -> dict:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder)).prepare().start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            code = server.ask(SESSION_NOW)
            joined = join(
                newcomer(browser, server.url, "june", PHONE), newcomer(browser, server.url, "maya"), code
            )
            rows = queries(server, code)
        finally:
            browser.close()
            server.stop()
    ratios = {
        "bytes to join": joined["bytes"],
        "bytes to join, of the budget": joined["bytes"] / MOST_BYTES,
        "requests to join": joined["requests"],
        "requests to join, of the budget": joined["requests"] / MOST_REQUESTS,
    }
    return {
        "rows": rows,
        "ratios": ratios,
        "notes": [
            "Bytes as they crossed the wire, compressed, headers included.",
            f"With what is fetched once she is in: {joined['bytes with the rest']} bytes, "
            f"{joined['requests with the rest']} requests.",
        ],
    }


def join(june: Person, maya: Person, code: str) -> dict[str, int]:
    """Bytes and requests from opening the meeting's page until June is in."""
    maya.sign_in()
    room.go_to_room(maya, code)
    room.go_in(maya)
    june.sign_in()
    june.page.goto("about:blank")
    wire = june.context.new_cdp_session(june.page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    counted = {"bytes": 0, "requests": 0}

    def finished(event: dict) -> None:
        counted["bytes"] += int(event["encodedDataLength"])
        counted["requests"] += 1

    wire.on("Network.loadingFinished", finished)
    room.go_to_room(june, code)
    room.arrive(june)
    room.admit(maya, "June")
    room.is_in(june)
    joined = dict(counted)
    june.page.wait_for_timeout(2000)
    return joined | {"bytes with the rest": counted["bytes"], "requests with the rest": counted["requests"]}


def queries(server: Server, code: str) -> list[dict]:
    printed = server.ask(COUNT_QUERIES.format(code=code, pages=json.dumps(PAGES)))
    names = ("who", "page", "status", "queries", "bytes")
    rows = [dict(zip(names, row, strict=True)) for row in json.loads(printed.splitlines()[-1])]
    return [{**row, "page": short(row["page"])} for row in rows]


def short(page: str) -> str:
    return "/".join("…" if len(part) == 36 else part for part in page.split("/"))
