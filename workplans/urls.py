"""Pages of plans."""

from django.urls import path

from . import lifecycle, views, views_lifecycle, views_milestones, views_uploads

app_name = "workplans"
urlpatterns = [
    path("sources/<int:pk>/", views.source_download, name="source_download"),
    path("uploads/<int:pk>/", views_uploads.upload_page, name="upload_page"),
    path("uploads/<int:pk>/drop/", views_uploads.upload_drop, name="upload_drop"),
    path("requests/", views_lifecycle.request_list, name="request_list"),
    path("requests/<int:pk>/decide/", views_lifecycle.request_decide, name="request_decide"),
    path("requests/<int:pk>/withdraw/", views_lifecycle.request_withdraw, name="request_withdraw"),
    path("items/<int:item>/milestones/<int:pk>/", views_milestones.milestone_done, name="milestone_done"),
    path("items/<int:pk>/requests/", views_lifecycle.item_request, name="item_request"),
    *(
        path(f"items/<int:pk>/{step}/", views_lifecycle.item_step, {"step": step}, name=f"item_{step}")
        for step in lifecycle.STEPS
    ),
]
