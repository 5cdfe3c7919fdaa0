"""People meeting live: the schedule, the door, who came, and for how long."""

from sessions.models.calls import QuietHand, QuietHandKind
from sessions.models.record import AttendanceStatus, Correction, Report
from sessions.models.schedule import (
    DOOR_OPENS,
    DOOR_OPENS_TO_LEADERS,
    Apology,
    CalendarFeed,
    GroupSession,
    GroupSessionQuerySet,
    Series,
    Transport,
)
from sessions.models.seats import (
    Admission,
    AdmissionState,
    Arrival,
    Attendance,
    Presence,
    SeatRole,
    Visit,
    VisitMode,
)

__all__ = [
    "DOOR_OPENS",
    "DOOR_OPENS_TO_LEADERS",
    "Admission",
    "AdmissionState",
    "Apology",
    "Arrival",
    "Attendance",
    "AttendanceStatus",
    "CalendarFeed",
    "Correction",
    "GroupSession",
    "GroupSessionQuerySet",
    "Presence",
    "QuietHand",
    "QuietHandKind",
    "Report",
    "SeatRole",
    "Series",
    "Transport",
    "Visit",
    "VisitMode",
]
