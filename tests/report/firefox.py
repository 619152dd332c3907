# SPDX-License-Identifier: GPL-2.0-only
"""A headless Firefox that opens files, and what it says of them."""
import base64
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.common.options import ArgOptions

from marionette import Marionette

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

PREFERENCES = {
    "marionette.port": 0,
    "intl.accept_languages": "en-US",
    "ui.prefersReducedMotion": 1,
    "layout.css.devPixelsPerPx": "1.0",
    "widget.gtk.overlay-scrollbars.enabled": True,
    "browser.download.folderList": 2,
    "browser.download.always_ask_before_handling_new_types": False,
    # Nothing of what Firefox does of its own accord.
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}

# Requests of pages: those of the browser itself belong to no tab.
WATCH = """
    window.pitraceRequests = [];
    window.pitraceWatch = { observe(subject) {
        const channel = subject.QueryInterface(Ci.nsIChannel);
        if (channel.loadInfo.browsingContextID)
            window.pitraceRequests.push(channel.URI.spec); } };
    Services.obs.addObserver(window.pitraceWatch,
                             "http-on-opening-request");"""

# What the browser says of the page's files, warnings among it.
MESSAGES = """
    return Services.console.getMessageArray()
        .filter((m) => m instanceof Ci.nsIScriptError)
        .filter((m) => m.sourceName.startsWith("file:"))
        .map((m) => `${m.category}: ${m.errorMessage}`)"""

# What the page's own scripts say, in the process that has the page.
CONSOLE = """
    return Cc["@mozilla.org/consoleAPI-storage;1"]
        .getService(Ci.nsIConsoleAPIStorage).getEvents()
        .filter((e) => e.filename == document.URL)
        .filter((e) => ["assert", "error", "warn"].includes(e.level))
        .map((e) => `console.${e.level}: ${e.arguments.join(" ")}`)"""


class Firefox:
    """As whoever gets a report has it, but for a window."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp())
        self.downloads = self.home / "downloads"
        self.downloads.mkdir()
        profile = self.home / "profile"
        self.write_profile(profile)
        with (self.home / "log").open("wb") as log:
            # pylint: disable-next=consider-using-with # as long as we live
            self.process = subprocess.Popen(
                [FIREFOX, "--headless", "--marionette", "--no-remote",
                 "--remote-allow-system-access", "--profile", profile],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "HOME": str(self.home), "LANG": "C.UTF-8",
                     "MOZ_CRASHREPORTER_DISABLE": "1"})
        self.driver = webdriver.Remote(
            command_executor=Marionette(self.wait_for_port(profile)),
            options=FirefoxOptions())
        self.driver.set_page_load_timeout(300)
        self.in_browser(WATCH)
        # A window may be as narrow as a telephone.
        self.in_browser("document.documentElement.style.minWidth = 0")

    def write_profile(self, profile):
        profile.mkdir()
        preferences = {**PREFERENCES,
                       "browser.download.dir": str(self.downloads)}
        with (profile / "user.js").open("w") as file:
            for name, value in preferences.items():
                text = str(value).lower() if isinstance(value, bool) else \
                    repr(value).replace("'", '"')
                file.write(f'user_pref("{name}", {text});\n')

    def wait_for_port(self, profile):
        """For as long as Firefox runs, and five minutes at most."""
        end = time.monotonic() + 300
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return int((profile / "MarionetteActivePort").read_text())
            except (FileNotFoundError, ValueError):
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"Firefox does not listen; {self.home}/log has"
                           " what it said")

    def close(self):
        self.driver.quit()
        self.driver.command_executor.close()
        self.process.wait(60)
        shutil.rmtree(self.home, ignore_errors=True)

    def in_browser(self, script, *arguments):
        """Not in the page, and with all that the browser may."""
        self.driver.execute("setContext", {"value": "chrome"})
        try:
            return self.driver.execute_script(script, *arguments)
        finally:
            self.driver.execute("setContext", {"value": "content"})

    def set_view(self, width, height=900, dark=False):
        self.in_browser(
            "Services.prefs.setIntPref("
            "'layout.css.prefers-color-scheme.content-override',"
            " arguments[0])", 0 if dark else 1)
        borders = self.run("return [outerWidth - innerWidth,"
                           " outerHeight - innerHeight]")
        self.driver.execute("setWindowRect", {
            "width": width + borders[0], "height": height + borders[1]})
        got = self.run("return [innerWidth, innerHeight]")
        if got != [width, height]:
            raise RuntimeError(f"Firefox is {got}, not {[width, height]}")

    def set_scripts(self, allowed):
        """Of the pages that are opened from now on."""
        self.in_browser("gBrowser.selectedBrowser.browsingContext"
                        ".allowJavascript = arguments[0]", allowed)

    def open(self, path):
        """Returns how long it took until all was drawn, in seconds."""
        self.in_browser("Services.console.reset();"
                        "window.pitraceRequests.length = 0")
        begin = time.monotonic()
        self.driver.get(path.absolute().as_uri())
        # Two frames on, what the scripts made has been painted.
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() =>"
            " requestAnimationFrame(done));")
        return time.monotonic() - begin

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def screenshot(self, path):
        """The whole page, as high as it is."""
        self.driver.execute_async_script(
            "const done = arguments[0]; scrollTo(0, 0); document.activeElement"
            ".blur(); requestAnimationFrame(() => requestAnimationFrame(done))")
        shot = self.driver.execute("screenshot", {"full": True})["value"]
        path.write_bytes(base64.b64decode(shot))

    def complaints(self):
        """Errors, and what the page's policy did not let it do."""
        said = self.driver.command_executor.call("WebDriver:ExecuteScript", {
            "script": CONSOLE, "args": [], "sandbox": "system"})["value"]
        return self.in_browser(MESSAGES) + said

    def requests(self):
        """What was asked for, but for the file and what is in it."""
        return self.in_browser("return window.pitraceRequests")


class FirefoxOptions(ArgOptions):
    """Nothing asked for: all of it is in the profile."""

    @property
    def default_capabilities(self):
        return {}

    def to_capabilities(self):
        return {}
