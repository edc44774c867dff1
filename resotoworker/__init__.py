"""The worker: waits for the core's instructions, runs plugins and sends what they found."""

__version__ = "5.0.0"
