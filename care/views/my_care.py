"""One page for patients and relatives: what is to be done, what was agreed, whom we may call."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from accounts.models import RoleName
from care import access
from care.services import agreements
from groups.doors import refusals_are_not_found
from groups.models import TherapyGroup


@login_required
@refusals_are_not_found
def my_care(request):
    papers = access.own_papers_of(request.user)
    is_patient = request.user.has_role(RoleName.PATIENT)
    context = {
        "to_do": agreements.still_to_do(request.user),
        "papers": named(papers),
        "is_patient": is_patient,
        "contacts": access.own_contacts_of(request.user) if is_patient else [],
    }
    return render(request, "care/my_care.html", context)


def named(papers) -> list[dict]:
    """Return each agreement with the name of the group it is about."""
    papers = list(papers)
    groups = TherapyGroup.objects.filter(code__in=[paper.about for paper in papers if paper.about])
    names = dict(groups.values_list("code", "name"))
    return [{"agreement": paper, "group": names.get(paper.about, "")} for paper in papers]


def on_to_the_next(person):
    """Lead on to whatever is still missing, and home when nothing is."""
    missing = agreements.still_to_do(person)
    return redirect(missing[0].link if missing else "/")
