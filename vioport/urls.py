from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("groups.urls")),
    path("", include("care.urls")),
    path("", include("sessions.urls")),
    path("", include("audit.urls")),
]
