"""The last step of an import."""

from django.urls import path

from .views import imports

urlpatterns = [
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/revision/", imports.import_revision, name="import_revision"),
]
