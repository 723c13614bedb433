"""Pages of an account."""

from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/code/", views.sign_in_code, name="sign_in_code"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", views.PasswordChange.as_view(), name="password_change"),
    path("second-factor/", views.second_factor_page, name="second_factor"),
    path("second-factor/<int:pk>/reset/", views.second_factor_reset, name="second_factor_reset"),
]
