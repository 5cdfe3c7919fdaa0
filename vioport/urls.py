from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path

from accounts import away
from accounts.doors import always_open
from groups import help as help_now
from vioport import health
from vioport.browser_words import browser_words


def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


urlpatterns = [
    # Answered by the first middleware before any of this; here so that every door is on one list.
    path("healthz", always_open(health.healthz), name="healthz"),
    path("readyz", always_open(health.readyz), name="readyz"),
    path("robots.txt", always_open(robots)),
    path("away/", always_open(away.page), name="away"),
    path("away/out/", away.leave, name="away_out"),
    path("jsi18n/", always_open(browser_words), name="jsi18n"),
    path("help/", always_open(help_now.page), name="help"),
    path("", include("accounts.urls")),
    path("", include("groups.urls")),
    path("", include("care.urls")),
    path("", include("sessions.urls")),
    path("", include("audit.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("vioport.demo.urls")))
