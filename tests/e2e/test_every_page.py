"""Whoever follows every link finds no page broken, no script in error and no rule of the browser's broken."""

import re
from urllib.parse import urldefrag, urlparse

import pytest

LEAVE_ALONE = re.compile(
    r"/(away|demo|i18n|accounts/logout)/|\.csv|\.ics|/export/|^(mailto|tel|sms):|/static/"
)
MOST_PAGES = 60


def links_on(page, url: str) -> set[str]:
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    here = {urldefrag(href).url for href in hrefs if urlparse(href).netloc == urlparse(url).netloc}
    return {href for href in here if not LEAVE_ALONE.search(href)}


def alike(url: str) -> str:
    """Pages that differ only in a code, a date or where they lead back are one kind of page."""
    here = re.sub(r"[?&]next=[^&]*", "", urldefrag(url).url)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|\d+", "#", here)


@pytest.mark.parametrize("key", ["june", "lena", "rosa", "maya", "cole", "ines", "ada"])
def test_every_page_within_reach_is_whole(person, server, key):
    someone = person(key)
    waiting, seen, broken = [server.url + "/"], set(), []
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        if alike(url) in seen:
            continue
        seen.add(alike(url))
        answer = someone.page.goto(url)
        if answer is None or answer.status >= 400:
            broken.append(f"{answer and answer.status} {url}")
        waiting += sorted(links_on(someone.page, server.url))
    assert (broken, someone.complaints) == ([], [])
    assert len(seen) > 1
