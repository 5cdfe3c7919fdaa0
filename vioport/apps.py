from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class VioportConfig(AppConfig):
    name = "vioport"

    def ready(self):
        from vioport.words import say_it_plainly

        say_it_plainly()


class StaticConfig(StaticFilesConfig):
    """Collects what our pages use; of htmx only the version they load."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*", "htmax-*", "htmx-4*")
