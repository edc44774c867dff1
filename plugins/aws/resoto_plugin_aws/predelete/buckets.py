"""Empties buckets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_aws.target import Target
from resotolib.errors import NotFound

AT_ONCE = 1000  # what DeleteObjects takes


def empty_bucket(target: Target) -> None:
    """Deletes all objects, their versions and delete markers, and aborts uploads that are going on.

    A bucket without versions lists its objects as their only version.
    """
    for page in target.pages("s3", "ListObjectVersions", Bucket=target.id):
        _delete(target, [*page.get("Versions", ()), *page.get("DeleteMarkers", ())])
    for page in target.pages("s3", "ListMultipartUploads", Bucket=target.id):
        for upload in page.get("Uploads", ()):
            _abort(target, upload)


def _delete(target: Target, versions: Sequence[Mapping[str, Any]]) -> None:
    keys = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
    for start in range(0, len(keys), AT_ONCE):
        batch = {"Objects": keys[start : start + AT_ONCE], "Quiet": True}
        target.ask("s3", "DeleteObjects", Bucket=target.id, Delete=batch)


def _abort(target: Target, upload: Mapping[str, Any]) -> None:
    try:
        target.ask("s3", "AbortMultipartUpload", Bucket=target.id, Key=upload["Key"], UploadId=upload["UploadId"])
    except NotFound:
        return  # it has ended since
