"""The admin site: Django's own, entered by whoever holds a 任职 (DESIGN 11)."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from accounts.views import SignOut
from workplans import access


class BureauAdminSite(admin.AdminSite):
    """One sign-in for the admin and our pages; rights come from `access`, not from `is_staff`."""

    site_title = "教育工作推进台账"
    site_header = "教育工作推进台账"
    index_title = "数据管理"
    site_url = "/"
    enable_nav_sidebar = False  # the header carries the navigation, on every page the same

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disable_action("delete_selected")  # rows are deleted one by one, after looking at them

    def has_permission(self, request):
        """Say whether the user of `request` may enter the admin at all."""
        return access.enter_refusal(request.user) is None

    def index(self, request, extra_context=None):
        """Show what is kept by job (config/index_cards.py) in place of a list of applications."""
        from .index_cards import cards_of  # the site is made before models are ready

        cards, others = cards_of(request.user, self.get_app_list(request))
        return super().index(request, {**(extra_context or {}), "cards": cards, "others": others})

    def app_index(self, request, app_label, extra_context=None):
        """Send to the one index: an application is a programmer's word."""
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request, extra_context=None):
        """Send to the one page for it."""
        return HttpResponseRedirect(reverse("password_change"))

    def logout(self, request, extra_context=None):
        """Leave by the one way out, which is recorded."""
        return SignOut.as_view()(request)

    def login(self, request, extra_context=None):
        """Send to the one sign-in page, and back afterwards; who is signed in but holds no 任职 is told so."""
        if request.user.is_authenticated:
            raise PermissionDenied(access.enter_refusal(request.user))
        target = request.GET.get("next") or request.get_full_path()
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': target})}")
