"""How people of one's programs come in, and how their logins end. For coordinators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services import email_change, invitations, people
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.models import Program
from groups.people_forms import InviteForm, NewAddressForm
from groups.services import offers
from groups.views.pages import ask_about, confirm, form_about


@login_required
@refusals_are_not_found
def invite(request):
    """Invite someone into one of the reader's programs."""
    programs = Program.objects.managed_by(request.user).current().select_related("site").order_by("name")
    if not programs:
        raise NotYours
    start = {"time_zone": programs[0].site.time_zone, "role": request.GET.get("as", "patient")}
    form = InviteForm(request.POST or None, initial=start, person=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: offers.invite_to(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
        return redirect("groups:people")
    return form_about(request, form, title=_("Invite someone"), button=_("Send the invitation"))


@login_required
@refusals_are_not_found
def invite_again(request, code):
    """Send someone a new invitation."""
    found = access.managed_person_for(request.user, code)
    newest = found.invitations.filter(is_offer=False).order_by("-pk").first()
    role = newest.role if newest else (min(found.current_roles) if found.current_roles else None)
    if role is None:
        raise NotYours
    return ask_about(
        request,
        found,
        title=_("Send %(name)s a new invitation?"),
        effects=[
            _("It goes to %(email)s.") % {"email": found.email},
            _("Links that were sent before stop working."),
        ],
        button=_("Send it"),
        act=lambda: invitations.invite_again(found, role, by=request.user),
    )


@login_required
@refusals_are_not_found
def withdraw(request, code):
    """Take an unused invitation back."""
    found = access.managed_person_for(request.user, code)
    return ask_about(
        request,
        found,
        title=_("Take back the invitation of %(name)s?"),
        effects=[_("The link stops working. Who never came in gets no code either.")],
        button=_("Take it back"),
        act=lambda: invitations.withdraw(found, by=request.user),
    )


@login_required
@refusals_are_not_found
def take_offer_back(request, code):
    """Take back what someone has not answered yet."""
    offer = access.managed_offer_for(request.user, code)
    return confirm(
        request,
        title=_("Take back what you offered %(address)s?") % {"address": offer.invitation.sent_to},
        effects=[_("The link stops working. They are not told.")],
        button=_("Take it back"),
        back=("groups:people",),
        act=lambda: offers.take_back(offer, by=request.user),
    )


@login_required
@refusals_are_not_found
def new_address(request, code):
    """Ask for another address, confirmed at both; or mend one at which nobody has ever answered."""
    found = access.managed_person_for(request.user, code)
    is_new = invitations.never_came(found)
    change, done, note, button = MISTYPED if is_new else ANOTHER_ADDRESS
    form = NewAddressForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: change(found, form.cleaned_data["email"], by=request.user))
    ):
        messages.success(request, done)
        return redirect("groups:person", found.code)
    title = _("Another email for %(name)s") % {"name": found.name}
    return form_about(request, form, title=title, button=button, note=note, found=found)


ANOTHER_ADDRESS = (
    email_change.ask_for_change,
    gettext_lazy("Both addresses were asked. It changes when both have said yes."),
    gettext_lazy("We ask at the old and at the new address. All logins end when it changes."),
    gettext_lazy("Ask both addresses"),
)
MISTYPED = (
    email_change.put_right,
    gettext_lazy("The address is changed, and a new invitation is on its way."),
    gettext_lazy("They have never come in. The address changes now, and the link sent before opens nothing."),
    gettext_lazy("Change it and invite again"),
)


@login_required
@refusals_are_not_found
def close(request, code):
    """Close someone's login."""
    found = access.managed_person_for(request.user, code)
    return ask_about(
        request,
        found,
        title=_("Close the login of %(name)s?"),
        effects=[
            _("%(name)s is signed out everywhere now. An open room shows them out.") % {"name": found.name},
            _("They cannot sign in until you open it again."),
            _("Nothing of the record is lost."),
        ],
        button=_("Close the login"),
        act=lambda: people.deactivate(found, by=request.user),
    )


@login_required
@refusals_are_not_found
def reopen(request, code):
    """Open a closed login again."""
    found = access.managed_person_for(request.user, code)
    return ask_about(
        request,
        found,
        title=_("Open the login of %(name)s again?"),
        effects=[_("They can sign in again with %(email)s.") % {"email": found.email}],
        button=_("Open it"),
        act=lambda: people.reactivate(found, by=request.user),
    )
