"""Imported by the fork server before children start: what they all need is loaded once and shared between them.

The one module that acts on import.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from botocore.exceptions import DataNotFoundError

import resoto_plugin_aws.account
import resoto_plugin_aws.accounts
import resoto_plugin_aws.collector
from resoto_plugin_aws import plan
from resoto_plugin_aws.models import MODEL, models, services
from resoto_plugin_aws.session import home_regions, known_services, sdk_session

LOADED = (resoto_plugin_aws.account, resoto_plugin_aws.accounts, resoto_plugin_aws.collector)
"""What a child looks at to know that the fork server has done this."""


def load() -> None:
    """Read what is on disk and compile what can be compiled, then keep the collector of garbage from touching it."""
    plan.compile_all()
    home_regions()
    known_services()
    sdk_session().get_component("endpoint_resolver")
    for service in (*services(), "account", "organizations", "resourcegroupstaggingapi", "sts"):
        for name in (MODEL, "endpoint-rule-set-1", "paginators-1"):
            with suppress(DataNotFoundError):
                models().load_service_model(service, name)
    gc.collect()
    gc.freeze()


load()
