"""Signals, sent to real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PREAMBLE = """
import os, signal, sys, threading, time
from resotoworker.signals import Signals, leave
def say(text):  # in a signal handler too, where print may be entered twice
    os.write(1, f"{text}\\n".encode())
"""


@contextmanager
def program(body: str) -> Iterator[subprocess.Popen[str]]:
    source = PREAMBLE + textwrap.dedent(body)
    child = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def said(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_asks(number: signal.Signals) -> None:
    body = """
    with Signals() as signals:
        signals.on_stop(lambda: say("woken"))
        say("ready")
        signals.stop.wait()
        say("stopping")
    """
    with program(body) as child:
        child.send_signal(number)
        assert said(child) == "woken\n"
        assert said(child) == "stopping\n"
        assert child.wait(10) == 0


def test_the_second_signal_does_not_ask() -> None:
    body = """
    with Signals() as signals:
        say("ready")
        signals.stop.wait()
        say("stopping")
        threading.Thread(target=time.sleep, args=(60,)).start()
        time.sleep(60)
    """
    with program(body) as child:
        child.send_signal(signal.SIGTERM)
        assert said(child) == "stopping\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(5) == 128 + signal.SIGTERM


def test_a_signal_before_there_is_something_to_wake_is_not_lost() -> None:
    body = """
    with Signals() as signals:
        say("ready")
        signals.stop.wait()
        signals.on_stop(lambda: say("woken"))
    """
    with program(body) as child:
        child.send_signal(signal.SIGTERM)
        assert said(child) == "woken\n"
        assert child.wait(10) == 0


def test_abandoned_work_does_not_keep_the_process() -> None:
    body = """
    threading.Thread(target=time.sleep, args=(60,)).start()
    say("ready")
    sys.exit(leave(3, within=0.1))
    """
    with program(body) as child:
        assert child.wait(10) == 3


def test_finished_work_ends_as_usual() -> None:
    body = """
    import atexit
    atexit.register(lambda: say("goodbye"))
    say("ready")
    sys.exit(leave(3))
    """
    with program(body) as child:
        assert said(child) == "goodbye\n"
        assert child.wait(10) == 3


def test_the_handlers_from_before_come_back() -> None:
    body = """
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with Signals():
        pass
    say("ready")
    say(str((signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before))
    """
    with program(body) as child:
        assert said(child) == "True\n"
