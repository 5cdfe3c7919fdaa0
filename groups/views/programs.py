"""Programs, their place, tracks and team: for whoever coordinates them; their staff may read."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import RoleName
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import NewProgramForm, ProgramForm, SiteForm, TrackForm, WorkForm, told
from groups.services import programs, team
from groups.views.pages import confirm, form_page


@login_required
@refusals_are_not_found
def program(request, code):
    """One program: its facts, tracks and team."""
    found = access.program_for(request.user, code)
    work = found.assignments.current().select_related("person").order_by("person__name", "role")
    return render(
        request,
        "groups/program.html",
        {
            "program": found,
            "tracks": found.tracks.filter(ended_at=None).order_by("name"),
            "work": work,
            "may_manage": found.ended_at is None and access.may_manage(request.user, found),
        },
    )


@login_required
@refusals_are_not_found
def start_program(request):
    """Begin a program. Any coordinator may; they coordinate it from then on."""
    if not request.user.has_role(RoleName.COORDINATOR):
        raise NotYours
    form = NewProgramForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        site = form.cleaned_data["site"] or programs.open_site(by=request.user, **form.new_site)
        started = programs.start_program(site, by=request.user, **form.program)
        messages.success(request, _("The program has begun. Next: its tracks, its team, its groups."))
        return redirect("groups:program", started.code)
    return form_page(request, form, title=_("Begin a program"), button=_("Begin the program"))


@login_required
@refusals_are_not_found
def change_program(request, code):
    """Change facts about a program."""
    found = access.managed_program_for(request.user, code)
    form = ProgramForm(request.POST or None, instance=copy(found))
    if request.method == "POST" and form.is_valid():
        programs.change(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("groups:program", found.code)
    return form_page(request, form, title=_("Change the program"), crumb=found)


@login_required
@refusals_are_not_found
def end_program(request, code):
    """End a program without groups."""
    found = access.managed_program_for(request.user, code)
    patients = found.enrolments.filter(ended_at=None).count()
    return confirm(
        request,
        title=_("End %(name)s?") % {"name": found.name},
        effects=[
            _("The stay of %(count)d patients in it ends.") % {"count": patients},
            _("No group can begin in it any more. Its records stay readable."),
        ],
        button=_("End the program"),
        back=("groups:program", found.code),
        act=lambda: programs.end_program(found, by=request.user),
        done=("groups:list",),
    )


@login_required
@refusals_are_not_found
def change_site(request, code):
    """Change facts about a place."""
    found = access.managed_site_for(request.user, code)
    form = SiteForm(request.POST or None, instance=copy(found))
    if request.method == "POST" and form.is_valid():
        programs.change(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("groups:list")
    return form_page(request, form, title=_("Change the place"))


@login_required
@refusals_are_not_found
def start_track(request, code):
    """Begin a track of a program."""
    found = access.managed_program_for(request.user, code)
    form = TrackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        programs.start_track(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The track has begun."))
        return redirect("groups:program", found.code)
    return form_page(request, form, title=_("Add a track"), button=_("Add the track"), crumb=found)


@login_required
@refusals_are_not_found
def change_track(request, code):
    """Rename a track."""
    found = access.managed_track_for(request.user, code)
    form = TrackForm(request.POST or None, instance=copy(found))
    if request.method == "POST" and form.is_valid():
        programs.change(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("groups:program", found.program.code)
    return form_page(request, form, title=_("Change the track"), crumb=found.program)


@login_required
@refusals_are_not_found
def end_track(request, code):
    """End a track that no group follows."""
    found = access.managed_track_for(request.user, code)
    return confirm(
        request,
        title=_("End %(name)s?") % {"name": found.name},
        effects=[_("No group can follow it any more. Patients who followed it keep that in their record.")],
        button=_("End the track"),
        back=("groups:program", found.program.code),
        act=lambda: programs.end_track(found, by=request.user),
    )


@login_required
@refusals_are_not_found
def assign(request, code):
    """Let a staff member work in a program."""
    found = access.managed_program_for(request.user, code)
    form = WorkForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: team.assign(found, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("%(name)s works here now.") % {"name": form.cleaned_data["person"].name})
        return redirect("groups:program", found.code)
    return form_page(request, form, title=_("Add to the team"), button=_("Add to the team"), crumb=found)


@login_required
@refusals_are_not_found
def end_assignment(request, code, person, role):
    """End a staff member's work in a program, after saying which groups lose them."""
    work = access.managed_assignment_for(request.user, code, person, role)
    name = {"name": work.person.name}
    from_person = request.GET.get("from") == "person"
    seats = team.seats_that_end_with(work)
    effects = [
        _("%(name)s no longer works in this program as %(role)s.") % {**name, "role": work.get_role_display()}
    ]
    if seats:
        groups = ", ".join(seat.group.name for seat in seats)
        effects.append(_("Their seat ends in: %(groups)s. An open room shows them out.") % {"groups": groups})
    return confirm(
        request,
        title=_("End the work of %(name)s here?") % name,
        effects=effects,
        button=_("End it"),
        back=("groups:person", work.person.code) if from_person else ("groups:program", work.program.code),
        done=("groups:people",) if from_person else (),
        act=lambda: team.end_assignment(work, by=request.user),
    )
