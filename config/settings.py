"""Settings of the project: one file, the environment on top.

Environment variables are listed in README.md (Configuration).
"""

import os
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts.directory.origins import form_targets
from operations.logs import configuration

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("DJANGO_VAR_DIR", BASE_DIR / "var"))
VERSION = (BASE_DIR / "VERSION").read_text(encoding="ascii").strip()  # the one place it is written


def flag(name, default=False):
    """Read environment variable `name` as a switch: 1, true, yes, on (any case) are True."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def names(name, default=""):
    """Read environment variable `name` as a list divided by commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret_key():
    """Return the secret key: the environment's, else a random one kept in a file that only its owner reads.

    Only management commands and the demonstration may use the file. A web server without DJANGO_SECRET_KEY
    raises ImproperlyConfigured.
    """
    if key := os.environ.get("DJANGO_SECRET_KEY"):
        return key
    path = VAR_DIR / "secret_key"
    if DEMO or DEBUG or Path(sys.argv[0]).name == "manage.py":
        from django.core.management.utils import get_random_secret_key

        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(get_random_secret_key(), encoding="utf-8")
        return path.read_text(encoding="utf-8")
    raise ImproperlyConfigured("请设置环境变量 DJANGO_SECRET_KEY（至少 50 个随机字符）。")


DEBUG = flag("DJANGO_DEBUG")
DEMO = flag("DJANGO_DEMO")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = names("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = names("DJANGO_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "audit",
    "workplans",
    "accounts",
    "tracking",
    "boards",
    "intake",
    "sheets",
    "api",
    "papers",
    "demonstration",
    "operations",
    "config.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "operations.request_numbers.RequestNumberMiddleware",
    # These three before static files, so that the headers stand on them too.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.NothingStored",
    "config.wrong_method.WrongMethod",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "audit.middleware.DownloadsRecorded",
    "accounts.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimits",
    "config.request_size.RequestSizeLimit",
    "config.request_size.TextLimit",
    "config.kept_forms.KeptForms",
    "accounts.second_click.SecondClick",
    "operations.impossible_numbers.NotFoundWhereTooLong",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracking.navigation.navigation",
            ],
            "builtins": ["workplans.templatetags.people"],
        },
    },
    {
        "NAME": "tables",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "boards" / "tables"],
        "OPTIONS": {"environment": "boards.table_rows.environment"},
    },
]

POSTGRESQL_PATIENCE = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 6000,
}  # fmt: skip
# The kind of pool (PgBouncer) behind DATABASE_URL: session or transaction; none is a server itself. Commands of
# manage.py need the server: pg_dump would leave its search_path in a connection that pages get next.
DATABASE_POOLER = os.environ.get("DATABASE_POOLER", "")
DATABASE_DIRECT_URL = os.environ.get("DATABASE_DIRECT_URL", "")
if DATABASE_POOLER not in {"", "session", "transaction"}:
    raise ImproperlyConfigured("DATABASE_POOLER 只能是 session 或 transaction，不用连接池就不设置。")
if DATABASE_POOLER and not DATABASE_DIRECT_URL:
    raise ImproperlyConfigured("设置了 DATABASE_POOLER，还要用 DATABASE_DIRECT_URL 写明不经过连接池的数据库地址。")
_direct = bool(DATABASE_DIRECT_URL) and Path(sys.argv[0]).name == "manage.py"
if _direct:
    DATABASE_POOLER = ""
