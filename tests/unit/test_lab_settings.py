"""How JupyterLab is set up for the course: no news, no update calls, small messages sent at once."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from workshop import cli
from workshop.lab import PromptConnection


def test_the_installed_settings_keep_the_lab_quiet_and_prompt():
    command = [sys.executable, "-m", "jupyterlab", "--show-config-json"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = json.loads(shown)
    assert settings["LabApp"]["news_url"] is None
    assert settings["LabApp"]["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"
    assert settings["LabApp"]["extension_manager"] == "readonly"
    assert settings["ServerApp"]["kernel_websocket_connection_class"] == "workshop.lab.PromptConnection"


def test_small_messages_do_not_wait_for_an_acknowledgement(monkeypatch):
    asked = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: asked.append("connected"))
    handler = SimpleNamespace(set_nodelay=lambda value: asked.append(value))
    connection = PromptConnection.__new__(PromptConnection)
    monkeypatch.setattr(PromptConnection, "websocket_handler", handler)
    connection.connect()
    assert asked == [True, "connected"]


@pytest.mark.parametrize("given", [[], ["--ServerApp.port=9999", "--ServerApp.root_dir=/tmp"]])
def test_a_callers_own_words_win_over_the_defaults(monkeypatch, given):
    commands = []
    monkeypatch.setattr(cli, "call", lambda command: commands.append(command) or 0)
    monkeypatch.setattr("workshop.build.trust.trust", lambda root: None)
    assert cli.main(["lab", *given]) == 0
    names = [word.split("=")[0] for word in commands[0]]
    for name in ("--ServerApp.port", "--ServerApp.root_dir", "--ServerApp.ip", "--LabApp.default_url"):
        assert names.count(name) == 1
    assert set(given) <= set(commands[0])
    assert "--ServerApp.ip=127.0.0.1" in commands[0]
