"""Help now: who answers day and night, and the program's own numbers for whoever belongs to one."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from groups.models import Program

EVERYWHERE = "911"


@never_cache
def page(request):
    """Open to everyone, signed in or not: nobody in need is asked who they are."""
    return render(request, "groups/help.html", crisis_card(request.user))


def crisis_card(person) -> dict:
    """What `_crisis.html` needs: the local emergency number, and the programs that `person` may call."""
    programs = list(programs_of(person))
    return {
        "emergency_number": programs[0].site.emergency_number if programs else EVERYWHERE,
        "programs": [program for program in programs if phone_of(program)],
    }


def programs_of(person):
    """The programs that someone is in, works for, or has a relative in, today."""
    if not person.is_authenticated:
        return Program.objects.none()
    is_patient = Q(enrolments__patient=person, enrolments__ended_at=None)
    is_relative = Q(
        enrolments__ended_at=None,
        enrolments__patient__relatives__relative=person,
        enrolments__patient__relatives__ended_at=None,
    )
    works_there = Q(assignments__person=person, assignments__ended_at=None)
    found = Program.objects.filter(is_patient | is_relative | works_there, ended_at=None)
    return found.select_related("site").order_by("pk").distinct()


def phone_of(program: Program) -> str:
    return program.phone or program.site.phone
