"""Help now: who answers, for whom."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone


def help_page(client) -> str:
    response = client.get(reverse("help"))
    assert response.status_code == 200
    return response.content.decode()


def test_nobody_has_to_sign_in_to_find_help(db):
    page = help_page(Client())
    assert 'href="tel:988"' in page
    assert 'href="sms:988"' in page
    assert 'href="tel:911"' in page


def test_a_patient_finds_the_programs_own_number(cast, signed_in):
    assert "978-555-0100" in help_page(signed_in(cast.june))


def test_a_relative_finds_the_number_of_the_patients_program(cast, signed_in):
    assert "978-555-0100" in help_page(signed_in(cast.rosa))


def test_whoever_left_the_program_no_longer_sees_its_number(cast, signed_in):
    cast.june.enrolments.update(ended_at=timezone.now())
    for person in (cast.june, cast.rosa):
        assert "978-555-0100" not in help_page(signed_in(person))


def test_a_stranger_learns_no_number(cast):
    assert "978-555-0100" not in help_page(Client())


def test_the_sites_own_emergency_number_is_shown(cast, signed_in):
    cast.site.emergency_number = "112"
    cast.site.save()
    assert 'href="tel:112"' in help_page(signed_in(cast.june))
