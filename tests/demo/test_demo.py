"""`make run` from beginning to end, and its end by Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.demo.pair import pair
from tests.demo.run import without
from tests.fakes.aws.server import ROOT


@pytest.mark.timeout(300)
def test_the_demo_collects_and_leaves_nothing_behind(tmp_path: Path) -> None:
    errors = (tmp_path / "errors").open("w+b")
    command = [sys.executable, "-m", "tests.demo", "--port", "0", "--web-port", "0", "--scale", "0.1"]
    clouds = ["--", "--collector", "aws", "gcp", "slack", "onelogin"]
    demo = subprocess.Popen([*command, *clouds], cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert demo.stdout is not None
    shown = []
    for line in demo.stdout:
        shown.append(line)
        if line.startswith("Press Ctrl-C"):
            break
    family = psutil.Process(demo.pid).children(recursive=True)

    demo.send_signal(signal.SIGINT)
    status = demo.wait(60)

    demo.stdout.close()
    errors.seek(0)
    assert status == 0, errors.read().decode()
    errors.close()
    text = "".join(shown)
    assert "done in" in text
    assert "accounts: 7 done" in text
    assert {"aws_ec2_instance", "gcp_instance", "slack_user", "onelogin_user"} <= set(text.split())
    assert "edges join users of different clouds" in text
    assert "is suspended and was not collected" in text
    assert len(family) >= 5  # moto, two leashes, the core, the worker
    assert not psutil.wait_procs(family, timeout=10)[1]


def test_flags_of_the_user_take_the_place_of_the_demo_s() -> None:
    own = ["--aws-scrape-org", "--aws-region", "us-east-1", "eu-central-1", "--aws-role", "resoto"]

    assert without(own, ["--aws-region", "eu-central-1"]) == ["--aws-scrape-org", "--aws-role", "resoto"]
    assert without(own, ["--aws-role=other"]) == ["--aws-scrape-org", "--aws-region", "us-east-1", "eu-central-1"]
    assert without(own, []) == own


def test_the_user_s_settings_do_not_reach_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOTOCORE_LOCAL_PSK", "a key that the demo's worker does not have")
    monkeypatch.setenv("RESOTOWORKER_COLLECTOR", "nothing")

    with pair(tmp_path, ()) as both:
        assert both.core.has_subscriber("collect")


def test_a_collector_without_a_cloud_in_the_demo_is_named() -> None:
    command = [sys.executable, "-m", "tests.demo", "--exit", "--", "--collector", "moon"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert "The demo has no cloud for the collector moon. It has aws, gcp, onelogin, slack." in ended.stderr
