"""A real OpenID provider on loopback: oidc-provider-mock (PyPI) over HTTP, with what it leaves out.

Around it stands a gate that asks for PKCE and checks it, and holds the keys that sign ID tokens, so that a test can
have a token say something wrong, or be signed by a key that was taken back.
"""

import base64
import hashlib
import io
import json
import os
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider's own check; loopback has no TLS


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Provider:
    """The gate: a WSGI application around the provider's. `lies` are put over the claims of ID tokens."""

    def __init__(self, app):
        self.app = app
        self.address = ""
        self.lies: dict = {}
        self.challenges: dict[str, str] = {}
        self.asked: list[str] = []
        self.rotate()

    def rotate(self) -> RSAKey:
        """Sign with a new key from now on; the former one, returned, is published no more."""
        former = getattr(self, "key", None)
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self.published = [self.key]
        return former

    def __call__(self, environ, start_response):
        """Answer one request."""
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path == "/jwks":
            return self._answer(start_response, KeySet(self.published).as_dict(private=False))
        if path == "/oauth2/token":
            return self._token(environ, start_response)
        if path == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "POST":
            return self._code(environ, start_response)
        return self.app(environ, start_response)

    def _code(self, environ, start_response):
        """Remember under its code what PKCE promised."""
        asked = parse_qs(environ["QUERY_STRING"])

        def keep(status, headers, *rest):
            address = dict(headers).get("Location", "")
            for code in parse_qs(urlsplit(address).query).get("code", ()):
                if asked.get("code_challenge_method") == ["S256"]:
                    self.challenges[code] = asked["code_challenge"][0]
            return start_response(status, headers, *rest)

        return self.app(environ, keep)

    def _token(self, environ, start_response):
        """Check PKCE, then sign what the provider says, lies included."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form["grant_type"] == "authorization_code":
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if self.challenges.get(form["code"]) != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
                return self._answer(start_response, {"error": "invalid_grant"}, "400 Bad Request")
        environ["wsgi.input"] = io.BytesIO(body)
        kept = {}
        parts = list(self.app(environ, lambda status, headers, *rest: kept.update(status=status)))
        answer = json.loads(b"".join(parts))
        if "id_token" in answer:
            payload = answer["id_token"].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | self.lies
            claims.pop("at_hash", None)
            answer["id_token"] = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return self._answer(start_response, answer, kept["status"])

    def _answer(self, start_response, data, status="200 OK"):
        body = json.dumps(data).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def put_user(self, sub, **claims) -> None:
        """Enter somebody, or change what is said of him."""
        self._send("PUT", f"/users/{sub}", json.dumps(claims).encode(), {"Content-Type": "application/json"})

    def remove(self, sub) -> None:
        """Take somebody's tokens back, as a provider does where an account is disabled."""
        self._send("POST", f"/users/{sub}/revoke-tokens", b"")

    def allow(self, address, sub) -> str:
        """Sign somebody in at the address the browser was sent to; return where it is sent back."""
        request = urllib.request.Request(address, urlencode({"sub": sub}).encode())
        try:
            urllib.request.build_opener(_NoRedirect).open(request, timeout=10)
        except urllib.error.HTTPError as answer:
            return answer.headers["Location"]
        raise AssertionError("the provider did not send the browser back")

    def _send(self, method, path, body, headers=None):
        request = urllib.request.Request(self.address + path, body, headers or {}, method=method)
        urllib.request.urlopen(request, timeout=10).close()


@contextmanager
def running(port=0):
    """Yield a provider that answers on loopback; where the block ends it is gone."""
    from oidc_provider_mock import app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *args):
            """Say nothing."""

    provider = Provider(app())
    server = make_server("127.0.0.1", port, provider, threaded=True, request_handler=Quiet)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
