"""分析表 (part of the namespace `sheets`)."""

from django.urls import path

from . import views

urlpatterns = [
    path("exports/", views.table_export_list, name="table_export_list"),
    path("exports/<int:pk>/", views.table_export_page, name="table_export_page"),
    path("exports/<int:pk>/file/", views.table_export_file, name="table_export_file"),
    path("exports/<int:pk>/delete/", views.table_export_delete, name="table_export_delete"),
]
