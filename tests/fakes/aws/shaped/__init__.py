"""A cloud made of nothing but the vendor's models: it answers any operation with instances that fit its output.

    sdk = botocore.session.Session()
    cloud = ShapedCloud().attach(sdk)

What clients of the session send is read from their requests, and what they get is bytes in the protocol of the service:
the SDK parses both as if they had come over a network. It proves that calls, pages, paths and types are right, not that
they mean what somebody thinks.
"""

from tests.fakes.aws.shaped.cloud import ShapedCloud

__all__ = ["ShapedCloud"]
