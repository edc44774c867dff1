"""Imported by the fork server before children start: what they all need is loaded once and shared between them.

The one module that acts on import.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from botocore.config import Config
from botocore.exceptions import BotoCoreError, DataNotFoundError

import resoto_plugin_aws.account
import resoto_plugin_aws.accounts
import resoto_plugin_aws.collector
from resoto_plugin_aws import clients, plan
from resoto_plugin_aws.models import models, services
from resoto_plugin_aws.session import home_regions, known_services, sdk_session

LOADED = (resoto_plugin_aws.account, resoto_plugin_aws.accounts, resoto_plugin_aws.collector)
"""What a child looks at to know that the fork server has done this."""

HOME = "us-east-1"


def load() -> None:
    """Read what is on disk and compile what can be compiled, then keep the collector of garbage from touching it."""
    plan.compile_all()
    with suppress(BotoCoreError):  # what is wrong with its configuration is told where it is used
        _load_sdk()
    gc.collect()
    gc.freeze()


def _load_sdk() -> None:
    home_regions()
    known_services()
    session = sdk_session()
    session.set_credentials("", "")
    for service in (*services(), "account", "organizations", "resourcegroupstaggingapi", "sts"):
        with suppress(DataNotFoundError):
            models().load_service_model(service, "paginators-1")
            clients.make(session, service, HOME, None, Config(), whole=False)


load()
