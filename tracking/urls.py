"""Pages of progress."""

app_name = "tracking"
urlpatterns = []
