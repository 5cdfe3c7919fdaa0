"""The pages behind the two links of a change of address."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.doors import always_open
from accounts.services import email_change as changes
from accounts.views.invitations import OVER
from accounts.views.links import as_read_by, quiet_link


@always_open
@never_cache
@quiet_link
@require_http_methods(["GET", "HEAD", "POST"])
def email_change(request, token):
    """Ask one mailbox. Only a button says yes or no: a mail scanner looks, it presses nothing."""
    try:
        change, side = changes.change_for(token)
        with as_read_by(request, change.person):
            return _asked(request, token, change, side)
    except changes.NoSuchChange:
        return render(request, "accounts/link_over.html", status=OVER)


def _asked(request, token, change, side):
    if request.method != "POST":
        return render(request, "accounts/email_change.html", {"change": change, "side": side})
    if request.POST.get("answer") != "yes":
        changes.say_no(token)
        return render(request, "accounts/email_change_told.html", {"said_no": True})
    is_done = changes.say_yes(token)
    return render(request, "accounts/email_change_told.html", {"is_done": is_done, "side": side})
