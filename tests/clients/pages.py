#!/usr/bin/env python3
"""Drives the pages of a site in headless Chromium as a newcomer would, and looks for what is wrong with them.

Usage: pages.py PATCHFEED ISSUES AXE [PICTURES]

Opens every kind of page from disk and from a server: the policy refuses nothing of them, the style shows, nothing is wider than the
page at 320, 390 and 1,280 pixels, and axe-core (AXE is its axe.min.js) finds nothing, in both languages, light and dark, folded and not. Copies the
address of a feed and reads the clipboard; goes from the first page to an entry of the oldest issue by clicks alone; and does both without a
script. That violations would be seen is tried out, too. With PICTURES, a folder, each page's picture is put there.
Needs selenium, chromium and chromium-driver.
"""
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WIDTHS = (320, 390, 1280)


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def browser(script=True):
    options = webdriver.ChromeOptions()
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "window-size=1280,1000"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


def violations(page, address):
    """What Chromium says against a page's policy, or about an error of its script."""
    page.get_log("browser")
    page.get(address)
    time.sleep(0.3)  # for what the page loads
    said = [entry["message"] for entry in page.get_log("browser")]
    return [text for text in said if "Content Security Policy" in text or "Content-Security-Policy" in text or "Uncaught" in text]


def is_styled(page):
    return page.execute_script("return getComputedStyle(document.body).maxWidth") == "800px"


def show(page, width, scheme):
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                         {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})


def axe(page, script):
    page.execute_script(script)
    found = page.execute_async_script(
        "axe.run(document, {resultTypes: ['violations']}).then((found) => arguments[0](found.violations))")
    return [f"axe: {one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def looks(page, base, path, script, pictures):
    """What is wrong with how a page looks, at every width, in both schemes and languages, folded and not."""
    bad = []
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            show(page, width, scheme)
            page.get(base + path)
            page.execute_script("localStorage.clear(); location.reload()")
            time.sleep(0.3)
            if pictures:
                name = path.removesuffix(".html").replace("/", "-")
                page.save_screenshot(str(pictures / f"{name}-{width}-{scheme}.png"))
            for language in range(2):
                for is_open in (False, True):
                    page.execute_script("for (const e of document.querySelectorAll('details')) e.open = arguments[0]", is_open)
                    wide = page.execute_script("return document.documentElement.scrollWidth")
                    bad += [f"{wide} pixels wide"] if wide > width else []
                    bad += axe(page, script) if width != 390 else []
                page.find_element(By.ID, "_words").click()
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return [f"{path}: {text}" for text in dict.fromkeys(bad)]


def copies(page, base):
    """What is wrong with the main button of a feed."""
    page.execute_cdp_cmd("Browser.grantPermissions",
                         {"origin": base[:-1], "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.get(base + "index.html")
    button = page.find_element(By.CSS_SELECTOR, "#riscv .copy > summary")
    button.send_keys(Keys.ENTER)
    time.sleep(0.3)
    copied = page.execute_async_script("navigator.clipboard.readText().then(arguments[0], (err) => arguments[0](`${err}`))")
    said = page.find_element(By.ID, "_said").text
    return [f"copied {copied!r}, said {said!r}"] if copied != f"{base}riscv.atom" or not said else []


def walks(page, base, oldest):
    """What is wrong with the way from the first page to an entry of the oldest issue, by clicks alone; and with the address to select."""
    page.get(base + "index.html")
    panel = page.find_element(By.CSS_SELECTOR, "#riscv .copy")
    panel.find_element(By.TAG_NAME, "summary").click()
    address = panel.find_element(By.TAG_NAME, "input")
    bad = [] if address.is_displayed() and address.get_attribute("value") == f"{base}riscv.atom" else ["no address shows"]
    page.find_element(By.CSS_SELECTOR, "nav a[href='issue/index.html']").click()
    page.find_element(By.CSS_SELECTOR, f"main a[href='{oldest}.html']").click()
    page.find_element(By.CSS_SELECTOR, "article a[href^='#']").click()
    if not page.current_url.startswith(f"{base}issue/{oldest}.html#_"):
        bad.append(f"the clicks lead to {page.current_url}")
    return bad


def main():
    program, issues = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    script = pathlib.Path(sys.argv[3]).read_text(encoding="utf-8")
    pictures = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else None
    work = pathlib.Path(tempfile.mkdtemp())
    site = work / "site"
    site.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    subprocess.run([program, "-q", "build", issues, "--out", site, "--base-url", base], check=True, cwd=work)
    numbers = sorted((path.stem for path in site.glob("issue/*.html") if path.stem != "index"), key=int)
    paths = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    kinds = ["index.html", "riscv.html", f"issue/{numbers[-1]}.html", "issue/index.html", "search.html"]

    page = browser()
    failed = []
    for start in (base, f"file://{site}/"):
        for path in paths if start == base else kinds:
            bad = violations(page, start + path) + ([] if is_styled(page) else ["the style isn't applied"])
            failed += [f"{start}{path}: {text}" for text in bad]
    failed += copies(page, base) + walks(page, base, numbers[0])
    for path in kinds:
        failed += looks(page, base, path, script, pictures)
    text = (site / "index.html").read_text(encoding="utf-8")
    for change in (("</head>", "<style>p { color: red }</style></head>"), ("<body>", '<body onload="document.title = 1">'),
                   ("<body>", "<body><script>document.title = 1</script>"), ("<body>", '<body><img src="http://localhost/x.png">'),
                   ("<h1>", '<h1 style="color: red">')):
        (site / "changed.html").write_text(text.replace(*change, 1), encoding="utf-8")
        if not violations(page, base + "changed.html"):
            failed.append(f"{change[1]} is no violation")
    page.quit()
    page = browser(script=False)
    failed += [f"without a script: {text}" for text in walks(page, base, numbers[0])]
    page.quit()
    print("\n".join(failed + [f"the pages: {len(paths)}, of {len(kinds)} kinds, {len(failed)} failures"]))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
