from django.urls import path

from sessions.views import apologies, calendar, check, door, record, reports, schedule, series, today

app_name = "sessions"

urlpatterns: list = [
    path("", today.today, name="today"),
    path("week/", schedule.week, name="week"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/new/", calendar.make, name="make_feed"),
    path("calendar/revoke/", calendar.revoke, name="revoke_feed"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path("groups/<uuid:code>/meetings/", series.group_meetings, name="group_meetings"),
    path("groups/<uuid:code>/meetings/new/", schedule.plan_new, name="plan_new"),
    path("groups/<uuid:code>/series/new/", series.start_series, name="start_series"),
    path("series/<uuid:code>/change/", series.change_series, name="change_series"),
    path("series/<uuid:code>/end/", series.end_series, name="end_series"),
    path("sessions/<uuid:code>/plan/", schedule.plan, name="plan"),
    path("sessions/<uuid:code>/move/", schedule.move, name="move"),
    path("sessions/<uuid:code>/cancel/", schedule.cancel, name="cancel"),
    path("sessions/<uuid:code>/restore/", schedule.restore, name="restore"),
    path("sessions/<uuid:code>/word/", apologies.apology, name="apology"),
    path("sessions/<uuid:code>/word/back/", apologies.take_back, name="take_back"),
    path("sessions/check/", check.device_check, name="check"),
    path("sessions/<uuid:code>/room/", door.room, name="room"),
    path("sessions/<uuid:code>/record/", record.roster, name="record"),
    path("sessions/<uuid:code>/record.csv", record.roster_file, name="record_file"),
    path("sessions/<uuid:code>/record/<uuid:seat>/", record.correct, name="correct"),
    path("sessions/<uuid:code>/report/", reports.report, name="report"),
    path("minutes/", record.my_minutes, name="my_minutes"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/<uuid:code>/", reports.report_page, name="report_page"),
]
