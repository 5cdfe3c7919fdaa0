from django.urls import path

from sessions.views import record, reports

app_name = "sessions"

urlpatterns: list = [
    path("sessions/<uuid:code>/record/", record.roster, name="record"),
    path("sessions/<uuid:code>/record.csv", record.roster_file, name="record_file"),
    path("sessions/<uuid:code>/record/<uuid:seat>/", record.correct, name="correct"),
    path("sessions/<uuid:code>/report/", reports.report, name="report"),
    path("minutes/", record.my_minutes, name="my_minutes"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/<uuid:code>/", reports.report_page, name="report_page"),
]
