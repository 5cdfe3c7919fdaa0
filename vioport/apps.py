from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class VioportConfig(AppConfig):
    name = "vioport"

    def ready(self):
        from audit.services import record
        from audit.words import ACTIONS
        from vault.signals import key_destroyed
        from vioport import audit_words, checks  # noqa: F401  (checks register themselves)
        from vioport.words import say_it_plainly

        say_it_plainly()
        ACTIONS.update(audit_words.ACTIONS)

        def record_destroyed_key(key, by, **kwargs):
            record("data_key.destroyed", by, key)

        # vault and audit stand on the same floor and do not see each other.
        key_destroyed.connect(record_destroyed_key, weak=False)


class StaticConfig(StaticFilesConfig):
    """Collects what our pages use; of htmx only the version they load."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*", "htmax-*", "htmx-4*")
