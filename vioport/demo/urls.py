from django.urls import path

from vioport.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.people, name="people"),
    path("as/<slug:key>/", views.become, name="become"),
    path("mail/", views.letters, name="mail"),
]
