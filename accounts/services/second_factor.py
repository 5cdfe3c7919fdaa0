"""A lost second factor: one person asks, another one confirms, and the owner sets up a new one."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SecondFactorReset, User
from accounts.refusals import NotByYourself, NothingToDo
from accounts.services.endings import end_sessions
from accounts.services.mail import send_second_factor_reset
from audit.services import record

GOOD_FOR = timedelta(hours=24)


@transaction.atomic
def ask_for_reset(person: User, *, reason: str, by: User) -> SecondFactorReset:
    """Ask that `person` may set up a new second factor. Nothing happens until someone else confirms."""
    if by.pk == person.pk:
        raise NotByYourself(_("Someone else has to ask for you."))
    if not Authenticator.objects.filter(user=person).exists():
        raise NothingToDo(_("There is no second step to reset."))
    waiting().filter(person=person).update(expires_at=timezone.now())
    reset = SecondFactorReset.objects.create(
        person=person, reason=reason, asked_by=by, expires_at=timezone.now() + GOOD_FOR
    )
    record("second_factor_reset.asked", by, person)
    return reset


@transaction.atomic
def confirm_reset(reset: SecondFactorReset, *, by: User) -> None:
    """Take every factor of the person away. They sign in again and set up a new one."""
    if by.pk in (reset.asked_by_id, reset.person_id):
        raise NotByYourself(_("Another person has to confirm this."))
    confirmed = {"confirmed_by": by, "confirmed_at": timezone.now()}
    if not waiting().filter(pk=reset.pk).update(**confirmed):
        raise NothingToDo(_("This was confirmed before, or it is too old. Ask again."))
    person = reset.person
    Authenticator.objects.filter(user=person).delete()
    record("second_factor_reset.confirmed", by, person, asked_by=str(reset.asked_by.code))
    send_second_factor_reset(person)
    end_sessions(person, why="second_factor")


def waiting():
    """Resets that somebody may still confirm."""
    return SecondFactorReset.objects.filter(confirmed_at=None, expires_at__gt=timezone.now())
