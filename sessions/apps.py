from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "group_sessions"  # "sessions" is the label of Django's own login app

    def ready(self):
        from groups import group_page, signals
        from sessions import listening
        from sessions.views import series

        signals.group_ended.connect(listening.end_the_schedule)
        group_page.additions.append(series.on_the_group_page)
