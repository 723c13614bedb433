"""Pages of progress."""

from django.urls import path

from . import views
from .exports.views import plan_progress_xlsx

app_name = "tracking"
urlpatterns = [
    path("plans/<int:pk>/", views.plan_board, name="plan_board"),
    path("plans/<int:pk>/progress.xlsx", plan_progress_xlsx, name="plan_progress_xlsx"),
    path("items/<int:pk>/", views.item_page, name="item_page"),
]
