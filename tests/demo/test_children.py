"""Processes of the demo are gone when they have to be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.demo.children import Child, ChildError, wait_until_listening
from tests.fakes.aws.server import ROOT
from tests.ports import free_port

SLEEPER = (
    "import os, subprocess, sys; c = subprocess.Popen(['sleep', '60']); print(os.getpid(), c.pid, flush=True); c.wait()"
)
LISTENER = "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); s.accept()[0]; s.accept()"


def _family(output: Path) -> list[psutil.Process]:
    return [psutil.Process(int(word)) for word in output.read_text(encoding="utf-8").split()]


def _wait_for_line(output: Path) -> None:
    with subprocess.Popen(["sh", "-c", f"until [ -s {output} ]; do sleep 0.05; done"]) as waiting:
        waiting.wait(20)


def test_a_child_and_its_children_end_with_the_block(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with Child("sleeper", [sys.executable, "-c", SLEEPER], output):
        _wait_for_line(output)
        family = _family(output)

    assert not psutil.wait_procs(family, timeout=5)[1]


def test_a_child_and_its_children_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    output = tmp_path / "out"
    program = (
        "import pathlib, sys, time; from tests.demo.children import Child\n"
        "with Child('s', [sys.executable, '-c', sys.argv[1]], pathlib.Path(sys.argv[2])): time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program, SLEEPER, str(output)], cwd=ROOT)
    _wait_for_line(output)
    family = _family(output)

    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()

    assert not psutil.wait_procs(family, timeout=10)[1]


def test_a_child_that_ends_says_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no')"]
    words = r"grump ended with status 1.*\nno"
    with Child("grump", command, tmp_path / "out") as child, pytest.raises(ChildError, match=words):
        wait_until_listening(child, free_port())


def test_a_listening_child_is_noticed(tmp_path: Path) -> None:
    port = free_port()
    with Child("listener", [sys.executable, "-c", LISTENER, str(port)], tmp_path / "out") as child:
        wait_until_listening(child, port)


def test_a_port_in_use_is_not_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert free_port(port) != port
