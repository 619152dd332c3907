# SPDX-License-Identifier: GPL-2.0-only
"""Selenium's commands in Marionette, the protocol that Firefox itself speaks.

Selenium reaches Firefox through geckodriver, which Debian 12 lacks.
Marionette's commands are WebDriver's, under names of their own, as JSON over a
TCP connection to 127.0.0.1: "LENGTH:[0, ID, NAME, PARAMETERS]", answered by
"LENGTH:[1, ID, ERROR, RESULT]".
"""
import json
import socket

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

NAMES = {
    Command.NEW_SESSION: "WebDriver:NewSession",
    Command.QUIT: "Marionette:Quit",
    Command.GET: "WebDriver:Navigate",
    Command.SET_TIMEOUTS: "WebDriver:SetTimeouts",
    Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "WebDriver:ExecuteAsyncScript",
    Command.FIND_ELEMENT: "WebDriver:FindElement",
    Command.FIND_ELEMENTS: "WebDriver:FindElements",
    Command.W3C_GET_ACTIVE_ELEMENT: "WebDriver:GetActiveElement",
    Command.CLICK_ELEMENT: "WebDriver:ElementClick",
    Command.CLEAR_ELEMENT: "WebDriver:ElementClear",
    Command.SEND_KEYS_TO_ELEMENT: "WebDriver:ElementSendKeys",
    Command.GET_ELEMENT_TEXT: "WebDriver:GetElementText",
    Command.GET_ELEMENT_PROPERTY: "WebDriver:GetElementProperty",
    Command.SCREENSHOT: "WebDriver:TakeScreenshot",
    Command.SET_WINDOW_RECT: "WebDriver:SetWindowRect",
    "setContext": "Marionette:SetContext",
}


class Marionette(RemoteConnection):
    """In the place of a connection to geckodriver."""

    def __init__(self, port):
        super().__init__("http://127.0.0.1")
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self.receive()

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.stream.read(1)
            if not byte:
                raise WebDriverException("Firefox has closed the connection")
            length += byte
        return json.loads(self.stream.read(int(length[:-1])))

    def call(self, name, parameters):
        self.number += 1
        text = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        kind, number, error, result = self.receive()
        if (kind, number) != (1, self.number):
            raise WebDriverException(f"{name}: an answer to something else")
        if error:
            raise WebDriverException(
                f"{name}: {error['error']}: {error['message']}")
        return result

    def execute(self, command, params=None):
        parameters = dict(params or {})
        parameters.pop("sessionId", None)
        result = self.call(NAMES[command], parameters)
        if command == Command.NEW_SESSION:
            return {"value": result}
        if isinstance(result, dict) and set(result) == {"value"}:
            return result
        return {"value": result}

    def close(self):
        self.stream.close()
        self.socket.close()
