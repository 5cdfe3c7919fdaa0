"""Leaving at once: what the server does when the button is pressed."""

import pytest
from django.test import Client
from django.urls import reverse

HTTPS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def test_who_leaves_is_signed_out_and_lands_on_a_page_that_names_nothing(cast, signed_in):
    june = signed_in(cast.june)
    response = june.post(reverse("away_out"), **HTTPS, follow=True)
    assert response.redirect_chain == [("/away/", 302)]
    assert "_auth_user_id" not in june.session
    words = response.content.decode().lower()
    assert "vioport" not in words
    assert "june" not in words
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_stale_page_still_lets_one_leave(cast):
    june = Client(enforce_csrf_checks=True)
    june.force_login(cast.june, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert june.post(reverse("away_out")).status_code == 302
    assert "_auth_user_id" not in june.session


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
    ],
)
def test_another_site_cannot_send_anyone_away(cast, signed_in, headers):
    june = signed_in(cast.june)
    assert june.post(reverse("away_out"), **headers).status_code == 403
    assert "_auth_user_id" in june.session


def test_following_a_link_sends_nobody_away(cast, signed_in):
    june = signed_in(cast.june)
    assert june.get(reverse("away_out")).status_code == 405
    assert "_auth_user_id" in june.session


def test_who_is_not_signed_in_may_leave_too(db):
    assert Client().post(reverse("away_out"), **HTTPS).headers["Location"] == "/away/"


def test_a_site_may_choose_another_page(db, settings):
    settings.QUICK_EXIT_URL = "https://weather.example/"
    page = Client().get(reverse("away")).content.decode()
    assert "0;url=https://weather.example/" in page


def test_the_way_out_is_on_every_patients_page(cast, signed_in):
    for person in (cast.june, cast.rosa):
        assert b"data-exit" in signed_in(person).get(reverse("help")).content
    assert b"data-exit" in Client().get(reverse("help")).content
