"""Pages of progress."""

from django.urls import path

from . import views
from .exports import views as exports

app_name = "tracking"
urlpatterns = [
    path("plans/<int:pk>/", views.plan_board, name="plan_board"),
    path("plans/<int:pk>/progress.xlsx", exports.plan_progress_xlsx, name="plan_progress_xlsx"),
    path("items/<int:pk>/", views.item_page, name="item_page"),
]