DATABASES = {
    "default": dj_database_url.config(
        env="DATABASE_DIRECT_URL" if _direct else "DATABASE_URL",
        default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}", conn_max_age=60, conn_health_checks=True,
        disable_server_side_cursors=DATABASE_POOLER == "transaction",
    )
}  # fmt: skip
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without these three, eight writers meet "database is locked" (measured, DESIGN 8).
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A server that does not answer costs a visitor five seconds and not two minutes (operations/patience.py), and one
    # whose machine is gone is noticed by the system.
    for _name, _value in POSTGRESQL_PATIENCE.items():
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault(_name, _value)
# Dashboards and exports may read a streaming replica of PostgreSQL (config/replica.py).
REPLICA_URL = os.environ.get("REPLICA_URL", "")
REPLICA_MAX_LAG = int(os.environ.get("REPLICA_MAX_LAG", "10"))
if REPLICA_URL:
    if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("REPLICA_URL 只能与 PostgreSQL 一起使用，请先设置 DATABASE_URL。")
    DATABASES["replica"] = dj_database_url.parse(REPLICA_URL, conn_max_age=60, conn_health_checks=True)
    DATABASES["replica"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
    for _name, _value in POSTGRESQL_PATIENCE.items():
        DATABASES["replica"]["OPTIONS"].setdefault(_name, _value)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["config.replica.ReplicaRouter"]
    MIDDLEWARE.append("config.replica.ReplicaMiddleware")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TEST_RUNNER = "tests.runner.Runner"
MEDIA_ROOT = VAR_DIR / "media"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
    )
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.validators.ThreeOfFourClasses"},
    {"NAME": "accounts.validators.NotUsedBefore"},
]
# Days after which a password must be changed; 0: never.
PASSWORD_MAX_AGE_DAYS = int(os.environ.get("PASSWORD_MAX_AGE_DAYS", "0"))
# A session ends after so long without work, and after so long in all.
SESSION_IDLE_SECONDS = int(os.environ.get("SESSION_IDLE_MINUTES", "30")) * 60
SESSION_MAX_SECONDS = int(os.environ.get("SESSION_MAX_HOURS", "12")) * 3600
SESSION_COOKIE_AGE = SESSION_MAX_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Sign-in through the district's own directory (docs/integration.md); off until OIDC_ISSUER or LDAP_URL is set.
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_AUTH_METHOD = os.environ.get("OIDC_AUTH_METHOD", "client_secret_basic")
OIDC_SCOPES = os.environ.get("OIDC_SCOPES", "openid profile")
OIDC_USERNAME_CLAIM = os.environ.get("OIDC_USERNAME_CLAIM", "preferred_username")
OIDC_GROUPS_CLAIM = os.environ.get("OIDC_GROUPS_CLAIM", "")
LDAP_URL = os.environ.get("LDAP_URL", "")
LDAP_STARTTLS = flag("LDAP_STARTTLS", default=True)
LDAP_CA_FILE = os.environ.get("LDAP_CA_FILE", "")
LDAP_BIND_DN = os.environ.get("LDAP_BIND_DN", "")
LDAP_BIND_PASSWORD = os.environ.get("LDAP_BIND_PASSWORD", "")
LDAP_USER_BASE = os.environ.get("LDAP_USER_BASE", "")
LDAP_USER_FILTER = os.environ.get("LDAP_USER_FILTER", "(uid={username})")
LDAP_USERNAME_ATTRIBUTE = os.environ.get("LDAP_USERNAME_ATTRIBUTE", "uid")
LDAP_ID_ATTRIBUTE = os.environ.get("LDAP_ID_ATTRIBUTE", "entryUUID")
LDAP_GROUP_BASE = os.environ.get("LDAP_GROUP_BASE", "")
LDAP_GROUP_FILTER = os.environ.get("LDAP_GROUP_FILTER", "(|(member={dn})(uniqueMember={dn})(memberUid={username}))")
# Which group of the directory holds which post; whether it may make users; minutes after which it is asked again.
DIRECTORY_POSTS = os.environ.get("DIRECTORY_POSTS", "")
DIRECTORY_CREATE = flag("DIRECTORY_CREATE")
DIRECTORY_MINUTES = int(os.environ.get("DIRECTORY_MINUTES", "5"))
LOCAL_SIGN_IN_ADMINISTRATORS_ONLY = flag("LOCAL_SIGN_IN_ADMINISTRATORS_ONLY")

