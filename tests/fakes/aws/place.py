"""One account in one region: its clients, and how much of everything is made there."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

HOME_REGION = "us-east-1"
IMAGE = "ami-0123456789abcdef0"
OWNERS = ("ada", "grace", "barbara", "edsger")
STAGES = ("prod", "staging", "dev")

# Nothing of the user's own AWS configuration reaches these sessions. Each entry: profile key, variables, default, type.
_ISOLATED: dict[str, tuple[object, ...]] = {
    "profile": (None, [], None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@functools.cache
def shared_loader() -> botocore.loaders.Loader:
    """The service models, read from disk once for all sessions of this process."""
    return botocore.session.get_session().get_component("data_loader")


@dataclass(frozen=True)
class Credentials:
    """The keys that moto tells accounts apart by."""

    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


MANAGEMENT = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
"""Keys that moto has never seen belong to its default account, which is the management account here."""


def session(credentials: Credentials, region: str = HOME_REGION) -> boto3.Session:
    """A session that shares the loaded service models with all others, and nothing with the user's configuration."""
    core = botocore.session.Session(session_vars=_ISOLATED)
    core.register_component("data_loader", shared_loader())
    return boto3.Session(credentials.key_id, credentials.secret, credentials.token, region, botocore_session=core)


@dataclass
class Place:
    """One account in one region; belongs to one thread.

    `scale` multiplies the number of resources of each kind, of which there is at least one.
    """

    url: str
    account: str
    label: str
    region: str
    credentials: Credentials
    scale: float = 1.0
    _session: boto3.Session | None = None
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> bool:
        """Whether global services are filled from here."""
        return self.region == HOME_REGION

    @property
    def zones(self) -> tuple[str, str]:
        """Two availability zones of the region."""
        return f"{self.region}a", f"{self.region}b"

    def client(self, service: str) -> Any:
        """The client of a service, kept."""
        if service not in self._clients:
            self._session = self._session or session(self.credentials, self.region)
            config = Config(retries={"max_attempts": 1}, user_agent_extra="estate")
            self._clients[service] = self._session.client(service, endpoint_url=self.url, config=config)
        return self._clients[service]

    def names(self, prefix: str, base: int) -> list[str]:
        """`base` times the scale names, numbered from 1."""
        return [f"{prefix}-{number}" for number in range(1, max(1, round(base * self.scale)) + 1)]

    def tag_map(self, name: str) -> dict[str, str]:
        """The tags of a resource: who owns it, what for, and its name."""
        number = sum(name.encode())
        return {"Name": name, "owner": OWNERS[number % len(OWNERS)], "stage": STAGES[number % len(STAGES)]}

    def tags(self, name: str) -> list[dict[str, str]]:
        """The same as most services take them."""
        return [{"Key": key, "Value": value} for key, value in self.tag_map(name).items()]

    def lower_tags(self, name: str) -> list[dict[str, str]]:
        """The same as the container services take them."""
        return [{"key": key, "value": value} for key, value in self.tag_map(name).items()]

    def ec2_tags(self, kind: str, name: str) -> list[dict[str, Any]]:
        """The same as EC2 takes them when it creates something of a kind."""
        return [{"ResourceType": kind, "Tags": self.tags(name)}]
