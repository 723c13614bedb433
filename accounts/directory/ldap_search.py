"""LDAP by ldap3: search as the service, bind as the person; StartTLS with the server's certificate checked.

Names that people type stand escaped in filters; an empty password, which a server takes for an anonymous bind, never
reaches it. Referrals are not followed: no other server hears a password.
"""

import ssl
import uuid
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from ldap3 import NONE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import RESULT_INVALID_CREDENTIALS, RESULT_SUCCESS, RESULT_UNWILLING_TO_PERFORM
from ldap3.utils.conv import escape_filter_chars

from .people import WRONG, Answer, DirectoryDown, DirectoryPerson, DirectoryRefused

CONNECT, RECEIVE = 3, 5  # seconds
GONE = "统一身份目录中您的账号已停用或已移走，请重新登录。"
PERSON_REFUSED = {RESULT_INVALID_CREDENTIALS, RESULT_UNWILLING_TO_PERFORM}


@dataclass(frozen=True)
class Entry:
    """One entry: its name, and its attributes as bytes under their names in small letters."""

    dn: str
    attributes: dict[str, list[bytes]]

    def text(self, name: str) -> str:
        """Return the first value as text, "" where there is none."""
        values = self.attributes.get(name.casefold()) or [b""]
        return values[0].decode("utf-8", "replace").strip()

    def identifier(self) -> str:
        """Return what stays when the entry is renamed. Raises DirectoryDown where the directory does not tell it."""
        name = settings.LDAP_ID_ATTRIBUTE
        values = self.attributes.get(name.casefold())
        if not values:
            raise DirectoryDown(f"条目没有属性 {name}")
        return str(uuid.UUID(bytes_le=values[0])) if name.casefold() == "objectguid" else self.text(name)


def authenticate(issuer, username, password) -> Answer:
    """Return whose name and password these are. Raises DirectoryRefused or DirectoryDown."""
    if not password:
        raise DirectoryRefused(WRONG)
    with _as_service() as service:
        entry = _found(service, username)
        if entry is None:
            raise DirectoryRefused(WRONG)
        answer = _answer(issuer, service, entry)
    with _opened(entry.dn, password) as connection:
        code = _bound(connection)
    if code in PERSON_REFUSED:
        raise DirectoryRefused(WRONG)
    if code != RESULT_SUCCESS:
        raise DirectoryDown(connection.result["description"])
    return answer


def look_up(issuer, identity) -> Answer:
    """Return somebody known, by what the directory says now. Raises DirectoryRefused or DirectoryDown."""
    with _as_service() as service:
        entry = _found(service, identity.username)
        if entry is None or entry.identifier() != identity.subject:
            raise DirectoryRefused(GONE)
        return _answer(issuer, service, entry)


@contextmanager
def _opened(dn, password):
    """Yield a connection, encrypted where it is to be, not bound yet."""
    try:
        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.LDAP_CA_FILE or None)
        server = Server(settings.LDAP_URL, tls=tls, connect_timeout=CONNECT, get_info=NONE)
        connection = Connection(
            server, dn, password, receive_timeout=RECEIVE, auto_referrals=False, read_only=True, check_names=False
        )
        connection.open()
        if settings.LDAP_STARTTLS and not server.ssl and not connection.start_tls():
            raise DirectoryDown("StartTLS 没有成功")
        yield connection
        connection.unbind()
    except (LDAPException, OSError) as problem:
        raise DirectoryDown(f"{type(problem).__name__} {problem}") from problem


def _bound(connection) -> int:
    connection.bind()
    return connection.result["result"]


@contextmanager
def _as_service():
    with _opened(settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD) as connection:
        if _bound(connection) != RESULT_SUCCESS:
            raise DirectoryDown(f"LDAP_BIND_DN：{connection.result['description']}")
        yield connection


def _searched(connection, base, template, attributes, **values) -> list[Entry]:
    """Search; `{name}` in the template stands for a value, escaped."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", escape_filter_chars(value))
    connection.search(base, template, attributes=attributes)
    if connection.result["result"] != RESULT_SUCCESS:
        raise DirectoryDown(f"{base}：{connection.result['description']}")
    return [
        Entry(row["dn"], {name.casefold(): values for name, values in row["raw_attributes"].items()})
        for row in connection.response
        if row["type"] == "searchResEntry"
    ]


def _found(service, username) -> Entry | None:
    """Return the one entry of that name; several are nobody."""
    wanted = [settings.LDAP_ID_ATTRIBUTE, settings.LDAP_USERNAME_ATTRIBUTE, "displayName", "cn", "mail"]
    entries = _searched(service, settings.LDAP_USER_BASE, settings.LDAP_USER_FILTER, wanted, username=username)
    return entries[0] if len(entries) == 1 else None


def _answer(issuer, service, entry) -> Answer:
    username = entry.text(settings.LDAP_USERNAME_ATTRIBUTE)
    groups = None
    if base := settings.LDAP_GROUP_BASE:
        found = _searched(service, base, settings.LDAP_GROUP_FILTER, ["cn"], dn=entry.dn, username=username)
        groups = frozenset(group.text("cn") for group in found)
    return Answer(
        DirectoryPerson(
            issuer=issuer,
            subject=entry.identifier(),
            username=username,
            name=entry.text("displayName") or entry.text("cn"),
            email=entry.text("mail"),
            groups=groups,
        )
    )
