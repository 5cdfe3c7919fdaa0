"""'I'll be late', 'I can't come', and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from groups.doors import refusals_are_not_found
from sessions import access, agenda
from sessions.schedule_forms import WordForm
from sessions.services import apologies


@login_required
@refusals_are_not_found
@never_cache
def apology(request, code):
    """Say that one comes late to a meeting, or not at all."""
    session = access.own_session_for(request.user, code)
    said = apologies.word_of(session, request.user)
    form = WordForm(request.POST or None, initial=as_filled_in(said) if said else None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        apologies.send_word(
            session,
            request.user,
            is_absence=facts["what"] == "absent",
            minutes_late=facts["minutes_late"],
            words=facts["words"],
        )
        messages.success(request, _("Your team can see it now."))
        return redirect("sessions:today")
    [meeting] = agenda.meetings([session], request.user)
    return render(request, "sessions/apology.html", {"form": form, "meeting": meeting, "said": said})


@login_required
@require_POST
@refusals_are_not_found
def take_back(request, code):
    """Forget what one said about a meeting."""
    session = access.own_session_for(request.user, code)
    if apologies.take_back(session, request.user):
        messages.success(request, _("Taken back. We expect you on time."))
    return redirect("sessions:today")


def as_filled_in(said) -> dict:
    return {
        "what": "absent" if said.is_absence else "late",
        "minutes_late": said.minutes_late,
        "words": said.words,
    }
