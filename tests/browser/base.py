"""The harness of the browser tests: `class …(BrowserTestCase)` with `self.page` (Playwright) and a few helpers.

Each test begins in a fresh browser context and ends with a look at what must never happen: policy violations,
console errors, script errors, requests to another host, pages without a Content-Security-Policy.

Data belong into `setUp`, not `setUpTestData`: the live server needs them committed.
"""

import atexit
import os
import re
import shutil
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import tag
from playwright.sync_api import sync_playwright

# Playwright's synchronous API keeps an event loop in this thread, in which Django refuses its ORM unless told.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"
DESKTOP, PHONE = (1280, 800), (390, 844)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # needed by root, as in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but the live server can be reached
)
# Names that Chinese users read as they are.
ALLOWED_WORDS = frozenset(
    {"mb", "excel", "word", "wps", "pdf", "csv", "xlsx", "xls", "docx", "txt", "ofd", "ppt", "jpg", "png", "tif"}
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'’]*[A-Za-z]")
# Keys and digests as computers print them: no words, whatever their letters spell.
HEXADECIMAL = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b")
LISTENER = """
document.addEventListener("securitypolicyviolation", event => window.reportViolation(
    `${event.violatedDirective}: ${event.blockedURI} (${event.sourceFile}:${event.lineNumber}) ${event.sample}`));
"""
# Everything a reader can see or a screen reader say, hidden menus' labels and closed details included.
TEXTS = """() => {
    const texts = [document.title, document.body ? document.body.innerText : ""];
    const attributes = ["title", "placeholder", "alt", "label", "aria-label", "aria-description",
        "aria-roledescription", "aria-valuetext"];
    for (const name of attributes)
        for (const element of document.querySelectorAll(`[${name}]`)) texts.push(element.getAttribute(name));
    for (const element of document.querySelectorAll("option, details:not([open]), svg title, svg desc"))
        texts.push(element.textContent);
    for (const element of document.querySelectorAll("input[type=submit], input[type=button], input[type=reset]"))
        texts.push(element.value);
    return texts;
}"""


@cache
def chromium():
    """Start the browser, once a process; it ends with the process."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise RuntimeError("No Chromium found. Run: sudo apt-get install chromium fonts-noto-cjk")
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    atexit.register(browser.close)
    return browser


class Watch:
    """Writes down what must not happen in a browser context, and which requests are still under way."""

    def __init__(self, context, origin):
        self.origin = origin
        self.seen = []
        self.pending = set()
        context.expose_binding("reportViolation", lambda _source, text: self.note(f"policy: {text}"))
        context.add_init_script(LISTENER)
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.note(f"script: {error.error}"))
        context.on("request", self.on_request)
        context.on("requestfinished", self.on_request_end)
        context.on("requestfailed", self.on_request_end)
        context.on("response", self.on_response)
        context.on("page", lambda page: page.on("websocket", lambda socket: self.note(f"other host: {socket.url}")))

    def note(self, text):
        """Write down one thing."""
        self.seen.append(text)

    def on_console(self, message):
        """Errors count, and whatever speaks of the policy."""
        if message.type == "error" or "Content Security Policy" in message.text:
            self.note(f"console: {message.text} ({message.location.get('url', '')})")

    def on_request(self, request):
        """Requests stay on the live server."""
        self.pending.add(request)
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.note(f"other host: {request.url}")

    def on_request_end(self, request):
        """The request is answered or given up."""
        self.pending.discard(request)

    def on_response(self, response):
        """A page without a policy cannot break it; so each must carry one."""
        headers = response.headers
        is_page = response.request.resource_type == "document" and "text/html" in headers.get("content-type", "")
        if is_page and "default-src 'self'" not in headers.get("content-security-policy", ""):
            self.note(f"policy: none sent with {response.url}")


@tag("browser")
class BrowserTestCase(StaticLiveServerTestCase):
    """A test with a live server and a browser.

    self.page      Playwright's page in the context opened last
    viewport       width and height of a test's first context (class attribute; see also `open`)
    """

    host = "127.0.0.1"
    viewport = DESKTOP

    def setUp(self):
        """Open a fresh context."""
        super().setUp()
        self.watches, self.contexts, self.allowed = [], [], []
        self.open()
        self.addCleanup(self.close)

    def open(self, viewport=None, **options):
        """Open a fresh context and make its page `self.page`; options go to Playwright's `new_context`.

        Such as `open(PHONE)`, `open(color_scheme="dark")`, `open(java_script_enabled=False)`.
        """
        width, height = viewport or self.viewport
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"} | options
        context = chromium().new_context(
            base_url=self.live_server_url, viewport={"width": width, "height": height}, **options
        )
        self.contexts.append(context)
        self.watches.append(Watch(context, self.live_server_url))
        self.page = context.new_page()
        return self.page

    def close(self):
        """Close the contexts and fail where something was seen that must not happen."""
        self.settle()
        if not getattr(self._outcome, "success", True):
            self.screenshot(f"failed-{self.id()}")
        for context in self.contexts:
            context.close()
        self.assertEqual(self.violations(), [])

    def settle(self):
        """Wait until no request is under way (five seconds at most) and the browser's messages have come in."""
        for _turn in range(250):
            self.page.wait_for_timeout(20)
            if not any(watch.pending for watch in self.watches):
                return

    def violations(self):
        """Return what was seen in all contexts of this test and not allowed by it."""
        seen = [text for watch in self.watches for text in watch.seen]
        return [text for text in seen if not any(re.search(pattern, text) for pattern in self.allowed)]

    def allow(self, pattern):
        """Let this test pass although a violation matches the regular expression."""
        self.allowed.append(pattern)

    def visit(self, path, status=200):
        """Go to a path of the live server, expecting this status; return Playwright's response."""
        if status >= 400:
            self.allow(rf"console: Failed to load resource.* {status} .*{re.escape(path)}\)$")
        response = self.page.goto(path)
        self.assertEqual(response.status, status, f"{path} answered {response.status}")
        return response

    def sign_in(self, username, password):
        """Sign in through the page, as a person does."""
        self.visit(settings.LOGIN_URL)
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        with self.page.expect_navigation():
            self.page.click("form:has(input[name=password]) [type=submit]")

    def enter(self, user):
        """Sign in without the page, for tests about something else."""
        self.client.force_login(user)
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": self.live_server_url}]
        )

    def download(self, selector):
        """Click what starts a download; return the file's suggested name and its path."""
        with self.page.expect_download() as started:
            self.page.click(selector)
        return started.value.suggested_filename, Path(started.value.path())

    def screenshot(self, name):
        """Save the whole page as var/screenshots/NAME.png; return the path."""
        file_name = re.sub(r"[^\w.-]+", "-", name)
        path = SCREENSHOTS / f"{file_name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def english_words(self, ignore=()):
        """Return the Latin words a reader meets on the page, but for ALLOWED_WORDS and the texts in `ignore` (data)."""
        text = HEXADECIMAL.sub(" ", "\n".join(self.page.evaluate(TEXTS)))
        ignore = [*ignore, *self.page.locator("[translate=no]").all_inner_texts()]  # secrets and codes
        for known in sorted(map(str, ignore), key=len, reverse=True):
            text = text.replace(known, " ") if known else text
        words = dict.fromkeys(LATIN.findall(text))
        return [word for word in words if word.casefold() not in ALLOWED_WORDS]

    def scrolls_sideways(self):
        """Say whether the page is wider than its window, which a phone's reader hates."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
