"""What a coordinator is told of letters that do not reach someone, and what can be done about it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import Notice, User
from accounts.services.invitations import never_came
from groups.templatetags.times import since


@dataclass(frozen=True)
class Trouble:
    fact: str
    text: str


def trouble_with(person: User) -> Trouble | None:
    """The newest letter that did not reach `person`, in words. None while mail arrives."""
    notice = outbox.stuck().filter(person=person).first()
    if notice is None:
        return None
    fact = _("Our email does not reach %(address)s.") % {"address": notice.mailbox}
    return Trouble(fact, _what_to_do(person, notice))


def _what_to_do(person: User, notice: Notice) -> str:
    if notice.given_up_at is None:
        words = _("A letter has waited for %(time)s, and we go on trying. Call about what cannot wait.")
        return words % {"time": since(notice.due_at)}
    if not notice.last_error.startswith(outbox.REFUSED):
        return _("It could not be sent in time. Call about what cannot wait. The next letter is tried anew.")
    if never_came(person):
        return _("The address was refused. Call and ask how it is spelled, then change it on this page.")
    return _("The address was refused. Call and ask for one that works, then change it on this page.")
