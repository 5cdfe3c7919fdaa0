"""A call for help from the waiting room reaches whoever coordinates, on any page, and is answered by name."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.in_the_room import arrive, go_to_room
from tests.e2e.test_first_group import SESSION_NOW

SECONDS = 5_000


@pytest.fixture(scope="module")
def code(server) -> str:
    return server.ask(SESSION_NOW)


def call_on_the_desk_of(someone):
    return someone.page.locator(".desk-call", has_text="June")


def test_i_need_someone_now_is_heard_on_any_page_and_answered_by_name(server, person, code):
    june, ines, maya, theo = person("june"), person("ines"), person("maya"), person("theo")
    ines.go("/people/")
    maya.go("/groups/")
    go_to_room(june, code)
    arrive(june)

    june.page.locator("[data-act=someone]:visible").click()
    told = june.page.locator("#crisis [data-part=told]")
    expect(told).to_contain_text("Nobody has seen it yet", timeout=SECONDS)

    for one in (ines, maya):
        call = call_on_the_desk_of(one)
        expect(call).to_contain_text("I need someone now", timeout=SECONDS)
        expect(call).to_contain_text("at Home, kitchen")  # as she told last time
        expect(one.page).to_have_title(re.compile(r"^\(1\) "))
    theo.go("/")
    assert not call_on_the_desk_of(theo).is_visible()

    ines.page.goto(ines.url + "/")  # another page: the call is there too
    call_on_the_desk_of(ines).get_by_role("button", name="I'm on it").click()
    expect(told).to_contain_text("Ines has seen this.", timeout=SECONDS)
    expect(call_on_the_desk_of(maya)).to_contain_text("Ines is on it.", timeout=SECONDS)
    expect(maya.page).not_to_have_title(re.compile(r"^\(1\) "))

    june.page.reload()  # her place and her call outlive the page
    expect(june.page.locator("[data-state=waiting]")).to_be_visible(timeout=SECONDS)
    expect(june.page.locator("[data-state=waiting] [data-part=call]")).to_contain_text("Ines has seen this.")

    call_on_the_desk_of(ines).get_by_role("button", name="Done").click()
    for one in (ines, maya):
        expect(call_on_the_desk_of(one)).to_have_count(0, timeout=SECONDS)
    expect(june.page.locator("[data-state=waiting] [data-part=call]")).to_be_empty(timeout=SECONDS)
    assert [complaint for one in (june, ines, maya, theo) for complaint in one.complaints] == []
