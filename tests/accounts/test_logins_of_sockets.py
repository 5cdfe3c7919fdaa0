"""Whose login a socket carries is asked for all sockets at once, and comes out as for each alone."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.access import people_at, person_at
from accounts.services import people
from tests.conftest import person


def scope_of(browser) -> dict:
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    return {"cookies": {settings.SESSION_COOKIE_NAME: cookie.value} if cookie else {}}


def test_each_end_of_a_login_is_seen_among_many(cast, signed_in, client):
    stays, leaves, closed = (signed_in(one) for one in (cast.june, cast.omar, cast.theo))
    expired, new_password = signed_in(cast.rosa), signed_in(person("Lena", "patient"))
    whole, half = signed_in(cast.maya), signed_in(cast.maya, second_factor=False)
    browsers = [stays, leaves, closed, expired, new_password, whole, half, client]
    scopes = [*map(scope_of, browsers), {}, {"cookies": {settings.SESSION_COOKIE_NAME: "made-up"}}]
    leaves.post("/accounts/logout/")
    people.deactivate(cast.theo, by=cast.ines)
    Session.objects.filter(session_key=expired.session.session_key).update(expire_date=timezone.now())
    lena = person_at(scopes[4])
    lena.set_password("four words in a row")
    lena.save()
    found = people_at(scopes)
    assert found == [cast.june, None, None, None, None, cast.maya, None, None, None, None]
    assert found == [person_at(scope) for scope in scopes]


def test_thirty_sockets_cost_three_queries(cast, signed_in, django_assert_num_queries):
    scopes = [scope_of(signed_in(person(f"Person{number}", "patient"))) for number in range(30)]
    with django_assert_num_queries(3):
        found = people_at(scopes)
        assert all(each.has_role("patient") for each in found)
