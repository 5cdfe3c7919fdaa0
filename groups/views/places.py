"""Where someone belongs, begun and ended: a patient's stays, whose relative someone is. For coordinators.

What is ended is not taken back: a new stay, or a new relation, begins instead.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import RoleName
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.people_forms import RelationForm, StayForm
from groups.services import people
from groups.views.pages import ask_about, form_about


@login_required
@refusals_are_not_found
def begin_stay(request, code):
    """Let a patient stay in another program, or in one again."""
    found = _patient_for(request.user, code)
    form = StayForm(request.POST or None, person=request.user, patient=found)
    if request.method == "POST" and form.is_valid():
        people.enrol(form.cleaned_data["program"], found, by=request.user)
        messages.success(request, _("Saved. Give them a seat on the page of a group."))
        return redirect("groups:person", found.code)
    title = _("A program for %(name)s") % {"name": found.name}
    return form_about(request, form, title=title, button=_("Begin the stay"), found=found)


@login_required
@refusals_are_not_found
def end_stay(request, code, program):
    """End a patient's stay in a program."""
    stay = access.managed_stay_for(request.user, code, program)
    effects = [
        _("%(name)s is no longer a patient of %(program)s.")
        % {"name": stay.patient.name, "program": stay.program.name},
        *_seats_lost(people.seats_of_stay(stay)),
        _("Their attendance and everything written stays in the record."),
    ]
    return ask_about(
        request,
        stay.patient,
        title=_("End the stay of %(name)s?"),
        effects=effects,
        button=_("End the stay"),
        act=lambda: people.end_enrolment(stay, by=request.user),
        done=("groups:people",),  # another program may have them to itself now
    )


@login_required
@refusals_are_not_found
def add_relative(request, code):
    """Note that someone with a login belongs to a patient."""
    found = _patient_for(request.user, code)
    form = RelationForm(request.POST or None, person=request.user, patient=found)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: people.relate(found, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Saved. Give them a seat on the page of a group."))
        return redirect("groups:person", found.code)
    title = _("A relative of %(name)s") % {"name": found.name}
    note = _("Whoever has no login yet comes by invitation.")
    return form_about(request, form, title=title, button=_("Save"), note=note, found=found)


@login_required
@refusals_are_not_found
def end_relation(request, code, relative):
    """End that someone is a patient's relative here."""
    relation = access.managed_relation_for(request.user, code, relative)
    effects = [
        _("%(name)s no longer belongs to %(patient)s here.")
        % {"name": relation.relative.name, "patient": relation.patient.name},
        *_seats_lost(people.seats_of_relation(relation)),
    ]
    return ask_about(
        request,
        relation.relative,
        title=_("End it for %(name)s?"),
        effects=effects,
        button=_("End it"),
        back=("groups:person", relation.patient.code),
        act=lambda: people.end_relation(relation, by=request.user),
    )


def _patient_for(person, code):
    """Return the person `code`, who must be a patient."""
    found = access.managed_person_for(person, code)
    if not found.has_role(RoleName.PATIENT):
        raise NotYours
    return found


def _seats_lost(seats) -> list[str]:
    if not seats:
        return []
    groups = ", ".join(seat.group.name for seat in seats)
    return [_("Their seat ends in: %(groups)s. An open room shows them out.") % {"groups": groups}]
