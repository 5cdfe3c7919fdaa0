from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "group_sessions"  # "sessions" is the label of Django's own login app

    def ready(self):
        from groups import signals
        from sessions import listening

        signals.group_ended.connect(listening.end_the_schedule)
