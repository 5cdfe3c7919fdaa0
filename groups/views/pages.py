"""The two pages that most changes need: a form, and a question before something ends."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _


def form_page(
    request, form, *, title: str, button: str = "", crumb=None, ends: tuple[str, str] | None = None
):
    """A form on a page of its own. `crumb`: the program or group it is about; `ends`: where that is ended."""
    context = {"form": form, "title": title, "button": button or _("Save"), "crumb": crumb, "ends": ends}
    return render(request, "groups/form.html", context)


def confirm(request, *, title: str, effects: list[str], button: str, back, act: Callable, done):
    """Ask before `act`, saying what it does to others. Where it refuses, say why on the same page."""
    refusal = ""
    if request.method == "POST":
        try:
            act()
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("Done."))
            return redirect(*done)
    context = {
        "title": title,
        "effects": effects,
        "button": button,
        "back": resolve_url(*back),
        "refusal": refusal,
    }
    return render(request, "groups/confirm.html", context)
