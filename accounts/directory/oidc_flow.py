"""OpenID Connect: the code flow with PKCE and nonce by Authlib, which checks signature, issuer, audience and times.

The provider's metadata and keys are read anew after DIRECTORY_MINUTES, and at every beginning of a sign-in: one that
is away is noticed before the browser is sent there, and a key taken back is soon unknown here.
"""

import json
import logging
import time

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.urls import reverse
from joserfc.errors import JoseError

from .people import Answer, DirectoryDown, DirectoryPerson, DirectoryRefused, first_text

log = logging.getLogger(__name__)
TIMEOUT = 8  # seconds for one answer of the provider
# Signatures anybody can check and only the provider can make; "none" and shared secrets are not among them.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
# RFC 8176: more than a password was asked for.
STRONG = {"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris", "retina", "vbm"}
NOT_NOW = {"server_error", "temporarily_unavailable"}
LEEWAY = 60  # seconds two clocks may differ
REFUSED = "统一身份认证没有通过，请重新登录；仍不能登录请联系系统管理员。"
DENIED = "统一身份认证没有同意登录。"
GONE = "统一身份认证中您的登录已失效或账号已停用，请重新登录。"
_kept: dict[tuple, tuple] = {}


def provider(*, fresh=False):
    """Return Authlib's client with the provider's metadata. Raises DirectoryDown."""
    key = (settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    client, until = _kept.get(key, (None, 0))
    if client is None or fresh or time.monotonic() > until:
        client = _discovered()
        _kept.clear()
        _kept[key] = client, time.monotonic() + settings.DIRECTORY_MINUTES * 60
    return client


def _discovered():
    """Read the metadata; those of another issuer are nobody's."""
    client = OAuth().register(
        "oidc",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET or None,
        server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPES,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": settings.OIDC_AUTH_METHOD if settings.OIDC_CLIENT_SECRET else "none",
            "default_timeout": TIMEOUT,
        },
    )
    try:
        metadata = client.load_server_metadata()
    except (requests.RequestException, ValueError) as problem:
        raise DirectoryDown(str(problem)) from problem
    told = metadata.get("issuer", "")
    if not isinstance(told, str) or told.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise DirectoryDown(f"issuer {told!r}")
    usable = ALGORITHMS & set(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])
    metadata["id_token_signing_alg_values_supported"] = sorted(usable)
    return client


def begin(request):
    """Return the redirect to the provider; state, nonce and PKCE's secret stay in the session. Raises DirectoryDown."""
    return provider(fresh=True).authorize_redirect(request, request.build_absolute_uri(reverse("oidc_back")))


def finish(request) -> tuple[Answer, bool]:
    """Return who came back, and whether the provider asked for more than a password.

    Raises DirectoryRefused (each with a line in the log that says why) or DirectoryDown.
    """
    client = provider()
    try:
        tokens = client.authorize_access_token(request, leeway=LEEWAY)
        if "userinfo" not in tokens:
            raise DirectoryRefused(REFUSED)
        claims = dict(tokens["userinfo"])
        _audience(claims)
        claims = {settings.OIDC_GROUPS_CLAIM: [], **claims, **_told_of(client, tokens, claims["sub"])}
    except requests.RequestException as problem:
        raise DirectoryDown(str(problem)) from problem
    except OAuthError as problem:
        if problem.error in NOT_NOW:
            raise DirectoryDown(str(problem)) from problem
        log.warning("统一身份认证：%s", problem)
        raise DirectoryRefused(DENIED if problem.error == "access_denied" else REFUSED) from problem
    except (JoseError, ValueError, KeyError, RuntimeError) as problem:
        log.warning("统一身份认证：%s %s", type(problem).__name__, problem)
        raise DirectoryRefused(REFUSED) from problem
    amr = claims.get("amr") or ()
    return Answer(_person(claims), _keepsake(tokens)), bool(STRONG.intersection(amr))


