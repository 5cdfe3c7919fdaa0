"""What each kind of notice says: that something is there, never what.

Anyone may see an email over a shoulder. No subject or body names a program, a diagnosis, a person or
anything that was said.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Kind:
    """One kind of notice. After `useful_for` it is better not sent at all."""

    subject: str
    body: str
    useful_for: timedelta = timedelta(days=3)


KINDS = {
    "sign_in_code": Kind(
        gettext_lazy("Your sign-in code"),
        gettext_lazy("Use the code below to sign in. It works once, for a few minutes."),
        timedelta(minutes=10),
    ),
    "sign_in_unknown": Kind(
        gettext_lazy("Signing in"),
        gettext_lazy(
            "Someone asked to sign in with this email address. We do not know this address. If it was you, "
            "please use the address at which you were invited."
        ),
        timedelta(minutes=10),
    ),
    "invitation": Kind(
        gettext_lazy("You are invited"),
        gettext_lazy("You are invited to vioport. Open the link below to begin. It works once."),
    ),
    "password_reset": Kind(
        gettext_lazy("Set a new password"),
        gettext_lazy("Open the link below to set a new password. It works once."),
        timedelta(hours=1),
    ),
    "security_changed": Kind(
        gettext_lazy("A change to your account"),
        gettext_lazy(
            "The way you sign in was changed. If that was you, there is nothing left to do. "
            "If it was not, please tell us at once."
        ),
    ),
    "email_change_old": Kind(
        gettext_lazy("Please confirm"),
        gettext_lazy(
            "You are about to use another email address with us. Open the link below to say that this is "
            "right. If it is not, do nothing and tell us."
        ),
    ),
    "email_change_new": Kind(
        gettext_lazy("Please confirm this address"),
        gettext_lazy("Open the link below to say that this email address is yours."),
    ),
    "email_changed": Kind(
        gettext_lazy("Your email address was changed"),
        gettext_lazy("We will write to this address from now on. If that is not right, please tell us."),
    ),
    "second_factor_reset": Kind(
        gettext_lazy("A change to your account"),
        gettext_lazy(
            "Your second step for signing in was reset. You will be asked to set up a new one. "
            "If you did not ask for this, please tell us at once."
        ),
    ),
    "message": Kind(
        gettext_lazy("You have a message"),
        gettext_lazy("You have a message in vioport. Sign in to read it."),
    ),
    "session_news": Kind(
        gettext_lazy("News about a meeting"),
        gettext_lazy("There is news about one of your meetings. Sign in to read it."),
        timedelta(days=1),
    ),
    "schedule_changed": Kind(
        gettext_lazy("Your calendar changed"),
        gettext_lazy("Something in your vioport calendar changed. Sign in to see it."),
    ),
    "meeting_soon": Kind(
        gettext_lazy("A reminder"),
        gettext_lazy("Something in your vioport calendar begins soon. Sign in to see it."),
        timedelta(minutes=30),
    ),
    "look_now": Kind(
        gettext_lazy("Please look now"),
        gettext_lazy("Someone needs you in vioport. Please sign in now."),
        timedelta(hours=2),
    ),
}


def letter(notice, address: str) -> EmailMessage:
    """Return the email for `notice`. The same notice always gives the same bytes, Message-ID included."""
    with translation.override(notice.language):
        kind = KINDS[notice.kind]
        # A code stands alone on its line: it is read aloud, copied, and filled in by telephones.
        code = notice.secret if "{secret}" not in (notice.link or "") else ""
        footer = _("This email says no more than that on purpose. Please do not reply to it.")
        parts = [_("Hello,"), kind.body, code, _address(notice), footer]
        return EmailMessage(
            subject=str(kind.subject),
            body="\n\n".join(str(part) for part in parts if part) + "\n",
            to=[address],
        )


def _address(notice) -> str:
    link = (notice.link or "").replace("{secret}", notice.secret or "")
    return settings.SITE_URL.rstrip("/") + link if link.startswith("/") else link
