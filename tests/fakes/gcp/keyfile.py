"""A service account's key file, real in every way but the host it logs in at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True)
class KeyFile:
    """The key file, and the public half of its key (PEM)."""

    email: str
    info: dict[str, Any] = field(repr=False)
    public_key: str

    def write(self, path: Path) -> Path:
        """Save it as JSON, for its owner only."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.info), encoding="utf-8")
        return path


def make_key_file(url: str, project: str, name: str = "collector") -> KeyFile:
    """A new account with a new key of 2048 bits, that logs in at `url`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    email = f"{name}@{project}.iam.gserviceaccount.com"
    info = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": f"key-of-{name}",
        "private_key": pem.decode(),
        "client_email": email,
        "client_id": "100000000000000000001",
        "auth_uri": f"{url}/auth",
        "token_uri": f"{url}/token",
        "universe_domain": "googleapis.com",
    }
    return KeyFile(email, info, public.decode())
