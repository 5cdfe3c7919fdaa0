from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "group_sessions"  # "sessions" is the label of Django's own login app

    def ready(self):
        from accounts.access import stays_open_when_locked
        from groups import group_page, seat_checks
        from sessions import listening
        from sessions.views.door import is_seated_now
        from sessions.views.schedule import before_a_seat
        from sessions.views.series import on_the_group_page

        listening.connect()
        group_page.additions.append(on_the_group_page)
        seat_checks.seat_warnings.append(before_a_seat)
        stays_open_when_locked.append(is_seated_now)
