"""People of one's programs: who they are, how they come in, and how their access ends. For coordinators."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RoleName
from accounts.services import email_change, invitations, people, second_factor
from audit.services import record, record_read
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.mail_trouble import trouble_with
from groups.models import Program
from groups.people_forms import InviteForm, NewAddressForm, ResetForm, RoleForm, SearchForm
from groups.people_list import listed, search
from groups.services import offers
from groups.services import people as program_people
from groups.views.pages import confirm

ON_A_PAGE = 100


@login_required
@refusals_are_not_found
def people_list(request):
    """Everyone of the reader's programs."""
    if not request.user.has_role(RoleName.COORDINATOR):
        raise NotYours
    form = SearchForm(request.GET)
    found = search(access.people_managed_by(request.user), **(form.cleaned_data if form.is_valid() else {}))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    programs = list(Program.objects.managed_by(request.user))
    for program in programs:
        record_read(request.user, program, "people")
    shown = {
        "page": page,
        "people": listed(page.object_list),
        "form": form,
        "resets": access.resets_to_confirm(request.user).count(),
        "programs": any(program.ended_at is None for program in programs),
        "without_mail": access.stuck_mail_of(request.user).order_by().values("person").distinct().count(),
        "offers": access.offers_of(request.user),
    }
    return render(request, "groups/people.html", shown)


@login_required
@refusals_are_not_found
def person(request, code):
    """One person: what we know, and what can be done."""
    found = access.managed_person_for(request.user, code)
    record("person.read", request.user, found)
    shown = {
        "one": listed([found])[0],
        "trouble": trouble_with(found),
        "person": found,
        "roles": found.roles.filter(ended_at=None).order_by("pk"),
        **places_of(found, request.user),
        "invitation": found.invitations.filter(is_offer=False).order_by("-pk").first(),
        "change": email_change.waiting_change(found),
        "has_factor": Authenticator.objects.filter(user=found).exists(),
        "reset": second_factor.waiting().filter(person=found).select_related("asked_by").first(),
        "is_me": found.pk == request.user.pk,
    }
    return render(request, "groups/person.html", shown)


def places_of(found, reader) -> dict:
    """Where `found` belongs, as far as `reader` coordinates it. What other programs they are in is theirs."""
    here = {"program__in": Program.objects.managed_by(reader)}
    patients = access.people_managed_by(reader)
    return {
        "work": found.assignments.current().filter(**here).select_related("program"),
        "stays": found.enrolments.filter(ended_at=None, **here).select_related("program"),
        "relatives": found.relatives.filter(ended_at=None).select_related("relative"),
        "relative_of": found.relative_of.filter(ended_at=None, patient__in=patients).select_related(
            "patient"
        ),
    }


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
    return ask(
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
    return ask(
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
        done=("groups:people",),
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
    title = _("Another e-mail for %(name)s") % {"name": found.name}
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
    return ask(
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
    return ask(
        request,
        found,
        title=_("Open the login of %(name)s again?"),
        effects=[_("They can sign in again with %(email)s.") % {"email": found.email}],
        button=_("Open it"),
        act=lambda: people.reactivate(found, by=request.user),
    )


@login_required
@refusals_are_not_found
def give_role(request, code):
    """Give someone on the staff another role."""
    found = access.managed_person_for(request.user, code)
    if not found.is_clinic_staff:
        raise NotYours
    form = RoleForm(request.POST or None, held=found.current_roles)
    if (
        request.method == "POST"
        and form.is_valid()
        and told(form, lambda: people.give_role(found, form.cleaned_data["role"], by=request.user))
    ):
        messages.success(request, _("Saved. Assign the work on the page of the program."))
        return redirect("groups:person", found.code)
    title = _("Another role for %(name)s") % {"name": found.name}
    return form_about(request, form, title=title, button=_("Give the role"), found=found)


@login_required
@refusals_are_not_found
def end_role(request, code, role):
    """Take a role away."""
    found = access.managed_person_for(request.user, code)
    if not found.has_role(role):
        raise NotYours
    return ask(
        request,
        found,
        title=_("End a role of %(name)s?"),
        effects=[_("%(role)s: what it opens is closed to them now.") % {"role": RoleName(role).label}],
        button=_("End the role"),
        act=lambda: people.end_role(found, role, by=request.user),
    )


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
    return ask(
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
        done=("groups:resets",),
    )


def ask(request, found, *, title: str, effects: list[str], button: str, act, done=None):
    """Ask before something happens to a person, and lead back to them."""
    back = done or ("groups:person", found.code)
    named = {"name": found.name}
    return confirm(
        request, title=title % named, effects=effects, button=button, back=back, act=act, done=back
    )


def form_about(request, form, *, title: str, button: str, note: str = "", found=None):
    """A form about a person, or about someone who is to come."""
    back = resolve_url("groups:person", found.code) if found else resolve_url("groups:people")
    shown = {"form": form, "title": title, "button": button, "note": note, "back": back}
    return render(request, "groups/person_form.html", shown)
