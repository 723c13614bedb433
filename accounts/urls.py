"""Pages of an account."""

from django.urls import path

from . import calendar_views, views, views_tokens
from .directory import views as directory
from .people import views as people

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/code/", views.sign_in_code, name="sign_in_code"),
    path("login/oidc/", directory.oidc_begin, name="oidc_begin"),
    path("login/oidc/back/", directory.oidc_back, name="oidc_back"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", views.PasswordChange.as_view(), name="password_change"),
    path("calendar/", calendar_views.calendar_link, name="calendar_link"),
    path("people/", people.people_home, name="people_home"),
    path("people/<int:pk>/", people.people, name="people"),
    path("people/<int:pk>/template/", people.people_template, name="people_template"),
    path("people/<int:pk>/confirm/", people.people_confirm, name="people_confirm"),
    path("people/<int:pk>/passwords/", people.people_passwords, name="people_passwords"),
    path("second-factor/", views.second_factor_page, name="second_factor"),
    path("directory/<int:pk>/unlink/", directory.directory_unlink, name="directory_unlink"),
    path("second-factor/<int:pk>/reset/", views.second_factor_reset, name="second_factor_reset"),
    path("applications/<int:pk>/token/", views_tokens.application_token_issue, name="application_token_issue"),
    path(
        "applications/<int:pk>/token/<int:token>/revoke/",
        views_tokens.application_token_revoke,
        name="application_token_revoke",
    ),
]
