"""States of the pages that no link leads to."""

from collections.abc import Callable

from playwright.sync_api import Browser

from tests.e2e.people import Person, newcomer


def a_wrong_address(someone: Person) -> None:
    someone.go("/accounts/login/")
    someone.page.fill("#id_login", "june@")
    someone.page.click("main button.big")
    someone.page.locator("[role=alert]").first.wait_for()


def a_code(someone: Person) -> None:
    someone.go("/accounts/login/")
    someone.page.fill("#id_login", "june@example.org")
    someone.page.click("main button.big")
    someone.page.locator("input[autocomplete=one-time-code]").wait_for()


def a_wrong_code(someone: Person) -> None:
    a_code(someone)
    someone.page.fill("input[autocomplete=one-time-code]", "ABCDEF")
    someone.page.click("main button.big")
    someone.page.locator("[role=alert]").first.wait_for()


def a_form_gone_wrong(june: Person) -> None:
    june.sign_in().go("/my-care/contacts/add/")
    june.page.click("main .foot button")
    june.page.locator("[role=alert]").first.wait_for()


def an_open_menu(june: Person) -> None:
    june.sign_in().go("/")
    june.page.click(".menu summary")


def a_locked_page(june: Person) -> None:
    june.sign_in().go("/my-care/")
    june.page.evaluate(
        "const veil = document.querySelector('dialog.lock'); veil.hidden = false; veil.showModal()"
    )


STATES = (a_wrong_address, a_code, a_wrong_code, a_form_gone_wrong, an_open_menu, a_locked_page)


def states_of_pages(take: Callable, browser: Browser, url: str) -> None:
    """Bring a fresh window of June's into each state, and photograph it."""
    for state in STATES:
        june = newcomer(browser, url, "june")
        state(june)
        take(june.page, "states", state.__name__)
        june.context.close()
