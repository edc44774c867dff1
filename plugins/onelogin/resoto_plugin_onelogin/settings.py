"""The OneLogin plugin's settings."""

from __future__ import annotations

from dataclasses import dataclass

from resotolib.settings import flag, group


@group("onelogin", "OneLogin")
@dataclass(frozen=True)
class OneLoginSettings:
    """Flags `--onelogin-…`: where the account is, credentials, what to read beside the lists."""

    region: str = flag(
        "us", "Region of the account", choices=("us", "eu"), env=("ONELOGIN_REGION", "ONELOGIN_CLIENT_REGION")
    )
    client_id: str | None = flag(None, "Client ID of the API credentials", secret=True, env=("ONELOGIN_CLIENT_ID",))
    client_secret: str | None = flag(
        None, "Client secret of the API credentials", secret=True, env=("ONELOGIN_CLIENT_SECRET",)
    )
    mfa_devices: bool = flag(default=False, help="Collect the MFA devices too, with one API call for each user")
    throttle_timeout: int = flag(
        60, "Seconds that one call waits for the rate limit before what it reads is given up", minimum=0
    )
    endpoint_url: str | None = flag(
        None,
        "Send all API calls to this address, such as https://SUBDOMAIN.onelogin.com",
        default_text="https://api.REGION.onelogin.com",
    )
