"""A small cloud of two accounts to change things in: what is made is looked up as the core would send it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from resoto_plugin_aws.kinds import further_names
from resoto_plugin_aws.writer import AwsWriter

from tests.fakes.aws import organisation
from tests.fakes.aws.organisation import Account
from tests.fakes.aws.place import HOME_REGION, Place
from tests.fakes.aws.server import MotoServer
from tests.plugins.aws.test_collect import collect, collector
from tests.plugins.nodes import core_nodes

Node = dict[str, Any]

ANYBODY = '{"Version": "2012-10-17", "Statement": []}'
"""A policy that says nothing, for roles."""


@dataclass(frozen=True)
class Changing:
    """The cloud, its management account and a member, and a writer with the management account's own credentials."""

    url: str
    accounts: tuple[Account, ...]
    writer: AwsWriter

    def place(self, region: str = HOME_REGION, account: int = 0) -> Place:
        """For looking into an account directly."""
        chosen = self.accounts[account]
        return Place(self.url, chosen.id, chosen.label, region, chosen.credentials)

    def nodes(self, kind: str, region: str = HOME_REGION, account: int = 0) -> list[Node]:
        """Everything of a kind that an account has, collected now."""
        scope = {"scope": self.accounts[account].id} if account else {"role": ""}
        breadth = "full" if kind in further_names() else "default"
        run = collect(self.url, kinds=breadth, collect=(kind,), region=(region,), **scope)
        return [node for node in core_nodes(run.graph) if node["reported"]["kind"] == kind]

    def node(self, kind: str, word: str, region: str = HOME_REGION, account: int = 0) -> Node:
        """The one with this id or name."""
        nodes = self.nodes(kind, region, account)
        (found,) = [node for node in nodes if word in (node["reported"]["id"], node["reported"]["name"])]
        return found

    def remove(self, node: Mapping[str, Any]) -> None:
        """Prepare and delete, as a cleanup does."""
        self.writer.prepare(node)
        self.writer.delete(node)


@contextmanager
def changing(page_size: int = 2) -> Iterator[Changing]:
    """Start one."""
    with MotoServer(page_size=page_size) as server:
        accounts = tuple(organisation.create(server.url, 1, 0))
        with collector(server.url, role="").writer() as writer:
            assert isinstance(writer, AwsWriter)
            yield Changing(server.url, accounts, writer)


def volume(cloud: Changing, account: int = 0) -> Node:
    """A new volume."""
    ec2 = cloud.place(account=account).client("ec2")
    id_ = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    return cloud.node("aws_ec2_volume", id_, account=account)
