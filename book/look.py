"""Looks at the site as readers do: on a desk and on a phone, in light and dark, and through axe-core.

    python book/look.py SITE [PAGE ...]

Every page of SITE (or those named) is opened; an accessibility finding that axe calls serious or critical, an error in the console, or a
page that must be scrolled sideways fails. Screenshots of the first page and one module lie in SITE's neighbour `looks`.
"""

import shutil
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PICTURED = ["intro", "09_first_aif_agent", "evidence"]
#: Debian calls its browser chromium, others chrome.
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


def findings(page, axe):
    """What axe calls serious or critical, a line each."""
    for violation in axe.run(page).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            nodes = violation["nodes"]
            yield f"{violation['id']}: {violation['help']} ({len(nodes)} times, first in {nodes[0]['html'][:160]})"


def look(browser, path, size, theme, looks, axe):
    page = browser.new_page(viewport=SIZES[size], color_scheme=theme)
    errors = []
    page.on("pageerror", lambda error: errors.append(f"error in the page: {error}"))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or errors.append(f"asks for {request.url}"))
    page.goto(path.as_uri(), wait_until="load")
    page.evaluate("window.MathJax?.startup?.promise")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        errors.append("is wider than the window")
    errors.extend(findings(page, axe))
    if path.stem in PICTURED:
        page.screenshot(path=looks / f"{path.stem}-{size}-{theme}.png")
    page.close()
    return errors


def main(site, names):
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("no Chromium: install it (Debian: apt install chromium), then try again")
    looks = site.parent / "looks"
    looks.mkdir(exist_ok=True)
    axe, bad, seen = Axe(), 0, 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in sorted(site.glob("*.html")):
            if names and path.stem not in names:
                continue
            for size in SIZES:
                for theme in ("light", "dark"):
                    seen += 1
                    for error in look(browser, path, size, theme, looks, axe):
                        bad += 1
                        print(f"{path.name} ({size}, {theme}): {error}")
        browser.close()
    print(f"{seen} looks at pages, {bad} findings; screenshots in {looks}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
