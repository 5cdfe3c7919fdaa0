"""Staff reach nothing before a second factor was shown in this login."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from accounts import access
from accounts.outbox import deliver_due
from accounts.services.people import give_role
from audit.models import AuditEntry
from tests.accounts.ways_in import code_of, with_code_from_mail

SECOND = "/accounts/login/second/"


def every_address():
    """Each address of the site, with something in every gap."""
    filled = {
        "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
        "int": "1",
        "str": "x",
        "slug": "x",
        "path": "x",
    }
    for route in routes_under(get_resolver()):
        yield "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda gap: filled[gap.group(1) or "str"], route)


def routes_under(resolver, prefix=""):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes_under(entry, route)
        elif "^" not in route:
            yield route


# Open even to those who have shown nothing: each has its reason. Whoever adds one adds it here, knowingly.
OPEN_TO_ALL = {
    "/away/",
    "/away/out/",
    "/help/",
    "/robots.txt",
    "/jsi18n/",
    "/healthz",
    "/readyz",
    "/demo/",
    "/demo/mail/",
    "/i18n/setlang/",
    "/invitation/x/",
    "/address/x/",
    "/calendar/x.ics",
    "/accounts/logout/",
    "/accounts/open/",
}
ON_THE_WAY_IN = {
    "/accounts/protect/",
    "/accounts/unlock/",
    "/accounts/second/app/add/",
    "/accounts/passkeys/add/",
}


def test_the_mailbox_alone_opens_nothing_to_staff(cast, signed_in):
    """Every address of the site, whoever adds one."""
    for address in set(every_address()) - OPEN_TO_ALL:
        response = signed_in(cast.maya, second_factor=False).get(address)
        if address in ON_THE_WAY_IN:
            assert response.status_code in (200, 302), address
        else:
            assert response.headers.get("Location", "").startswith("/accounts/protect/"), address


def test_who_owns_a_factor_may_not_add_another_before_showing_it(cast, signed_in, mayas_secret):
    maya = signed_in(cast.maya, second_factor=False)
    for address in (
        "/accounts/passkeys/add/",
        "/accounts/second/app/add/",
        "/accounts/protect/",
        "/accounts/",
    ):
        assert maya.get(address).headers["Location"].startswith("/accounts/unlock/"), address
    maya.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    maya.post("/accounts/unlock/", {"way": "mail", "code": "ABCDEF"})
    assert not access.has_shown_second_factor(maya.session, cast.maya)


def test_staff_come_in_with_mail_and_app(cast, mayas_secret):
    browser = with_code_from_mail("maya@example.org")
    assert "_auth_user_id" not in browser.session
    browser.post(SECOND, {"code": code_of(mayas_secret)})
    assert access.has_shown_second_factor(browser.session, cast.maya)
    assert browser.get("/accounts/").status_code == 200


def test_a_code_of_the_app_works_once(cast, mayas_secret):
    first, second = with_code_from_mail("maya@example.org"), with_code_from_mail("maya@example.org")
    code = code_of(mayas_secret)
    first.post(SECOND, {"code": code})
    second.post(SECOND, {"code": code})
    assert "_auth_user_id" not in second.session


def test_guessing_the_app_ends_after_five(cast, mayas_secret):
    browser = with_code_from_mail("maya@example.org")
    for _try in range(5):
        browser.post(SECOND, {"code": "000000"})
    browser.post(SECOND, {"code": code_of(mayas_secret)})
    assert "_auth_user_id" not in browser.session


def test_a_recovery_code_works_once(cast, mayas_secret):
    code = RecoveryCodes.activate(cast.maya).get_unused_codes()[0]
    first, second = with_code_from_mail("maya@example.org"), with_code_from_mail("maya@example.org")
    first.post(SECOND, {"code": code})
    second.post(SECOND, {"code": code})
    assert first.session["_auth_user_id"] == str(cast.maya.pk)
    assert "_auth_user_id" not in second.session


@pytest.mark.django_db(transaction=True)
def test_a_new_member_of_staff_sets_up_the_app_and_sees_the_recovery_codes_once(cast):
    browser = with_code_from_mail("maya@example.org")
    assert browser.get("/accounts/").headers["Location"].startswith("/accounts/protect/")
    assert b"authenticator app" in browser.get("/accounts/protect/").content.lower()
    page = browser.get("/accounts/second/app/add/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page).group(1)
    done = browser.post("/accounts/second/app/add/", {"code": code_of(secret)}, follow=True)
    assert len(re.findall(rb"<code>\d{10}</code>", done.content)) == 10
    assert not re.findall(rb"<code>\d{10}</code>", browser.get("/accounts/second/codes/").content)
    assert browser.get("/accounts/").status_code == 200


def test_secrets_are_sealed_in_the_database(cast, mayas_secret):
    RecoveryCodes.activate(cast.maya)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert mayas_secret not in stored
    assert "djE6" in stored or "v1" in stored


def test_secrets_are_sealed_again_when_the_keys_change(cast, mayas_secret, settings):
    code = RecoveryCodes.activate(cast.maya).get_unused_codes()[0]
    settings.FIELD_KEYS = ["k2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=", *settings.FIELD_KEYS]
    call_command("rotate_keys", stdout=StringIO())
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    for proof in (code_of(mayas_secret), code):
        browser = with_code_from_mail("maya@example.org")
        browser.post(SECOND, {"code": proof})
        assert browser.session["_auth_user_id"] == str(cast.maya.pk)


def test_a_wrong_code_when_setting_up_protects_nobody(cast):
    browser = with_code_from_mail("maya@example.org")
    browser.get("/accounts/second/app/add/")
    browser.post("/accounts/second/app/add/", {"code": "000000"})
    assert not access.owns_second_factor(cast.maya)


def test_staff_keep_their_last_factor(cast, signed_in, mayas_secret):
    maya = signed_in(cast.maya)
    prove(maya, mayas_secret)
    maya.post("/accounts/second/app/remove/")
    assert access.owns_second_factor(cast.maya)


def test_staff_keep_their_last_passkey(cast, signed_in):
    key = Authenticator.objects.create(user=cast.maya, type="webauthn", data={"name": "Phone"})
    maya = signed_in(cast.maya)
    maya.post(f"/accounts/passkeys/{key.pk}/remove/")
    assert access.owns_second_factor(cast.maya)


def test_nobody_touches_anothers_passkey(cast, signed_in):
    key = Authenticator.objects.create(user=cast.theo, type="webauthn", data={"name": "Phone"})
    june = signed_in(cast.june)
    for address in (f"/accounts/passkeys/{key.pk}/remove/", f"/accounts/passkeys/{key.pk}/"):
        theirs, nobodys = june.post(address, {"name": "Mine"}), june.post(address.replace(str(key.pk), "999"))
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "Phone"


def prove(browser: Client, secret: str) -> None:
    browser.post("/accounts/unlock/", {"way": "app", "code": code_of(secret)})


def test_a_patient_with_a_lost_passkey_still_comes_in_by_mail(cast):
    Authenticator.objects.create(user=cast.june, type="webauthn", data={"name": "Lost phone"})
    browser = with_code_from_mail("june@example.org")
    assert browser.session["_auth_user_id"] == str(cast.june.pk)


def test_a_patient_who_chose_an_app_is_asked_for_it(cast):
    TOTP.activate(cast.june, generate_totp_secret())
    assert "_auth_user_id" not in with_code_from_mail("june@example.org").session


def test_a_patient_who_becomes_staff_needs_a_second_factor_at_once(cast, signed_in):
    june = signed_in(cast.june, second_factor=False)
    assert june.get("/accounts/").status_code == 200
    give_role(cast.june, "facilitator", by=cast.ines)
    assert june.get("/accounts/").headers["Location"].startswith("/accounts/protect/")


def test_the_back_office_needs_it_too(cast, signed_in):
    cast.june.is_staff = True
    cast.june.save()
    assert signed_in(cast.june, second_factor=False).get("/accounts/").status_code == 302


def test_a_factor_shown_in_another_login_does_not_count_here(cast, signed_in):
    signed_in(cast.maya)
    assert signed_in(cast.maya, second_factor=False).get("/accounts/").status_code == 302


def test_a_factor_shown_by_another_person_in_this_browser_does_not_count(cast, signed_in):
    browser = signed_in(cast.sam)
    browser.force_login(cast.maya)
    assert browser.get("/accounts/").status_code == 302


def test_a_socket_of_staff_asks_for_it_as_well(cast, signed_in):
    halfway, whole = signed_in(cast.maya, second_factor=False), signed_in(cast.maya)
    assert not access.may_enter(halfway.session, cast.maya)
    assert access.may_enter(whole.session, cast.maya)
    assert access.person_at({"cookies": {"sessionid": halfway.session.session_key}}) is None
    assert access.person_at({"cookies": {"sessionid": whole.session.session_key}}) == cast.maya
    assert access.person_at({"cookies": {}}) is None
    assert not access.may_enter(SessionStore("gone"), cast.maya)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_how_one_signs_in_is_told_and_recorded(cast):
    test_a_new_member_of_staff_sets_up_the_app_and_sees_the_recovery_codes_once(cast)
    deliver_due()
    assert mail.outbox[-1].subject == "A change to your account"
    assert AuditEntry.objects.filter(action="second_factor.added", detail__kind="totp").exists()
