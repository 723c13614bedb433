"""Hosts as network namespaces of this machine; needs root and iproute2."""

import subprocess

# Before the web hosts: who asks one that went away is led to another.
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    upstream web {{ {servers} keepalive 16; }}
    server {{
        listen {front}:8080;
        location / {{
            proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $host; proxy_next_upstream error timeout; proxy_connect_timeout 2s;
        }}
    }}
}}
"""


class Network:
    """The hosts as network namespaces on one bridge, this machine with `ours` on it too; a context manager."""

    def __init__(self, bridge, ours, hosts):
        self.bridge, self.ours, self.hosts = bridge, ours, hosts

    def __enter__(self):
        ip("link", "add", self.bridge, "type", "bridge")
        ip("link", "set", self.bridge, "up")
        ip("addr", "add", f"{self.ours}/24", "dev", self.bridge)
        for name, address in self.hosts.items():
            ip("netns", "add", name)
            ip("link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"v-{name}", "master", self.bridge, "up")
            for words in (
                ("addr", "add", f"{address}/24", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                ip("-n", name, *words)
        return self

    def __exit__(self, *exception):
        for name in self.hosts:
            subprocess.run(["ip", "link", "del", f"v-{name}"], check=False)
            subprocess.run(["ip", "netns", "del", name], check=False)
        subprocess.run(["ip", "link", "del", self.bridge], check=False)


def ip(*words):
    """Run `ip` with these words."""
    subprocess.run(["ip", *words], check=True)


def on(host, command, **kw):
    """Start a command on a host; it ends with us."""
    return subprocess.Popen(["ip", "netns", "exec", host, *map(str, command)], start_new_session=True, **kw)
