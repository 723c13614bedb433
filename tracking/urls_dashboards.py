"""Pages that show how it goes over many items: part of the namespace `tracking`."""

from django.urls import path

from .views import overview

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("overview/items/", overview.overview_rows, name="overview_rows"),
]
