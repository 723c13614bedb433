"""Pages of periods, of who has not reported, of notices: part of the namespace `tracking`."""

from django.urls import path

from tracking.notices import channel_views as channels
from tracking.notices import views as notices

from . import due_date_views as due_dates
from . import urging_views as urging
from . import views as periods

urlpatterns = [
    path("periods/", periods.period_list, name="period_list"),
    path("periods/new/", periods.period_new, name="period_new"),
    path("periods/dates/", due_dates.period_dates, name="period_dates"),
    path("periods/<int:pk>/", periods.period_page, name="period_page"),
    path("periods/<int:pk>/open/", periods.period_open, name="period_open"),
    path("periods/<int:pk>/close/", periods.period_close, name="period_close"),
    path("periods/<int:pk>/archive/", periods.period_archive, name="period_archive"),
    path("periods/<int:pk>/reopen/", periods.period_reopen, name="period_reopen"),
    path("periods/<int:pk>/missing/", urging.missing_reports, name="missing_reports"),
    path("periods/<int:pk>/urge/", urging.urge_reports, name="urge_reports"),
    path("periods/<int:pk>/urge-sheet/", urging.urge_sheet, name="urge_sheet"),
    path("notices/", notices.notices, name="notices"),
    path("notices/choice/", channels.message_choice, name="message_choice"),
    path("channels/", channels.channel_list, name="channel_list"),
    path("channels/new/", channels.channel_new, name="channel_new"),
    path("channels/undelivered/", channels.undelivered, name="undelivered"),
    path("channels/<int:pk>/", channels.channel_page, name="channel_page"),
    path("channels/<int:pk>/try/", channels.channel_try, name="channel_try"),
]
