"""Real pages in a real browser: Debian's chromium, and `pathways serve` on the bundled directory; one of each for all tests of a process.

Each visit is a new context without any memory. When it ends, the browser must have asked nobody but the service, and have complained of
nothing: an address that a page may not load, or a script that fails, fails the test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from serving import serving

from api import Settings, create_app
from pathways.stores import Store

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
PICTURES = Path(__file__).parent.parent / "var" / "screenshots"
"""Where pictures of pages are kept to be looked at; not in the repository."""

_AXE = Axe()
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


@dataclass
class Service:
    """A running service."""

    address: str
    folder: Path
    """Where its store and its output lie."""


@dataclass
class Visit:
    """What one reader does, and what her browser asked for."""

    page: Page
    service: Service
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the service."""
        self.page.goto(self.service.address + path)
        return self.page

    def press(self, selector: str) -> Page:
        """Press what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.page

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def barriers(self) -> list[str]:
        """What axe finds on this page against WCAG 2.2 A and AA: the rule, and where."""
        found = _AXE.run(self.page, options=_RULES).response["violations"]
        return [f"{item['id']}: {[node['target'] for node in item['nodes']]}" for item in found]


@pytest.fixture(scope="session")
def web(bundled_store: Store) -> FlaskClient:
    """A caller of the pages without a browser. They know the directory alone, so that one kind of store is enough."""
    return create_app(Settings(writes="off"), bundled_store).test_client()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[Service]:
    """A running service on a copy of the bundled directory."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(filled, folder / "directory.sqlite")
    with serving(folder, {"PATHWAYS_STORE": f"sqlite:///{folder}/directory.sqlite"}) as port:
        yield Service(f"http://127.0.0.1:{port}", folder)


def program() -> str:
    """The browser's program; the tests fail where there is none, unless they are left out by name."""
    named = os.environ.get("PATHWAYS_TEST_BROWSER", "")
    if named == "no" and not os.environ.get("CI"):
        pytest.skip("left out by PATHWAYS_TEST_BROWSER=no")
    found = named if named not in ("", "no") else shutil.which("chromium")
    assert found, "no chromium was found: `bash tests/need_browser.sh` says what to do"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program())
        yield browser
        browser.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser complains of a page. That a form came back with what is wrong in it (422) is none."""
    return message.type in ("error", "warning") and "status of 422" not in message.text


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Callable[..., Visit]]:
    """Begins a visit: `size` is phone or desktop, `script` whether scripts run; other options are those of a browser's context."""
    visits: list[tuple[BrowserContext, Visit]] = []

    def begin(size: str = "desktop", script: bool = True, **options: Any) -> Visit:
        context = chromium.new_context(viewport=SIZES[size], java_script_enabled=script, **options)
        found = Visit(context.new_page(), service)
        context.on("request", lambda request: found.asked.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text) if _is_complaint(message) else None)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        visits.append((context, found))
        return found

    yield begin
    for context, found in visits:
        context.close()
        elsewhere = [url for url in found.asked if urlsplit(url).netloc != urlsplit(service.address).netloc]
        assert elsewhere == []
        assert found.complaints == []
