"""The message to owners of resources after a cleanup.

Owners are named by the tag `resoto:owner`: `slack:NAME` or `email:ADDRESS`.
"""
