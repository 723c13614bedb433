"""Pages of plans."""

from django.urls import path

from . import lifecycle, views, views_import, views_lifecycle

app_name = "workplans"
urlpatterns = [
    path("plans/", views.plan_list, name="plan_list"),
    path("sources/<int:pk>/", views.source_download, name="source_download"),
    path("imports/", views_import.import_list, name="import_list"),
    path("imports/<int:pk>/", views_import.import_page, name="import_page"),
    path("imports/<int:pk>/correct/", views_import.import_correct, name="import_correct"),
    path("imports/<int:pk>/undo/", views_import.import_undo, name="import_undo"),
    path("imports/<int:pk>/drop/", views_import.import_drop, name="import_drop"),
    path("imports/<int:pk>/file/", views_import.import_file, name="import_file"),
    path("requests/", views_lifecycle.request_list, name="request_list"),
    path("requests/<int:pk>/decide/", views_lifecycle.request_decide, name="request_decide"),
    path("requests/<int:pk>/withdraw/", views_lifecycle.request_withdraw, name="request_withdraw"),
    path("items/<int:pk>/requests/", views_lifecycle.item_request, name="item_request"),
    *(
        path(f"items/<int:pk>/{step}/", views_lifecycle.item_step, {"step": step}, name=f"item_{step}")
        for step in lifecycle.STEPS
    ),
]
