"""离线填报: part of the namespace `sheets`."""

from django.urls import path

from . import views

urlpatterns = [
    path("periods/<int:pk>/sheet.xlsx", views.period_sheet, name="period_sheet"),
    path("my/sheets/", views.fill_upload, name="fill_upload"),
    path("my/sheets/<int:pk>/", views.fill_preview, name="fill_preview"),
]
