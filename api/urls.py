"""Addresses of the API."""

from django.urls import path

from . import views
from .interface import api

app_name = "api"


def _guarded():
    """Return django-ninja's addresses behind the guard; its own root, which answers nothing, is left out."""
    for pattern in api.urls[0]:
        if pattern.name != "api-root":
            pattern.callback = views.guarded(pattern.callback)
            yield pattern


urlpatterns = [
    path("", views.page, name="api-root"),
    path("openapi.json", views.openapi, name="openapi"),
    *_guarded(),
    path("<path:rest>", views.missing, name="missing"),
]
