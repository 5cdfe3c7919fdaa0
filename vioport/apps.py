from django.apps import AppConfig


class VioportConfig(AppConfig):
    name = "vioport"
