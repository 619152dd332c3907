# SPDX-License-Identifier: GPL-2.0-only
"""A headless Chromium that opens files, and what it says of them."""
import base64
import json
import pathlib
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common import utils

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"


class DriverByAddress(Service):
    """The driver, which listens on this host's own address: selenium looks for
    it at localhost, a name that a system without /etc/hosts does not know."""

    @property
    def service_url(self):
        return f"http://127.0.0.1:{self.port}"

    def is_connectable(self):
        return utils.is_connectable(self.port, "127.0.0.1")


class Browser:
    """As whoever gets a report has it, but for a window."""

    def __init__(self):
        self.downloads = pathlib.Path(tempfile.mkdtemp())
        options = Options()
        options.binary_location = CHROMIUM
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--force-prefers-reduced-motion",
                         "--force-device-scale-factor=1", "--lang=en-US"):
            options.add_argument(argument)
        preferences = {"download.default_directory": str(self.downloads)}
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs",
                               {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=DriverByAddress(DRIVER),
                                       options=options)
        self.driver.set_page_load_timeout(300)
        self.driver.set_script_timeout(300)

    def close(self):
        self.driver.quit()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def set_view(self, width, height=900, dark=False):
        self.command("Emulation.setDeviceMetricsOverride", width=width,
                     height=height, deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])

    def set_scripts(self, allowed):
        """Of the pages that are opened from now on."""
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def open(self, path):
        """Returns how long it took until all was drawn, in seconds."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
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
        shot = self.command("Page.captureScreenshot", format="png",
                            captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def complaints(self):
        """Errors, and what the page's policy did not let it do."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """What was asked for, but for the file and what is in it."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:")):
                    found.append(url)
        return found
