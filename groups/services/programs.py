"""Sites, programs and their tracks: begun, changed, ended."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Invitation, RoleName
from audit.services import record
from groups.models import Assignment, Program, Site, Track
from groups.refusals import StillNeeded


@transaction.atomic
def open_site(*, by, **facts) -> Site:
    """Note a new place, with its time zone and its emergency number."""
    site = Site.objects.create(**facts)
    record("site.opened", by, site)
    return site


@transaction.atomic
def start_program(site: Site, *, by, **facts) -> Program:
    """Begin a program at `site`. Whoever begins it coordinates it."""
    program = Program.objects.create(site=site, **facts)
    Assignment.objects.create(program=program, person=by, role=RoleName.COORDINATOR)
    record("program.started", by, program)
    return program


@transaction.atomic
def end_program(program: Program, *, by) -> None:
    """End a program that has no more groups. Its records stay readable to its team."""
    if left := program.groups.filter(ended_at=None).count():
        raise StillNeeded(
            ngettext(
                "End the %(count)d group of this program first.",
                "End the %(count)d groups of this program first.",
                left,
            )
            % {"count": left}
        )
    now = timezone.now()
    program.ended_at = now
    program.save(update_fields=["ended_at"])
    program.enrolments.filter(ended_at=None).update(ended_at=now)
    unanswered = Invitation.objects.filter(offer__program=program, accepted_at=None, withdrawn_at=None)
    unanswered.update(withdrawn_at=now)
    record("program.ended", by, program)


@transaction.atomic
def start_track(program: Program, *, name: str, kind: str, by) -> Track:
    """Begin a track of `program`."""
    track = Track.objects.create(program=program, name=name, kind=kind)
    record("track.started", by, track, program=str(program.code))
    return track


@transaction.atomic
def end_track(track: Track, *, by) -> None:
    """End a track that no current group follows."""
    if track.groups.filter(ended_at=None).exists():
        raise StillNeeded(_("A group still follows this track. Change or end the group first."))
    track.ended_at = timezone.now()
    track.save(update_fields=["ended_at"])
    record("track.ended", by, track)


@transaction.atomic
def change(thing: Site | Program | Track, *, by, **facts) -> bool:
    """Change facts about a site, program or track. Returns whether anything differs; the trail names what."""
    differing = sorted(name for name, value in facts.items() if getattr(thing, name) != value)
    if not differing:
        return False
    for name in differing:
        setattr(thing, name, facts[name])
    thing.save(update_fields=differing)
    record(f"{thing._meta.model_name}.changed", by, thing, fields=differing)
    return True
