"""What every page has in common, whoever reads it."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

FORBIDDEN = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("address", ["/nowhere/", "/nowhere/else/"])
def test_a_page_that_is_not_there_is_the_same_bytes_each_time(cast, signed_in, address):
    june = signed_in(cast.june)
    answers = {june.get(address).content, june.get("/not/this/one/either/").content}
    assert len(answers) == 1
    assert b"There is no page here" in answers.pop()


def test_each_reader_gets_the_shell_of_their_own(cast, signed_in):
    assert b'class="patient' in signed_in(cast.june).get(reverse("help")).content
    assert b'class="staff shell' in signed_in(cast.maya).get(reverse("help")).content
    assert b'class="plain' in Client().get(reverse("help")).content


def test_no_page_carries_script_or_style_of_its_own(cast, signed_in):
    for client in (Client(), signed_in(cast.june), signed_in(cast.ines)):
        for address in (reverse("help"), reverse("away"), "/nowhere/"):
            assert not FORBIDDEN.search(client.get(address).content.decode())


def test_nothing_that_a_signed_in_person_was_shown_is_kept_anywhere(cast, signed_in):
    for person in (cast.june, cast.rosa, cast.ines):
        client = signed_in(person)
        for address in ("/help/", "/accounts/", "/nowhere/"):
            assert "no-store" in client.get(address).headers["Cache-Control"]
        assert "no-store" in client.post("/away/out/").headers["Cache-Control"]


def test_search_engines_are_asked_to_stay_out(db):
    assert Client().get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_the_language_can_be_changed_before_signing_in(db):
    browser = Client()
    browser.post(reverse("set_language"), {"language": "es", "next": "/help/"})
    assert b'<html lang="es">' in browser.get("/help/").content


def test_an_error_page_needs_nothing_that_may_be_broken():
    with translation.override("en"):
        assert "The fault is ours" in render_to_string("500.html")
