#!/usr/bin/env -S python3 -B
"""Opens reports in a real browser and says what a reader would stumble over.

    Tests/Browser/check.py [--screenshots DIR] report.html shift.html

Every report is opened in a wide window and in a phone's, light and dark, and printed on A4 and Letter. The test is
skipped, and says so, where there is no Chromium.
"""

import argparse
import pathlib
import sys

from browser import Browser, find

WIDTHS = (1200, 390)
# The width in CSS pixels (1/96 inch) of what a landscape page shows between margins of 12 mm, and the paper in inches.
PAPERS = {"A4": (1031, (8.27, 11.69)), "Letter": (965, (8.5, 11))}
SCRIPT = pathlib.Path(__file__).with_name("page.js").read_text(encoding="utf-8")


def call(browser, function):
    """The result of one of the functions of page.js."""
    return browser.run(f"{SCRIPT}.{function}")


def keyboard(browser):
    """What the tabulator does not reach, and tables that the arrow keys do not scroll."""
    wanted, reached = set(call(browser, "reachable()")), set()
    browser.run("document.activeElement.blur(); scrollTo(0, 0)")
    while True:
        browser.press("Tab", 9)
        place = call(browser, "focused()")
        if place < 0 or place in reached:
            break
        reached.add(place)
        if place in wanted and browser.run(f"{SCRIPT}.scrolls(document.activeElement)"):
            browser.press("ArrowRight", 39)
            moved = browser.run("new Promise(done => setTimeout(() => done(document.activeElement.scrollLeft), 300))")
            if not moved:
                yield f"the arrow keys do not scroll {call(browser, f'name({place})')}"
    for place in sorted(wanted - reached):
        yield f"the keyboard does not reach {call(browser, f'name({place})')}"


def window(browser, report, width, scheme):
    """The faults of a report in a window."""
    browser.open(report, width, scheme)
    yield from browser.errors()
    yield from call(browser, "overflows()")
    yield from call(browser, "collisions()")
    # A phone's picture is smaller than a wide window's, but its letters must stay legible.
    yield from call(browser, "tiny(9)")
    if scheme == "light":
        yield from call(browser, "deadLinks()")
        yield from (f"{file}: no such file" for file in call(browser, "linkedFiles()") if not pathlib.Path(file).exists())
        yield from keyboard(browser)


def paper(browser, report, width, size):
    """The faults of a report on paper, where nothing scrolls, and its PDF."""
    browser.open(report, width, media="print")
    faults = call(browser, "overflows()") + call(browser, "collisions()") + call(browser, "breaks()")
    data = browser.pdf(*size)
    if not data.startswith(b"%PDF") or not data.rstrip().endswith(b"%%EOF"):
        faults.append("the browser did not print it")
    return faults, data


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--screenshots", type=pathlib.Path, help="a folder for what the browser shows and prints")
    parser.add_argument("reports", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    path = find()
    if path is None:
        print("reports in a browser: skipped, there is no Chromium (hint: apt-get install chromium)")
        return 0
    faults = []
    with Browser(path) as browser:
        for report in options.reports:
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    where = f"{report}, {width} pixels, {scheme}"
                    faults += [f"{where}: {fault}" for fault in window(browser, report, width, scheme)]
                    if options.screenshots:
                        browser.screenshot(options.screenshots / f"{report.stem}-{width}-{scheme}.png")
            for name, (width, size) in PAPERS.items():
                found, data = paper(browser, report, width, size)
                faults += [f"{report}, {name}: {fault}" for fault in found]
                if options.screenshots:
                    (options.screenshots / f"{report.stem}-{name}.pdf").write_bytes(data)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"reports in a browser: {len(options.reports)} opened, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
