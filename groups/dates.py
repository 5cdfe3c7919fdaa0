"""What day it is where the clinic is. A membership until Tuesday lasts through Tuesday evening there."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import DateField, Func
from django.utils import timezone


class DateThere(Func):
    """The date of a moment in the IANA zone that a column (or a value) names: `DateThere(moment, zone)`."""

    arity = 2
    output_field = DateField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="(%(expressions)s)::date", arg_joiner=" AT TIME ZONE ", **context
        )

    def as_sqlite(self, compiler, connection, **context):
        # The function that Django itself installs for TruncDate; its last argument is how we store moments.
        return self.as_sql(
            compiler, connection, template="django_datetime_cast_date(%(expressions)s, 'UTC')", **context
        )


def today_at(site) -> date:
    """The date on the wall of `site` right now."""
    return timezone.now().astimezone(ZoneInfo(site.time_zone)).date()
