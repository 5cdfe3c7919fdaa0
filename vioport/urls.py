from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path

from accounts import away
from groups import help as help_now


def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("robots.txt", robots),
    path("away/", away.page, name="away"),
    path("away/out/", away.leave, name="away_out"),
    path("help/", help_now.page, name="help"),
    path("", include("accounts.urls")),
    path("", include("groups.urls")),
    path("", include("care.urls")),
    path("", include("sessions.urls")),
    path("", include("audit.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("vioport.demo.urls")))
