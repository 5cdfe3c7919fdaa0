"""Today: the next meeting with one clear button, and what each role should see first."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import RoleName
from audit.services import record_read
from care.services.agreements import still_to_do
from groups.access import stuck_mail_of
from groups.help import crisis_card
from groups.models import Membership, Program
from groups.seat_checks import missing_in
from sessions import agenda
from sessions.models import GroupSession

LOOK_BACK = timedelta(days=3)  # how long Today keeps reminding of a record to look over


@login_required
@never_cache
def today(request):
    """The first page after signing in."""
    if request.user.is_clinic_staff:
        return render(request, "sessions/today_staff.html", for_staff(request.user))
    return render(request, "sessions/today.html", for_member(request.user))


def for_member(person) -> dict:
    """What a patient or a relative sees: the next meeting, what to do before it, the rest of the week."""
    following = agenda.next_of(person)
    today = timezone.localdate()
    week = agenda.between(agenda.of_member(person), today, today + timedelta(days=6))
    meetings = agenda.meetings(week, person)
    return {
        "today": today,
        "now": timezone.now(),
        "greeting": greeting(person),
        "next": _find(following, meetings, person),
        "missing": still_to_do(person, following.group) if following else [],
        "phones": [] if following else crisis_card(person)["programs"],
        "week": [one for one in meetings if not one.session.is_over and one.session != following],
    }


def for_staff(person) -> dict:
    """What a staff member sees: their own meetings, then what their roles ask them to look at."""
    own = agenda.meetings(agenda.on_now_or_today(agenda.of_member(person)), person)
    shown = {meeting.session.pk for meeting in own}
    facts = {
        "today": timezone.localdate(),
        "greeting": greeting(person),
        "own": own,
        "records": records_to_look_over(person),
    }
    if person.has_role(RoleName.COORDINATOR, RoleName.CLINICIAN, RoleName.PRESCRIBER):
        others = agenda.on_now_or_today(GroupSession.objects.visible_to(person)).exclude(pk__in=shown)
        facts["others"] = agenda.meetings(others, person)
    if not own:
        facts["next"] = agenda.next_of(person)
    if person.has_role(RoleName.COORDINATOR):
        facts |= for_coordinator(person)
    note_what_is_read(person, facts)
    return facts


def note_what_is_read(person, facts: dict) -> None:
    """Which patients are late, or have yet to sign, is health information: that it was read is noted."""
    for meeting in [*facts["own"], *facts.get("others", [])]:
        if meeting.apologies:
            record_read(person, meeting.session, "apology")
    for notice in facts.get("stuck", [])[:5]:
        record_read(person, notice.person, "mail")
    for group in {line["member"].group for line in facts.get("missing", [])}:
        record_read(person, group, "papers")


def for_coordinator(person) -> dict:
    """What a coordinator should look at besides meetings."""
    return {
        "has_programs": Program.objects.managed_by(person).current().exists(),
        "missing": papers_missing(person),
        "begin": reverse("groups:start_program"),
        "stuck": stuck_mail(person),
    }


def stuck_mail(person) -> list:
    """The newest letter to each person whom mail does not reach, of those whom `person` coordinates."""
    newest: dict = {}
    for notice in stuck_mail_of(person):
        newest.setdefault(notice.person_id, notice)
    return list(newest.values())


def papers_missing(person) -> list[dict]:
    """Who of the groups that meet today or tomorrow cannot be let in as things stand, each person once."""
    today = timezone.localdate()
    managed = GroupSession.objects.filter(group__program__in=Program.objects.managed_by(person))
    soon = agenda.between(managed.planned().not_over(), today, today + timedelta(days=1))
    members = Membership.objects.current().filter(group__in=soon.order_by().values("group"))
    members = list(members.select_related("group", "person").order_by("person__name", "group__name"))
    missing = missing_in(members)
    found: dict = {}
    for member in members:
        for thing in missing.get(member.pk, []):
            line = found.setdefault(member.person_id, {"member": member, "papers": {}})
            line["papers"][thing.words] = True
    return list(found.values())


def records_to_look_over(person) -> list:
    """The meetings that `person` led and that ended lately."""
    led = agenda.led_by(person).filter(ended_at__gte=timezone.now() - LOOK_BACK)
    return list(led.select_related("group").order_by("-ended_at")[:6])


def greeting(person) -> str:
    """`Good evening, June`, by the reader's clock."""
    hour = timezone.localtime().hour
    name = {"name": person.peer_name or person.name.split()[0]}
    if hour < 12:
        return _("Good morning, %(name)s") % name
    return (_("Good afternoon, %(name)s") if hour < 18 else _("Good evening, %(name)s")) % name


def _find(session, meetings, person):
    """The meeting of `session`, which is among `meetings` unless it is further away than a week."""
    if session is None:
        return None
    known = [meeting for meeting in meetings if meeting.session == session]
    return (known or agenda.meetings([session], person))[0]
