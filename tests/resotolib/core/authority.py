"""A certificate authority made on the spot, and a front that speaks TLS with its certificates before a core."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resotolib.core.auth import bearer_token
from resotolib.core.ca import fingerprint
from resotolib.core.tls import CoreAdapter

DAY = datetime.timedelta(days=1)
LOCALHOST = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


class Authority:
    """Signs what it is asked to. `signed`: the requests."""

    def __init__(self, name: str = "root") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        self.certificate = self._sign(self._name, self._key.public_key(), 365, basic)
        self.signed: list[x509.CertificateSigningRequest] = []

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate.public_bytes(serialization.Encoding.DER))

    def sign(self, request: str, days: float = 365) -> str:
        """What POST /ca/sign answers."""
        asked = x509.load_pem_x509_csr(request.encode())
        assert asked.is_signature_valid
        self.signed.append(asked)
        names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = asked.public_key()
        assert not isinstance(key, x509.ObjectIdentifier)
        certificate = self._sign(asked.subject, key, days, names)  # type: ignore[arg-type]  # a key that may be certified
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    def server(self, folder: Path) -> ssl.SSLContext:
        """For a server at 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "core")])
        certificate = self._sign(name, key.public_key(), 30, LOCALHOST)
        file = folder / f"{certificate.serial_number}.pem"
        no_password = serialization.NoEncryption()
        file.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: float, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - DAY)
        builder = builder.not_valid_after(now + datetime.timedelta(days=days))
        return builder.add_extension(extension, critical=False).sign(self._key, hashes.SHA256())


@dataclass
class Front:
    """Answers /ca/cert and /ca/sign; all else is passed on. `claims` and `key` make the token of the answer."""

    authority: Authority
    behind: str
    key: str
    port: int = 0
    claims: dict[str, str] | None = None
    token: bool = True
    status: int = 200
    days: float = 365
    ttl: int = 300
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def answer(self, head: str, body: str) -> tuple[str, str]:
        """Headers and body, of what is asked of the authority."""
        if head.startswith("POST /ca/sign"):
            return "", self.authority.sign(body, self.days)
        claims = {"sha256_fingerprint": self.authority.fingerprint} if self.claims is None else self.claims
        token = f"Authorization: Bearer {bearer_token(self.key, ttl=self.ttl, claims=claims)}\r\n" if self.token else ""
        return token, self.authority.pem

    def serve(self, client: socket.socket) -> None:
        """One connection, which carries one request."""
        head, _, rest = _read_head(client).partition(b"\r\n\r\n")
        lines = head.decode()
        self.asked.append(lines)
        if re.match(r"\w+ /ca/(cert|sign)", lines):
            length = int((re.search(r"(?i)content-length: (\d+)", lines) or [0, 0])[1])
            while len(rest) < length:
                rest += client.recv(65536)
            headers, body = self.answer(lines, rest.decode())
            length = len(body)
            text = f"HTTP/1.1 {self.status} x\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            client.sendall(text.encode())
            return
        if "upgrade: websocket" not in lines.lower():
            head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head) + b"\r\nConnection: close"
        address = urlsplit(self.behind)
        with socket.create_connection((address.hostname or "", address.port or 80)) as core:
            core.sendall(head + b"\r\n\r\n" + rest)
            _pump_both(client, core)


def _read_head(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(65536)
        if not chunk:
            raise ConnectionError("gone")
        data += chunk
    return data


def _pump_both(client: socket.socket, core: socket.socket) -> None:
    thread = threading.Thread(target=_pump, args=(client, core), daemon=True)
    thread.start()
    _pump(core, client)
    thread.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def front(authority: Authority, behind: str, key: str, folder: Path, port: int = 0) -> Iterator[Front]:
    """Run one before the core at `behind`."""
    made, context, clients = Front(authority, behind, key), authority.server(folder), list[socket.socket]()
    stopped = threading.Event()

    def serve(raw: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(raw, server_side=True) as client:
            clients.append(client)
            made.serve(client)

    def accept() -> None:
        while not stopped.is_set():
            raw, _ = server.accept()
            threading.Thread(target=serve, args=(raw,), daemon=True).start()

    with socket.create_server(("127.0.0.1", port)) as server:
        made.port = server.getsockname()[1]
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            stopped.set()
            socket.create_connection(("127.0.0.1", made.port)).close()
            thread.join()
            for client in clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)


def get(url: str, root: str, **headers: str) -> requests.Response:
    """What a client gets that trusts this authority, with Python 3.13 too."""
    with requests.Session() as session:
        session.mount("https://", CoreAdapter())
        return session.get(url, verify=root, timeout=5, headers=headers)
