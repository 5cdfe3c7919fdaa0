from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "group_sessions"  # "sessions" is the label of Django's own login app
