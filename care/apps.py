from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"

    def ready(self):
        from care.services.agreements import check_seats
        from groups.seat_checks import seat_checks

        seat_checks.append(check_seats)
