"""Therapy groups: the list, one group, and for coordinators how to begin, change and end one."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from audit.services import record_read
from groups import access
from groups.doors import refusals_are_not_found
from groups.forms import GroupForm, told
from groups.group_page import additions_for
from groups.models import LEADING_ROLES, Membership, MembershipRole, Program, TherapyGroup
from groups.seat_checks import missing_among
from groups.services import therapy_groups
from groups.views.pages import confirm, form_page


@login_required
@never_cache
def group_list(request):
    """The groups that one may see, by program; for coordinators also the programs without any."""
    groups = list(seen_by(request.user))
    programs = {group.program for group in groups} | set(
        Program.objects.visible_to(request.user).current().select_related("site")
    )
    managed = set(Program.objects.managed_by(request.user).current().values_list("pk", flat=True))
    return render(
        request,
        "groups/list.html" if request.user.is_clinic_staff else "groups/mine.html",
        {
            "groups": groups,
            "programs": [
                (program, [one for one in groups if one.program_id == program.pk], program.pk in managed)
                for program in sorted(programs, key=lambda program: program.name)
            ],
            "may_begin": request.user.has_role("coordinator"),
        },
    )


@login_required
@refusals_are_not_found
@never_cache
def group(request, code):
    """One group: its team sees everyone in it, its members only what peers may know."""
    found = access.group_for(request.user, code)
    if not access.sees_members(request.user, found):
        return render(request, "groups/group_member.html", for_member(request.user, found))
    members = members_of(found)
    record_read(request.user, found, "group")
    taken = sum(member.role == MembershipRole.PATIENT and not member.is_coming for member in members)
    return render(
        request,
        "groups/group.html",
        {
            "group": found,
            "members": members,
            "leaders": [member for member in members if member.role in LEADING_ROLES],
            "taken": taken,
            "is_small": taken < found.minimum_size,
            "additions": additions_for(request.user, found),
            "may_manage": found.ended_at is None and access.may_manage(request.user, found.program),
        },
    )


@login_required
@refusals_are_not_found
def start_group(request, code):
    """Begin a group of a program."""
    program = access.managed_program_for(request.user, code)
    form = GroupForm(request.POST or None, program=program)
    if request.method == "POST" and form.is_valid():
        started = therapy_groups.start_group(program, by=request.user, **form.cleaned_data)
        messages.success(request, _("The group has begun. Next: its members and when it meets."))
        return redirect("groups:group", started.code)
    return form_page(request, form, title=_("Begin a group"), button=_("Begin the group"), crumb=program)


@login_required
@refusals_are_not_found
def change_group(request, code):
    """Change facts about a group."""
    found = access.managed_group_for(request.user, code)
    form = GroupForm(request.POST or None, instance=copy(found), program=found.program)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: therapy_groups.change_group(found, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Saved."))
        return redirect("groups:group", found.code)
    return form_page(request, form, title=_("Change the group"), crumb=found)


@login_required
@refusals_are_not_found
def end_group(request, code):
    """End a group, after saying for how many."""
    found = access.managed_group_for(request.user, code)
    people = found.memberships.filter(ended_at=None).count()
    return confirm(
        request,
        title=_("End %(name)s?") % {"name": found.name},
        effects=[
            ngettext("%(count)d person loses their seat.", "%(count)d people lose their seats.", people)
            % {"count": people},
            _("All planned meetings are taken away. An open room shows everyone out."),
            _("Its records stay readable. This cannot be taken back."),
        ],
        button=_("End the group"),
        back=("groups:group", found.code),
        act=lambda: therapy_groups.end_group(found, by=request.user),
        done=("groups:list",),
    )


def seen_by(person):
    """The current groups that `person` may see, with how many patients they have and who leads them."""
    leading = Membership.objects.current().filter(role__in=LEADING_ROLES).order_by("role", "shown_as")
    patients = Count(
        "memberships",
        filter=Q(memberships__in=Membership.objects.current().filter(role=MembershipRole.PATIENT)),
    )
    return (
        TherapyGroup.objects.visible_to(person)
        .current()
        .select_related("program__site", "track")
        .prefetch_related(Prefetch("memberships", leading, to_attr="leading"))
        .annotate(patients=patients)
        .order_by("name")
    )


def members_of(group: TherapyGroup) -> list[Membership]:
    """Everyone with a seat, now or from a later day on, and what each has yet to sign. Leaders first."""
    current = set(Membership.objects.current().filter(group=group).values_list("pk", flat=True))
    seats = group.memberships.filter(ended_at=None).exclude(pk__in=group.memberships.lapsed())
    members = sorted(seats.select_related("person"), key=lambda one: (ORDER[one.role], one.shown_as))
    missing = missing_among(group, members)
    for member in members:
        member.is_coming = member.pk not in current
        member.missing = missing.get(member.pk, [])
    return members


def for_member(person, group: TherapyGroup) -> dict:
    """What a patient or relative may know of their group: never who else is in it by full name."""
    leaders = Membership.objects.current().filter(group=group, role__in=LEADING_ROLES).order_by("role")
    return {
        "name": group.name,
        "leaders": list(leaders.values_list("shown_as", flat=True)),
        "agreement": group.agreement_text,
        "phone": group.program.phone or group.program.site.phone,
        "shown_as": Membership.objects.current().get(group=group, person=person).shown_as,
    }


ORDER = {
    MembershipRole.FACILITATOR: 0,
    MembershipRole.CO_FACILITATOR: 1,
    MembershipRole.PATIENT: 2,
    MembershipRole.RELATIVE: 3,
    MembershipRole.STAFF: 4,
}
