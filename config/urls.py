"""URLs of the project."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from tracking.views import home

urlpatterns = [
    path("", home, name="home"),
    path("accounts/login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("", include("workplans.urls")),
    path("", include("tracking.urls")),
    path("", include("operations.urls")),
]
handler400 = "operations.faults.bad_request"
handler500 = "operations.faults.server_error"
