"""HTTP to the outside: only to hosts the administrator has listed, never to this machine, no redirect followed.

A name is looked up once, every address it has is judged, and the connection goes to the one that was judged: a name that
answers otherwise a moment later leads nowhere.
"""

import ipaddress
import json
import socket
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from .kind import NotSent

LONGEST_ANSWER = 65536
DEFAULT_PORTS = {"http": 80, "https": 443}


def address_problem(url: str) -> str:
    """Say what bars sending to `url`, "" where nothing does, as far as its text tells."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "地址的写法不对。"
    if parts.scheme not in DEFAULT_PORTS or not host or parts.username or parts.password:
        return "地址要以 http:// 或 https:// 开头，不带用户名和口令。"
    if not url.isascii() or any(character.isspace() for character in url):
        return "地址中不能有空格和中文。"
    if not any(fnmatchcase(host, pattern.lower()) for pattern in settings.OUTBOUND_HOSTS):
        return f"没有允许向 {host} 发送，请系统管理员把它列入 OUTBOUND_HOSTS。"
    return ""


def is_barred(address: str) -> bool:
    """Say whether nothing may be sent to an IP address: this machine, its link, groups, none. Intranets are let through."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_multicast or ip.is_unspecified or (ip.version == 4 and int(ip) == 0xFFFFFFFF):
        return True
    return (ip.is_loopback or ip.is_link_local) and not settings.OUTBOUND_LOCAL


def resolve(host: str, port: int) -> str:
    """Return an IP address of `host` to connect to. Raises NotSent where there is none, or one of them is barred."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as problem:
        raise NotSent(f"找不到 {host}：{problem}") from problem
    if any(map(is_barred, found)):
        raise NotSent(f"{host} 指向本机或链路本地地址，不向它发送。")
    return found[0]


def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Send JSON; return the answer's body where its status is 2xx. Raises NotSent."""
    if problem := address_problem(url):
        raise NotSent(problem)
    parts = urlsplit(url)
    host = str(parts.hostname)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    told = headers | {"Host": parts.netloc, "Content-Type": "application/json; charset=utf-8", "User-Agent": "taizhang"}
    with _pool(parts.scheme, resolve(host, port), port, host) as pool:
        try:
            answer = pool.urlopen(
                "POST", target, body, told, retries=False, redirect=False, preload_content=False, decode_content=False
            )
            text = answer.read(LONGEST_ANSWER)
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            raise NotSent(f"{host} 没有应答：{type(problem).__name__}") from problem
    if 300 <= answer.status < 400:
        raise NotSent(f"{host} 要求转到别处（{answer.status}），没有跟随。")
    if not 200 <= answer.status < 300:
        raise NotSent(f"{host} 答复 {answer.status}。")
    return text


def _pool(scheme, address, port, host):
    timeout = urllib3.Timeout(connect=settings.OUTBOUND_SECONDS, read=settings.OUTBOUND_SECONDS)
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, maxsize=1, assert_hostname=host, server_hostname=host
        )
    return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)


def post_to_robot(url: str, payload: dict) -> None:
    """Send to a group robot, which says in `errcode` whether it took it. Raises NotSent."""
    answer = post(url, json.dumps(payload, ensure_ascii=False).encode(), {})
    try:
        said = json.loads(answer)
        code, words = said["errcode"], said.get("errmsg", "")
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotSent("机器人的答复看不懂，可能不是机器人的地址。") from problem
    if code != 0:
        raise NotSent(f"机器人没有接收：{str(code)[:20]} {str(words)[:200]}")
