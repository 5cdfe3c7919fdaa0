"""Seats in a group: given, changed, ended. For coordinators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record_read
from groups import access
from groups.dates import today_at
from groups.doors import refusals_are_not_found
from groups.forms import NewSeatForm, SeatForm, told
from groups.seat_checks import warnings_before
from groups.services import memberships
from groups.views.pages import confirm, form_page


@login_required
@refusals_are_not_found
def add_member(request, code):
    """Give someone a seat."""
    group = access.managed_group_for(request.user, code)
    start = {"from_on": today_at(group.program.site), "role": "patient"}
    form = NewSeatForm(request.POST or None, initial=start, group=group)
    warnings = []
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if "anyway" not in request.POST:
            warnings = warnings_before(group, facts["person"], facts["from_on"], facts["until_on"])
        if not warnings and told(form, lambda: memberships.add_member(group, by=request.user, **facts)):
            messages.success(request, _("%(name)s has a seat.") % {"name": facts["person"].name})
            return redirect("groups:group", group.code)
    button = _("Give the seat anyway") if warnings else _("Give the seat")
    return form_page(request, form, title=_("Add a member"), button=button, crumb=group, warnings=warnings)


@login_required
@refusals_are_not_found
def change_member(request, code, person):
    """Change someone's seat."""
    seat = access.managed_membership_for(request.user, code, person)
    record_read(request.user, seat, "membership")
    now = {name: getattr(seat, name) for name in ("role", "shown_as", "from_on", "until_on")}
    form = SeatForm(request.POST or None, initial=now, group=seat.group)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: memberships.change_membership(seat, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Saved."))
        return redirect("groups:group", seat.group.code)
    title = _("The seat of %(name)s") % {"name": seat.person.name}
    ends = (reverse("groups:end_member", args=[code, person]), _("End this membership"))
    return form_page(request, form, title=title, crumb=seat.group, ends=ends)


@login_required
@refusals_are_not_found
def end_member(request, code, person):
    """End someone's membership, after saying what that does."""
    seat = access.managed_membership_for(request.user, code, person)
    name = {"name": seat.person.name}
    effects = [_("%(name)s loses the seat now. An open room shows them out.") % name]
    if relatives := memberships.relatives_here_for(seat):
        names = ", ".join(relative.person.name for relative in relatives)
        effects.append(_("These relatives lose their seats too: %(names)s.") % {"names": names})
    effects.append(_("Their attendance and everything written stays in the record."))
    return confirm(
        request,
        title=_("End the membership of %(name)s?") % name,
        effects=effects,
        button=_("End membership"),
        back=("groups:group", seat.group.code),
        act=lambda: memberships.end_membership(seat, by=request.user),
    )
