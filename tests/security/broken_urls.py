"""The project's URLs and one that fails, for the test of the error page's headers."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from config.urls import *  # noqa: F403 (handlers too)
from config.urls import urlpatterns as own


@login_not_required
def broken(request):
    """Fail."""
    raise RuntimeError("broken on purpose")


urlpatterns = [*own, path("broken/", broken)]
