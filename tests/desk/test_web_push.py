"""Web push by Apprise: the push service of a browser gets an alarm, signed and encrypted."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from faults import fault_server, reply
from kulanz.desk.conf import conf
from kulanz.desk.services import chat, guarding
from smtp_site import make_certificate


def address(folder: Path, endpoint: str) -> str:
    """What somebody enters who has a key, and the subscription of a browser called phone."""
    key, browser = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "vapid.pem").write_bytes(pem)
    point = browser.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    keys = {
        "p256dh": base64.urlsafe_b64encode(point).decode(),
        "auth": base64.urlsafe_b64encode(b"x" * 16).decode(),
    }
    (folder / "browsers.json").write_text(json.dumps({"phone": {"endpoint": endpoint, "keys": keys}}))
    files = f"keyfile={quote(str(folder / 'vapid.pem'))}&subfile={quote(str(folder / 'browsers.json'))}"
    return f"vapid://alerts@example.org/phone?{files}&verify=no"


@pytest.fixture
def push() -> Path:
    folder = conf().data / "push"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_browser_gets_an_alarm_by_web_push(
    push: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "is_public", lambda _: True)
    with fault_server(make_certificate(tmp_path, "127.0.0.1")) as service:
        endpoint = service.script("/push/abc", reply(status=201))
        sent = chat.send_all([chat.ChatMessage(address(push, endpoint), "Alarm", "Rolf Petersen")])
    assert sent == [None]
    (asked,) = service.asked
    assert asked.headers["authorization"].startswith("vapid t=")
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert b"Petersen" not in asked.body


def test_a_browser_inside_the_network_gets_none(push: Path, tmp_path: Path) -> None:
    with fault_server(make_certificate(tmp_path, "127.0.0.1")) as service:
        endpoint = service.script("/push/abc", reply(status=201))
        (error,) = chat.send_all([chat.ChatMessage(address(push, endpoint), "Alarm", "Rolf Petersen")])
    assert "not a public address" in str(error)
    assert service.asked == []


def test_an_address_reads_no_other_file_of_this_machine(push: Path, tmp_path: Path) -> None:
    address(push, "https://push.example.org/a")
    for given in (
        f"vapid://alerts@example.org/phone?keyfile={quote(str(tmp_path / 'secret-key'))}",
        f"vapid://alerts@example.org/phone?subfile={quote(str(push / '..' / 'secret-key'))}",
        f"mailtos://a:b@example.org/?pgpprv={quote(str(tmp_path / 'secret-key'))}",
        f"vapid://alerts@example.org/phone;a?%6BEYfile={quote(str(tmp_path / 'secret-key'))}",
    ):
        (error,) = chat.send_all([chat.ChatMessage(given, "a", "b")])
        assert "names another file of the desk's machine" in str(error)


def test_an_address_sends_no_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text('{"content": "of this machine"}')
    given = f"discord://{'1' * 18}/{'a' * 64}?template={quote(str(tmp_path / 'kept.json'))}"
    (error,) = chat.send_all([chat.ChatMessage(given, "a", "b")])
    assert "template= names a file of the desk's machine: leave it out" in str(error)
