"""Let simulated members take part in a group of the demo, so that one person alone can lead it."""

import json
import subprocess
import sys
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from groups.models import Membership
from sessions.models import Attendance, GroupSession
from vioport.demo.environment import step_into_the_demo
from vioport.demo.views import BACKEND


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # they are for the demo that it steps into, not for where it was called

    def add_arguments(self, parser):
        parser.add_argument("--count", type=int, default=6, help="how many members (6)")
        parser.add_argument("--session", help="the session's code; the group that meets now unless told")

    def handle(self, *args, count: int, session: str | None, **options):
        step_into_the_demo()
        group_session = self.find(session)
        members = self.members_of(group_session, count)
        if not members:
            raise CommandError("No patients are left in this group who could be simulated.")
        ways = [self.way_of(group_session, member) for member in members]
        self.stdout.write(f"{len(ways)} members knock. Let them in at {settings.SITE_URL}/  (Ctrl-C ends)")
        self.let_live(ways)

    def let_live(self, ways: list[dict[str, str]]) -> None:
        """Tell the members where to go. They stay for as long as we hold the other end of their input."""
        program = [sys.executable, "-m", "vioport.demo.members"]
        members = subprocess.Popen(program, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, text=True)  # noqa: S603
        members.stdin.write(json.dumps(ways) + "\n")
        members.stdin.flush()
        try:
            members.wait()
        except KeyboardInterrupt:
            members.wait()

    def find(self, code: str | None) -> GroupSession:
        open_ones = GroupSession.objects.filter(ended_at=None, cancelled_at=None)
        if code:
            found = open_ones.filter(code=code).first()
        else:
            now = timezone.now()
            found = open_ones.filter(kind="group", starts_at__lte=now, ends_at__gte=now).first()
        if found is None:
            raise CommandError("No such group meets now. Give one with --session CODE.")
        return found

    def members_of(self, group_session: GroupSession, count: int) -> list[Membership]:
        """Patients who are not there themselves, June and Omar last: they are likely to be played."""
        there = group_session.attendances.filter(
            is_simulated=False, visits__closed_at=None, visits__isnull=False
        )
        members = Membership.objects.current().filter(group=group_session.group, role="patient")
        return list(
            members.exclude(person__in=there.values("person"))
            .select_related("person")
            .order_by("-pk")[:count]
        )

    def way_of(self, group_session: GroupSession, member: Membership) -> dict[str, str]:
        Attendance.objects.update_or_create(
            group_session=group_session,
            person=member.person,
            defaults={"is_simulated": True, "has_media": False},
            create_defaults={
                "is_simulated": True,
                "has_media": False,
                "shown_as": member.shown_as,
                "role": member.role,
            },
        )
        host = settings.SITE_URL.partition("://")[2]
        return {
            "url": f"ws://{host}/ws/sessions/{group_session.code}/",
            "origin": settings.SITE_URL,
            "cookie": f"{settings.SESSION_COOKIE_NAME}={login_session(member.person)}",
            "name": member.shown_as,
        }


def login_session(person: User) -> str:
    """Sign `person` in as a browser of their own would be; return the cookie's value."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key
