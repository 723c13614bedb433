"""Sessions end in time, and a password that must be changed is changed first."""

import time

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from audit.kinds import EventKind
from audit.recording import record
from workplans.steps import page_of

from .directory.staying import end_by_directory
from .sessions import end_of, note_activity

NOT_TAKEN = "刚才提交的内容没有收下，您填写的文字已留在这台电脑的浏览器里：登录后回到那一页，按“恢复”即可。"
MUST_CHANGE = "must_change_password"
ALLOWED_BEFORE = ("password_change", "logout", "login")


class SignInRequired(LoginRequiredMiddleware):
    """Lead to the sign-in page, and from there to a page: never to an address that only takes something in."""

    def handle_no_permission(self, request, view):
        """Say what became of what was sent: nothing, but the browser kept it (static/js/keep.js)."""
        if request.method == "POST" and request.headers.get("X-Requested-With") != "fetch":
            messages.warning(request, NOT_TAKEN)
        return redirect_to_login(page_of(request), self.get_login_url(view))


class SessionLimits:
    """End a session that is over; note activity of those that are not.

    A request that is refused or fails is no activity: a page left open that tries to save again and again keeps
    nobody signed in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Look at the session before and after."""
        if request.user.is_authenticated and (sentence := self.end_of(request)):
            record(EventKind.SIGN_OUT, request, detail=sentence)
            logout(request)
            messages.info(request, sentence)
        response = self.get_response(request)
        if response.status_code < 400 and request.user.is_authenticated:
            note_activity(request.session, time.time())
        return response

    def end_of(self, request) -> str:
        """Say why the session is over: by its age, or by the directory its user came from."""
        return end_of(request.session, time.time()) or end_by_directory(request, timezone.now())

    def process_view(self, request, view, args, kwargs):
        """Lead to the password page whoever must change it first."""
        if request.session.get(MUST_CHANGE) and request.resolver_match.view_name not in ALLOWED_BEFORE:
            return redirect("password_change")
        return None


class NothingStored:
    """No page is kept by a browser or a proxy, unless its view says otherwise; static files never come here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Add the header."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
