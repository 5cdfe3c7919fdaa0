"""A lost second step: one coordinator asks, another person confirms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import RoleName
from accounts.services import second_factor
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.people_forms import ResetForm
from groups.services import people as program_people
from groups.views.pages import ask_about, form_about


@login_required
@refusals_are_not_found
def ask_reset(request, code):
    """Ask that someone's second step be reset."""
    found = access.managed_person_for(request.user, code)
    form = ResetForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: program_people.ask_for_reset(found, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Another coordinator, or the privacy officer, has to confirm it now."))
        return redirect("groups:person", found.code)
    note = _("Be sure that it is really them: speak with them first.")
    title = _("Reset the second step of %(name)s") % {"name": found.name}
    return form_about(request, form, title=title, button=_("Ask for it"), note=note, found=found)


@login_required
@refusals_are_not_found
def resets(request):
    """Resets that the reader may confirm."""
    if not request.user.has_role(RoleName.COORDINATOR, RoleName.PRIVACY_OFFICER):
        raise NotYours
    found = access.resets_to_confirm(request.user).select_related("person", "asked_by")
    return render(request, "groups/resets.html", {"resets": found.order_by("asked_at")})


@login_required
@refusals_are_not_found
def confirm_reset(request, code):
    """Confirm what another person asked."""
    reset = access.reset_for(request.user, code)
    return ask_about(
        request,
        reset.person,
        title=_("Reset the second step of %(name)s?"),
        effects=[
            _("%(who)s asked for it: %(why)s") % {"who": reset.asked_by.name, "why": reset.reason},
            _("All their passkeys, apps and recovery codes stop working, and they are signed out."),
            _("They set up a new second step when they sign in."),
        ],
        button=_("Reset it"),
        act=lambda: second_factor.confirm_reset(reset, by=request.user),
        back=("groups:resets",),
    )
