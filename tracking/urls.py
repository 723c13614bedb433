"""Pages of progress."""

from django.urls import path

from . import views

app_name = "tracking"
urlpatterns = [
    path("plans/<int:pk>/", views.plan_board, name="plan_board"),
    path("items/<int:pk>/", views.item_page, name="item_page"),
]
