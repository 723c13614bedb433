"""Pages of documents coming in."""

from django.urls import path

from .views import assigning, confirm, pages, scans

app_name = "intake"
urlpatterns = [
    path("imports/", pages.import_list, name="import_list"),
    path("imports/<int:pk>/", pages.import_page, name="import_page"),
    path("imports/<int:pk>/correct/", pages.import_correct, name="import_correct"),
    path("imports/<int:pk>/offices/", assigning.import_offices, name="import_offices"),
    path("imports/<int:pk>/reading/", pages.import_reading, name="import_reading"),
    path("imports/<int:pk>/undo/", pages.import_undo, name="import_undo"),
    path("imports/<int:pk>/drop/", pages.import_drop, name="import_drop"),
    path("imports/<int:pk>/file/", pages.import_file, name="import_file"),
    path("imports/scans/<int:pk>/", scans.scan, name="scan"),
    path("imports/scans/<int:pk>/order/", scans.scan_order, name="scan_order"),
    path("imports/scans/<int:pk>/resume/", scans.scan_resume, name="scan_resume"),
    path("imports/scans/<int:pk>/drop/", scans.scan_drop, name="scan_drop"),
    path("imports/scans/<int:pk>/files/<int:file>/", scans.scan_file, name="scan_file"),
    path("imports/scans/<int:pk>/pages/<int:number>.jpg", scans.scan_picture, name="scan_picture"),
    path("imports/<int:pk>/confirm/", confirm.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/revision/", confirm.import_revision, name="import_revision"),
]
