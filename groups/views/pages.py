"""The pages that most changes need: a form, and a question before something ends."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _


def form_page(request, form, *, title: str, button: str = "", **more):
    """A form on a page of its own.

    `crumb`: the program or group it is about; `ends`: where that is ended, and the words for it; `warnings`:
    what to think of first. With those the button says "anyway".
    """
    context = {"form": form, "title": title, "button": button or _("Save"), **more}
    return render(request, "groups/form.html", context)


def form_about(request, form, *, title: str, button: str, note: str = "", found=None):
    """A form about a person, or about someone who is to come."""
    back = resolve_url("groups:person", found.code) if found else resolve_url("groups:people")
    shown = {"form": form, "title": title, "button": button, "note": note, "back": back}
    return render(request, "groups/person_form.html", shown)


def confirm(
    request, *, title: str, effects: list[str], button: str, act: Callable, back: tuple, done: tuple = ()
):
    """Ask before `act`, saying what it does to others. Where it refuses, say why on the same page.

    `back` is the page where one came from; once it is done one is led there too, or to `done`.
    """
    refusal = ""
    if request.method == "POST":
        try:
            act()
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("Done."))
            return redirect(*(done or back))
    context = {
        "title": title,
        "effects": effects,
        "button": button,
        "back": resolve_url(*back),
        "refusal": refusal,
    }
    return render(request, "groups/confirm.html", context)


def ask_about(request, found, *, title: str, back: tuple = (), **asked):
    """Ask before something happens to a person, and lead back to them. `title` says `%(name)s`."""
    return confirm(
        request, title=title % {"name": found.name}, back=back or ("groups:person", found.code), **asked
    )