def ask_again(identity, keepsake) -> Answer:
    """Ask with the refresh token, and for the claims; a token that is refused is somebody who is out."""
    client = provider()
    tokens = json.loads(keepsake) if keepsake else {}
    try:
        if tokens.get("refresh_token"):
            return _asked_by_refreshing(client, identity, tokens)
        if not client.server_metadata.get("userinfo_endpoint") and tokens.get("expires_at", 0) < time.time():
            raise DirectoryRefused(GONE)
        claims = _told_of(client, tokens, identity.subject)
    except requests.RequestException as problem:
        raise DirectoryDown(str(problem)) from problem
    except OAuthError as problem:
        if problem.error in NOT_NOW:
            raise DirectoryDown(str(problem)) from problem
        raise DirectoryRefused(GONE) from problem
    except (JoseError, ValueError, KeyError, RuntimeError) as problem:
        log.warning("统一身份认证：%s %s", type(problem).__name__, problem)
        raise DirectoryRefused(REFUSED) from problem
    return Answer(_same_person(identity, claims), keepsake)


def sign_out_address(request, keepsake) -> str:
    """Return where to end the provider's session too, "" where it offers nothing or is away."""
    try:
        client = provider()
        tokens = json.loads(keepsake) if keepsake else {}
        back = request.build_absolute_uri(settings.LOGOUT_REDIRECT_URL)
        hint = tokens.get("id_token")
        return client.create_logout_url(back, hint, client_id=settings.OIDC_CLIENT_ID)["url"]
    except (DirectoryDown, RuntimeError):
        return ""


def _audience(claims) -> None:
    """Authlib is content with `azp`; a token made for others, or for others too, is none of ours."""
    audience = claims.get("aud")
    if audience not in (settings.OIDC_CLIENT_ID, [settings.OIDC_CLIENT_ID]):
        raise ValueError(f"aud {audience!r}")


def _asked_by_refreshing(client, identity, tokens) -> Answer:
    """Spend the refresh token; the new one is kept even where the claims cannot be had at this moment."""
    with client._get_oauth_client(**client.server_metadata) as session:
        new = dict(session.refresh_token(client.server_metadata["token_endpoint"], tokens["refresh_token"]))
    claims = {}
    if "id_token" in new:
        claims = dict(client.parse_id_token(new, nonce=None, leeway=LEEWAY))
        _audience(claims)
    tokens |= new
    if claims.get("sub", identity.subject) != identity.subject:
        raise DirectoryRefused(REFUSED)
    try:
        claims |= _told_of(client, tokens, identity.subject)
    except requests.RequestException as problem:
        log.warning("统一身份认证：%s", problem)
    return Answer(_same_person(identity, claims), _keepsake(tokens))


def _same_person(identity, claims) -> DirectoryPerson:
    """Return who an identity is by what was told again, which may leave things out."""
    return _person({settings.OIDC_USERNAME_CLAIM: identity.username, **claims, "sub": identity.subject})


def _told_of(client, tokens, subject) -> dict:
    """Return the claims of the userinfo endpoint; {} where there is none. They must be about the same person."""
    if not client.server_metadata.get("userinfo_endpoint"):
        return {}
    answer = client.get(client.server_metadata["userinfo_endpoint"], token=tokens)
    if answer.status_code in (400, 401, 403):
        raise DirectoryRefused(GONE)
    answer.raise_for_status()
    claims = answer.json()
    if claims.get("sub") != subject:
        log.warning("统一身份认证：userinfo 说的是另一个人")
        raise DirectoryRefused(REFUSED)
    return {name: value for name, value in claims.items() if name not in ("iss", "aud", "amr", "exp", "iat", "nonce")}


def _person(claims) -> DirectoryPerson:
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) if settings.OIDC_GROUPS_CLAIM else None
    if isinstance(groups, str):
        groups = [groups]
    return DirectoryPerson(
        issuer=settings.OIDC_ISSUER,
        subject=str(claims["sub"]),
        username=first_text(claims, settings.OIDC_USERNAME_CLAIM),
        name=first_text(claims, "name"),
        email=first_text(claims, "email"),
        groups=None if groups is None else frozenset(group for group in groups if isinstance(group, str)),
    )


def _keepsake(tokens) -> str:
    kept = ("access_token", "refresh_token", "expires_at", "id_token", "token_type")
    return json.dumps({name: tokens[name] for name in kept if tokens.get(name)})
