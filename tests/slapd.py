"""A real OpenLDAP server (Debian's slapd) on loopback, thrown away afterwards: `with running() as directory: ...`

It takes no simple bind without TLS, and lets nobody but the service read.
"""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ldap3 import NONE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException

from tests.postgres import die_with_parent, free_port

BASE = "dc=qu,dc=example"
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"
SERVICE, SERVICE_PASSWORD = f"cn=ledger,{BASE}", "service-password"
ROOT, ROOT_PASSWORD = f"cn=root,{BASE}", "root-password"
SECONDS_TO_START = 30
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/cert.pem
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
security simple_bind=1
database mdb
maxsize 16777216
suffix "{base}"
rootdn "{root}"
rootpw {root_password}
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by * none
"""


class Directory:
    """What a test changes in it, as its administrator."""

    def __init__(self, port, folder):
        self.url, self.ca_file = f"ldap://127.0.0.1:{port}", str(folder / "cert.pem")
        server = Server(self.url, tls=Tls(ca_certs_file=self.ca_file), get_info=NONE)
        self.connection = Connection(server, ROOT, ROOT_PASSWORD, raise_exceptions=True)
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                self.connection.open()
                break
            except LDAPException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        self.connection.start_tls()
        self.connection.bind()
        self.add(BASE, ["dcObject", "organization"], dc="qu", o="qu")
        self.add(SERVICE, ["organizationalRole", "simpleSecurityObject"], userPassword=SERVICE_PASSWORD)
        for branch in (PEOPLE, GROUPS):
            self.add(branch, "organizationalUnit")

    def add(self, dn, classes, **attributes):
        """Add an entry."""
        self.connection.add(dn, classes, attributes)

    def add_person(self, uid, password, **attributes) -> str:
        """Add somebody; return the name of the entry."""
        dn = f"uid={uid},{PEOPLE}"
        self.add(dn, "inetOrgPerson", **({"cn": uid, "sn": uid, "userPassword": password} | attributes))
        return dn

    def add_group(self, name, *members):
        """Add a group."""
        self.add(f"cn={name},{GROUPS}", "groupOfNames", member=list(members))

    def delete(self, dn):
        """Delete an entry."""
        self.connection.delete(dn)


@contextmanager
def running():
    """Yield a Directory; its server ends with the block."""
    binary = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise RuntimeError("No slapd found. Run: sudo apt-get install slapd")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "data").mkdir()
        make_certificate(folder)
        words = {"folder": folder, "base": BASE, "root": ROOT, "root_password": ROOT_PASSWORD, "service": SERVICE}
        (folder / "slapd.conf").write_text(CONFIGURATION.format(**words), encoding="utf-8")
        command = [binary, "-d", "0", "-f", folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)
        try:
            directory = Directory(port, folder)
            yield directory
            directory.connection.unbind()
        finally:
            process.terminate()
            process.wait()


def make_certificate(folder):
    """Write a certificate for 127.0.0.1 and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
