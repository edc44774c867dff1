"""The page in the browser, read as a browser would: links are followed, forms are sent."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from resotolib.core.auth import Credentials
from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import MODEL, Client, account, edge, node

PSK = "hunter2"
NASTY = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A core with two accounts, one of them with a volume of an awkward name."""
    with LocalCore(tmp_path_factory.mktemp("page") / "core.sqlite") as running:
        client = Client(running.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        bare = {"id": "bare", "reported": {"kind": "t_volume", "id": "bare"}}
        odd = node("odd/id?#1", "t_volume", name=NASTY, tags={"owner": NASTY})
        more = [
            odd,
            bare,
            edge("a-r", "bare"),
            edge("a-r", "odd/id?#1"),
            edge("v1", "odd/id?#1", "delete"),
            edge("v2", "v1"),
        ]
        client.merged("ck", account("a", "v1", "v2", extra=more))
        client.merged("ck", account("b", *(f"w{number:03}" for number in range(150))))
        client.lines("PATCH", "/graph/ck/nodes", [{"id": "v1", "desired": {"clean": True}}]).raise_for_status()
        yield client


def read(core: Client, path: str) -> str:
    """A page that is there."""
    answer = core.ask("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer.text


def until(read_again: Callable[[], str], wanted: Callable[[str], bool]) -> str:
    """A page as soon as it shows what is wanted."""
    deadline = time.monotonic() + 20
    while not wanted(page := read_again()):
        assert time.monotonic() < deadline, page
        time.sleep(0.02)
    return page


def link(page: str, text: str) -> str:
    """Where the link with this text leads to."""
    found = re.search(rf'<a href="([^"]+)">{re.escape(text)}</a>', page)
    assert found, f"no link {text} in {page}"
    return html.unescape(found[1])


def test_from_the_overview_to_a_resource_and_its_neighbours(core: Client) -> None:
    overview = read(core, "/")
    account_page = read(core, link(overview, "a"))
    listed = read(core, link(account_page, "t_volume"))
    resource = read(core, link(listed, "v1"))
    neighbour = read(core, link(resource, "v2"))

    assert re.search(r'account=b">150</a>', overview)
    assert "to be cleaned" in listed
    assert "to be cleaned" in resource
    assert "Contains this, or is used by it <small>2</small>" in resource
    assert "Deleted before this <small>1</small>" in resource
    assert "<h1>v2" in neighbour
    assert "<h1>bare" in read(core, link(listed, "bare"))


def test_names_are_text_and_ids_may_be_anything(core: Client) -> None:
    listed = read(core, "/ui/search?kind=t_volume&account=a")

    resource = read(core, link(listed, html.escape(NASTY, quote=True).replace("&#x27;", "&#39;")))

    assert "<script" not in listed + resource
    assert resource.count("&lt;script&gt;") >= 3


def test_long_lists_are_paged(core: Client) -> None:
    first = read(core, "/ui/search?account=b&kind=t_volume")
    second = read(core, link(first, "Next →"))

    assert first.count("/ui/node/w") == 100
    assert second.count("/ui/node/w") == 50
    assert "Next →" not in second
    assert read(core, link(second, "← Previous")) == first


@pytest.mark.parametrize(("text", "found"), [("W01", 10), ("SCRIPT", 1), ("%", 0), ("'", 1)])
def test_searching_means_the_text_as_it_is(core: Client, text: str, found: int) -> None:
    answer = requests.get(f"{core.url}/ui/search", {"q": text, "kind": "t_volume"}, timeout=10)

    assert answer.text.count('<td><a href="/ui/node/') == found


@pytest.mark.parametrize("path", ["/ui/node/nobody", "/ui/account/nobody", "/ui/run/nobody"])
def test_what_is_not_there_is_said(core: Client, path: str) -> None:
    answer = core.ask("GET", path)

    assert answer.status_code == 404
    assert "There is no such" in answer.text


def test_a_run_is_started_and_shown(core: Client) -> None:
    started = core.ask("POST", "/ui/start/collect", "", "application/x-www-form-urlencoded")
    assert started.status_code == 303
    run = read(core, started.headers["Location"])

    assert "merge_outer_edges" in run
    assert link(read(core, "/"), "collect") == started.headers["Location"]


def test_a_run_shows_its_progress_and_its_messages(core: Client) -> None:
    tree = {"kind": "tree", "name": "all", "parts": [{"kind": "progress", "name": NASTY, "current": 1, "total": 3}]}
    core.ask("POST", "/subscriber/w/cleanup?timeout=20").raise_for_status()
    with core.socket("/subscriber/w/handle") as worker:
        started = core.ask("POST", "/ui/start/cleanup", "", "application/x-www-form-urlencoded")
        action = worker.receive()
        worker.answer(action, "action_progress", progress=tree, at="2026-11-24T00:00:00Z")
        worker.answer(action, "action_error", error=f"No {NASTY}")
        page = until(lambda: read(core, started.headers["Location"]), lambda shown: "done</span>" in shown)
    core.ask("DELETE", "/subscriber/w/cleanup").raise_for_status()

    assert '<progress value="1" max="3"></progress> 1/3' in page
    assert f"No {html.escape(NASTY).replace('&#x27;', '&#39;')}" in page
    assert re.search(r'<td class="n error">1</td>', read(core, "/"))


@pytest.mark.parametrize("path", ["/ui/start/collect", "/cli/execute", "/graph/ck/merge"])
def test_pages_of_other_sites_start_nothing(core: Client, path: str) -> None:
    answer = requests.post(core.url + path, headers={"Origin": "http://evil.example"}, timeout=10)

    assert answer.status_code == 403


def test_nothing_is_loaded_from_anywhere(core: Client) -> None:
    answer = core.ask("GET", "/")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)


class TestWithKey:
    """With a pre-shared key."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        """A core with a key."""
        with LocalCore(tmp_path / "core.sqlite", psk=PSK) as running:
            yield running.url

    def test_a_browser_is_asked_for_the_key_and_remembered(self, url: str) -> None:
        with requests.Session() as browser:
            asked = browser.get(f"{url}/", timeout=10)
            logged_in = browser.post(asked.url, {"psk": PSK}, timeout=10)
            later = browser.get(f"{url}/ui/search", timeout=10)
            cookie = logged_in.history[0].headers["Set-Cookie"]

        assert asked.url == f"{url}/login"
        assert logged_in.url == f"{url}/"
        assert later.status_code == 200
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert PSK not in cookie + logged_in.text

    def test_a_wrong_key_lets_nobody_in(self, url: str) -> None:
        answer = requests.post(f"{url}/login", {"psk": "wrong"}, timeout=10)

        assert answer.status_code == 403
        assert "This is not the key" in answer.text
        assert not answer.cookies

    def test_what_a_browser_remembers_opens_pages_only(self, url: str) -> None:
        with requests.Session() as browser:
            browser.post(f"{url}/login", {"psk": PSK}, timeout=10)
            answer = browser.get(f"{url}/graph", timeout=10)

        assert (answer.status_code, answer.text) == (401, "401: Unauthorized")

    def test_a_token_opens_pages_too(self, url: str) -> None:
        answer = requests.get(f"{url}/", headers=Credentials(PSK).headers(), timeout=10, allow_redirects=False)

        assert answer.status_code == 200
