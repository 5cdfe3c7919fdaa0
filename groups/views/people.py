"""People of one's programs: who they are, where they belong, and what they may be. For coordinators."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import RoleName
from accounts.services import email_change, people, second_factor
from audit.services import record, record_read
from groups import access
from groups.access import NotYours
from groups.doors import refusals_are_not_found
from groups.forms import told
from groups.mail_trouble import trouble_with
from groups.models import Program
from groups.people_forms import RoleForm, SearchForm
from groups.people_list import listed, search
from groups.views.pages import ask_about, form_about

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
        "is_patient": found.has_role(RoleName.PATIENT),
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
    return ask_about(
        request,
        found,
        title=_("End a role of %(name)s?"),
        effects=[_("%(role)s: what it opens is closed to them now.") % {"role": RoleName(role).label}],
        button=_("End the role"),
        act=lambda: people.end_role(found, role, by=request.user),
    )
