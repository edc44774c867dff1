"""Deleting what the core has flagged: first a plan, then its run."""
