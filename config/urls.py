"""URLs of the project."""

from django.contrib import admin
from django.urls import include, path

from config.calendar_file import calendar_file
from config.integration import integration
from tracking.reports.views.my import home

urlpatterns = [
    path("", home, name="home"),
    path("integration/", integration, name="integration"),
    path("calendar/<str:token>.ics", calendar_file, name="calendar_file"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    path("", include("workplans.urls")),
    path("", include("intake.urls")),
    path("", include("tracking.urls")),
    path("", include("boards.urls")),
    path("", include("sheets.urls")),
    path("", include("papers.urls")),
    path("", include("operations.urls")),
]
handler400 = "operations.faults.bad_request"
handler500 = "operations.faults.server_error"
