"""The project's URLs, and an empty page: the base template with session, user and navigation, nothing in it."""

from django.shortcuts import render
from django.urls import include, path


def empty(request):
    """Render the base template: the floor of every page."""
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), path("", include("config.urls"))]
