"""Pages of plans."""

from django.urls import path

from . import views

app_name = "workplans"
urlpatterns = [
    path("plans/", views.plan_list, name="plan_list"),
    path("sources/<int:pk>/", views.source_download, name="source_download"),
]