# Every page, admin included: nothing inline, nothing from another host. Forms lead to the provider where there is one.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF, *form_targets(OIDC_ISSUER, names("OIDC_ORIGINS"))],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = flag("DJANGO_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True
# Proxies whose X-Forwarded-For is believed: addresses, networks, or "unix" for one that comes by a socket file.
TRUSTED_PROXIES = names("TRUSTED_PROXIES")
# Security events are sealed under this key, else under one derived from SECRET_KEY; former keys still check old rows.
AUDIT_KEY = os.environ.get("AUDIT_KEY", "")
AUDIT_KEY_FALLBACKS = names("AUDIT_KEY_FALLBACKS")
# What is stored to be read again (second factors, keys of robots) is sealed under this key, likewise; former keys still open it.
ENCRYPTION_KEY = os.environ.get("ENCRYPTION_KEY", "")
ENCRYPTION_KEY_FALLBACKS = names("ENCRYPTION_KEY_FALLBACKS")
SECRET_KEY_FALLBACKS = names("DJANGO_SECRET_KEY_FALLBACKS")
# The largest file any page takes, and a request with the rest of its form.
MAX_UPLOAD_MEGABYTES = 20
MAX_REQUEST_BYTES = (MAX_UPLOAD_MEGABYTES + 1) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The longest text of one field: far beyond any report, so that a page of many stays one that a browser can show.
MAX_TEXT_CHARACTERS = 100_000
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = False
SIMPLE_HISTORY_REVERT_DISABLED = True

# Files that are read at the same moment on this machine; the others wait in a queue (workplans/reading_queue.py).
PARSERS = int(os.environ.get("PARSERS") or max(1, len(os.sched_getaffinity(0)) - 1))
# Large tables are written, large uploads read by a process beside the web server's; off, by the request that asks for it.
EXPORTS_IN_OWN_PROCESS = True

# Lamp thresholds in percentage points behind the expected rate (DESIGN 5).
PROGRESS_GAP_AMBER = int(os.environ.get("PROGRESS_GAP_AMBER", "10"))
PROGRESS_GAP_RED = int(os.environ.get("PROGRESS_GAP_RED", "30"))
# Days before an item's deadline from which its lamp is amber (DESIGN 5).
DEADLINE_AMBER_DAYS = int(os.environ.get("DEADLINE_AMBER_DAYS", "7"))
# A page that sets offices side by side; off, for central rules bar ranking them (DESIGN 1).
OFFICE_COMPARISON = os.environ.get("OFFICE_COMPARISON") == "1"
# People may make a secret link by which a calendar program reads their due dates (docs/integration.md).
CALENDAR_LINKS = flag("CALENDAR_LINKS")

# Notices remind this many days before a period's due date; after it on days 1, 3 and 7, then weekly.
REMIND_DAYS_BEFORE = [int(days) for days in names("REMIND_DAYS_BEFORE", "7,3,1")]

# Mail goes out only where EMAIL_HOST is set; without it notices stay in the application.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "465" if EMAIL_USE_SSL else "587" if EMAIL_USE_TLS else "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", EMAIL_HOST_USER or "noreply@localhost")
# Messages by group robots, webhooks and single mails (docs/integration.md); off, nothing of it is shown or written.
OUTGOING_CHANNELS = flag("OUTGOING_CHANNELS")
# Hosts messages may be sent to (* stands for any characters); this machine and its link never, unless OUTBOUND_LOCAL.
OUTBOUND_HOSTS = names("OUTBOUND_HOSTS", "qyapi.weixin.qq.com,oapi.dingtalk.com")
OUTBOUND_LOCAL = flag("OUTBOUND_LOCAL")
OUTBOUND_SECONDS = float(os.environ.get("OUTBOUND_SECONDS", "10"))
# Where people open the application, named in mails.
SITE_URL = os.environ.get("DJANGO_SITE_URL", "")

# Other systems read and report through /api/v1/ (docs/integration.md); without it these addresses answer 404.
API = flag("API")
# Requests a token may make in a minute.
API_PER_MINUTE = int(os.environ.get("API_PER_MINUTE", "300"))

# Running it (docs/operations.md).
LOG_REQUESTS = flag("LOG_REQUESTS")
LOGGING = configuration(
    level=os.environ.get("LOG_LEVEL", "WARNING").upper(),
    is_json=os.environ.get("LOG_FORMAT", "text" if DEBUG or DEMO else "json") == "json",
)
BACKUP_DIR = Path(os.environ.get("BACKUP_DIR", VAR_DIR / "backups"))
# Where pg_dump and pg_restore are, if not on the PATH or of several versions the wrong one.
PG_BIN = os.environ.get("PG_BIN", "")
# Free space in VAR_DIR below which /readyz sends requests elsewhere.
READY_FREE_MEGABYTES = int(os.environ.get("READY_FREE_MEGABYTES", "200"))
# Monitoring asks the web server itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
