"""What has just been said in the demo: who is late, who cannot come, a private word, an invitation."""

from datetime import datetime, timedelta

from accounts.models import Invitation, RoleName, User
from groups.models import Program, TherapyGroup
from groups.services.offers import invite_to
from sessions.models import GroupSession, Report
from sessions.services.apologies import send_word, word_of
from sessions.services.reports import tell_the_team

INVITED = "noor@example.org"


def tell(people: dict[str, User], groups: dict[str, TherapyGroup], now: datetime) -> None:
    _words_about_meetings(people, groups["tuesday"], now)
    _a_private_word(people, groups["tuesday"], now)
    _an_invitation(people, groups["tuesday"].program)


def _words_about_meetings(people: dict[str, User], group: TherapyGroup, now: datetime) -> None:
    coming = list(group.group_sessions.planned().filter(ended_at=None, ends_at__gt=now)[:2])
    if coming and word_of(coming[0], people["priya"]) is None:
        send_word(coming[0], people["priya"], is_absence=False, minutes_late=10, words="My bus is late.")
    if coming[1:] and word_of(coming[1], people["kai"]) is None:
        send_word(coming[1], people["kai"], is_absence=True, words="I have to see the dentist.")


def _a_private_word(people: dict[str, User], group: TherapyGroup, now: datetime) -> None:
    lately = now - timedelta(days=7)
    if Report.objects.filter(at__gte=lately).exists():
        return
    came = {"attendances__person": people["lena"], "attendances__visits__isnull": False}
    last = (
        GroupSession.objects.filter(group=group, ended_at__gte=lately, **came).order_by("-ended_at").first()
    )
    if last:
        tell_the_team(last, by=people["lena"], words="I think somebody else was in the room with Dan.")


def _an_invitation(people: dict[str, User], program: Program) -> None:
    if not Invitation.objects.filter(person__email=INVITED).exists():
        about = {"name": "Noor Aziz", "peer_name": "Noor", "time_zone": program.site.time_zone}
        invite_to(program, by=people["ines"], email=INVITED, role=RoleName.PATIENT, **about)
