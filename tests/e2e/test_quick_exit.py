"""Leaving at once, as someone does it who hears a key in the door."""

import re

from playwright.sync_api import expect

AWAY = re.compile(r"/away/$")
EXIT = "form[data-exit] button"
AT_ONCE = 200  # milliseconds


def reads(page) -> str:
    return page.locator("body").inner_text() + page.title()


def is_signed_out(june) -> bool:
    return "/accounts/login/" in june.go("/accounts/").url


def test_the_button_blanks_the_page_at_once_and_signs_out(person):
    june = person("june")
    page = june.go("/my-care/")
    taken, left = page.evaluate(
        """() => {
            const begun = performance.now();
            document.querySelector("form[data-exit]").requestSubmit();
            return [performance.now() - begun, document.documentElement.childElementCount];
        }"""
    )
    assert (taken < AT_ONCE, left) == (True, 0)
    page.wait_for_url(AWAY)
    expect(page.locator("td").first).to_be_attached()
    assert "vioport" not in reads(page).lower()
    assert is_signed_out(june)


def test_back_shows_nothing_of_what_was_there(person):
    june = person("june")
    page = june.go("/week/")
    june.go("/my-care/")
    page.locator(EXIT).first.click()
    page.wait_for_url(AWAY)
    for _ in range(3):
        page.go_back()
        page.wait_for_timeout(400)
        assert "June" not in reads(page)
        assert "My care" not in reads(page)


def test_escape_twice_leaves_and_once_does_not(person):
    june = person("june")
    page = june.go("/my-care/")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.url.endswith("/my-care/")
    page.keyboard.press("Escape")
    page.wait_for_url(AWAY)
    assert is_signed_out(june)


def test_it_works_without_any_script(person):
    june = person("june", java_script_enabled=False)
    page = june.go("/my-care/")
    page.locator(EXIT).first.click()
    page.wait_for_url(AWAY)
    assert is_signed_out(june)
    page.go_back()
    page.go_back()
    assert "My care" not in reads(page)


def test_whoever_comes_back_on_purpose_comes_in(person):
    june = person("june")
    page = june.go("/my-care/")
    page.locator(EXIT).first.click()
    page.wait_for_url(AWAY)
    june.sign_in()
    assert "June" in reads(june.go("/"))


def test_the_way_out_can_be_reached_by_keyboard_first_of_all(person):
    page = person("june").go("/my-care/")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form[data-exit] button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(AWAY)
