"""离线填报: part of the namespace `tracking`."""

from django.urls import path

from .views import filling

urlpatterns = [
    path("periods/<int:pk>/sheet.xlsx", filling.period_sheet, name="period_sheet"),
    path("my/sheets/", filling.fill_upload, name="fill_upload"),
    path("my/sheets/<int:pk>/", filling.fill_preview, name="fill_preview"),
]
