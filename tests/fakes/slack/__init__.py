"""Slack's Web API on loopback, with answers that are held to the types that Slack publishes."""
