"""The public log at the desk: begun, sequenced by the worker, signed by several kinds of keys, verified."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from kulanz.desk.api import metrics
from kulanz.desk.api.metrics import exposition
from kulanz.desk.conf import Conf, ConfError, conf, read_conf
from kulanz.desk.models import LogEntry, LogHead, LogKey, Source
from kulanz.desk.operating import doctor
from kulanz.desk.public import log_files
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import log_keys, log_sequencing, log_witnesses
from kulanz.desk.services.log_keys import SigningError, active, add, begin_log, rotate
from kulanz.desk.services.log_sequencing import DeskHead, sequence_due
from kulanz.desk.services.public_log import enter
from kulanz.logstores import FolderStore
from kulanz.testing.recorded import RecordedServer, Reply, Request
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.cosignatures import Cosigner
from kulanz.tlog.entries import decode
from kulanz.tlog.errors import SignatureError
from kulanz.tlog.notes import SigningKey, VerifierKey, parse_note
from kulanz.tlog.sequencing import sequence
from kulanz.tlog.tiles import unpack
from kulanz.tlog.verifying import verify_log
from kulanz.tlog.witnessing import Witness

pytestmark = pytest.mark.django_db
SIGN = """
import sys
from base64 import b64encode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
assert sys.argv[1].startswith("localhost")
key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
print(b64encode(key.sign(sys.stdin.buffer.read())).decode())
"""


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conf:
    changed = replace(conf(), log_folder=tmp_path / "log", log_origin="localhost/log", public_pages=True)
    use(monkeypatch, changed)
    return changed


def use(monkeypatch: pytest.MonkeyPatch, changed: Conf) -> None:
    for module in (log_keys, log_sequencing, log_files, log_witnesses):
        monkeypatch.setattr(module, "conf", lambda: changed)


def shown(given: Conf, key: LogKey) -> list[bytes]:
    """Verify the published log with one of its keys, as a stranger does, and return its entries."""
    read = FolderStore(given.log_folder).read
    assert verify_log(read, [VerifierKey.parse(key.vkey)], given.log_origin).ok
    return [bytes(row.body) for row in LogEntry.objects.exclude(index=None).order_by("index")]


def warned(source: Source, now: datetime) -> LogEntry:
    subjects = {"account": b'"rolf_p"'}
    return enter(kind="measure", act="warn", at=now, now=now, source=source, subjects=subjects)


def test_entries_are_published_in_order_and_whoever_has_the_key_can_verify_them(
    given: Conf, forum: Source, now: datetime
) -> None:
    first = warned(forum, now)
    assert sequence_due(now=now) == 0
    key = begin_log(now=now)
    assert sequence_due(now=now) == 2
    first.refresh_from_db()
    assert first.index == 0
    second = warned(forum, now)
    assert sequence_due(now=now) == 1
    assert sequence_due(now=now) == 0
    assert [decode(each).kind for each in shown(given, key)] == ["measure", "key", "measure"]
    head = LogHead.objects.get()
    assert (head.size, head.published_at, head.attempts) == (3, now, 0)
    assert bytes(second.body) == shown(given, key)[2]
    with pytest.raises(RuleError, match="begun already"):
        begin_log(now=now)


def test_a_store_that_fails_is_tried_again_and_nothing_is_lost(
    given: Conf, forum: Source, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    key = begin_log(now=now)
    given.log_folder.write_bytes(b"no folder")
    assert sequence_due(now=now) == 0
    head = LogHead.objects.get()
    assert "could not be kept" in head.last_error
    assert head.due_at == now + timedelta(minutes=1)
    assert sequence_due(now=now) == 0
    given.log_folder.unlink()
    assert sequence_due(now=now + timedelta(minutes=1)) == 1
    assert len(shown(given, key)) == 1


def test_what_a_dead_worker_had_decided_is_published_by_the_next(
    given: Conf, forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = begin_log(now=now)
    sequence_due(now=now)
    warned(forum, now)
    with monkeypatch.context() as patched:
        patched.setattr("kulanz.tlog.sequencing._write", lambda *_: sys.exit("killed"))
        with pytest.raises(SystemExit):
            sequence_due(now=now)
    assert LogHead.objects.get().size == 2
    later = now + timedelta(minutes=2)
    assert sequence_due(now=later - timedelta(seconds=1)) == 0
    assert sequence_due(now=later) == 0
    assert len(shown(given, key)) == 2
    assert LogHead.objects.get().attempts == 0


def test_of_two_workers_at_once_one_moves_the_head(given: Conf, forum: Source, now: datetime) -> None:
    begin_log(now=now)
    sequence_due(now=now)
    row, entry = LogHead.objects.get(), warned(forum, now)
    seen, slow = bytes(row.checkpoint), DeskHead(row, [entry])
    warned(forum, now)
    assert sequence_due(now=now) == 2
    assert not slow.swap(seen, bytes(LogHead.objects.get().checkpoint))
    assert sorted(LogEntry.objects.values_list("index", flat=True)) == [0, 1, 2]


def test_a_worker_that_slept_gives_no_entry_a_second_place(given: Conf, forum: Source, now: datetime) -> None:
    key = begin_log(now=now)
    row, read_before = LogHead.objects.get(), list(LogEntry.objects.all())
    sequence_due(now=now)
    slow = DeskHead(LogHead.objects.get(), read_before)
    bodies = [bytes(each.body) for each in read_before]
    assert not sequence(log_sequencing.store(), slow, bodies, log_keys.signers(now))
    assert LogHead.objects.get(pk=row.pk).size == 1
    assert len(shown(given, key)) == 1


def test_a_new_key_signs_beside_the_old_one_until_its_time_is_over(
    given: Conf, forum: Source, now: datetime
) -> None:
    old = begin_log(now=now)
    sequence_due(now=now)
    later = now + timedelta(days=30)
    new = rotate(now=now, until=later)
    assert list(active(now)) == [old, new]
    sequence_due(now=now)
    entries = shown(given, old)
    assert entries == shown(given, new)
    told = [decode(each) for each in entries]
    assert [(each.act, each.vkey) for each in told] == [
        ("begin", old.vkey),
        ("begin", new.vkey),
        ("end", old.vkey),
    ]
    warned(forum, later)
    sequence_due(now=later)
    assert len(shown(given, new)) == 4
    with pytest.raises(SignatureError):
        shown(given, old)


def test_a_key_whose_end_is_told_does_not_last_longer_and_may_end_at_once(given: Conf, now: datetime) -> None:
    first, soon, late = begin_log(now=now), now + timedelta(days=1), now + timedelta(days=9)
    rotate(now=now, until=soon)
    last = rotate(now=now, until=late)
    assert LogKey.objects.get(pk=first.pk).active_to == soon
    assert list(active(now)) != [last] == list(active(late))
    sequence_due(now=now)
    newest = rotate(now=now, until=now)
    assert list(active(now)) == [newest]
    sequence_due(now=now)
    assert shown(given, last) == shown(given, newest)
    add(now=now)
    sequence_due(now=now)
    with pytest.raises(SignatureError):
        shown(given, last)


def test_the_log_keeps_its_name_whatever_the_setting_says_since(
    given: Conf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_log(now=now)
    use(monkeypatch, replace(given, log_origin="elsewhere.example/log"))
    new = rotate(now=now, until=now)
    assert VerifierKey.parse(new.vkey).name == "localhost/log"
    with pytest.raises(RuleError, match="begun already"):
        begin_log(now=now)


def test_a_key_that_was_lost_ends_at_once_without_signing(
    given: Conf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, replace(given, log_key=SigningKey("localhost/log", bytes(32)).secret))
    lost = begin_log(now=now, vkey=str(SigningKey("localhost/log", bytes(32)).verifier))
    use(monkeypatch, given)
    new = rotate(now=now, until=now)
    assert sequence_due(now=now) == 3
    assert len(shown(given, new)) == 3
    with pytest.raises(SignatureError):
        shown(given, lost)


def test_a_file_and_a_program_sign_as_well(
    given: Conf, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file = SigningKey("localhost/log", bytes(32))
    in_program = SigningKey("localhost/log", bytes(range(32)))
    (tmp_path / "sign.py").write_text(SIGN)
    command = f"{sys.executable} {tmp_path / 'sign.py'}"
    changed = replace(given, log_key=in_file.secret, log_sign_command=command)
    use(monkeypatch, changed)
    first = begin_log(now=now, vkey=str(in_program.verifier))
    second = add(now=now, vkey=str(in_file.verifier))
    assert [(key.held_by, bytes(key.sealed)) for key in (first, second)] == [("program", b""), ("file", b"")]
    assert sequence_due(now=now) == 2
    assert shown(given, first) == shown(given, second)
    use(monkeypatch, replace(changed, log_sign_command=f"{sys.executable} -c 1"))
    with pytest.raises(SigningError, match="expected a signature"):
        log_keys.signers(now)[0].sign("text\n")
    with pytest.raises(SigningError, match="expected a signature"):
        add(now=now, vkey=str(SigningKey("localhost/log", bytes([7]) * 32).verifier))
    with pytest.raises(RuleError, match="expected the name"):
        add(now=now, vkey=str(SigningKey("other/log", bytes(32)).verifier))


def test_a_clock_that_was_set_back_before_the_keys_is_told(now: datetime) -> None:
    begin_log(now=now)
    with pytest.raises(SigningError, match="is the clock right"):
        log_keys.signers(now - timedelta(hours=1))


def test_everybody_is_shown_the_files_and_nothing_that_is_staged(
    given: Conf, forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_log(now=now)
    sequence_due(now=now)
    FolderStore(given.log_folder).create("staging/1-2-ab", b"staged")
    stranger = Client()
    checkpoint, tile = stranger.get("/log/checkpoint"), stranger.get("/log/tile/entries/000.p/1")
    assert checkpoint.content == bytes(LogHead.objects.get().checkpoint)
    assert (checkpoint["Cache-Control"], checkpoint["Content-Type"]) == (
        "no-cache",
        "text/plain; charset=utf-8",
    )
    assert "immutable" in tile["Cache-Control"]
    assert tile["Access-Control-Allow-Origin"] == "*"
    assert unpack(tile.content, 1) == [bytes(LogEntry.objects.get().body)]
    again = stranger.get("/log/checkpoint", headers={"if-none-match": checkpoint["ETag"]})
    assert again.status_code == 304
    for path in ("staging/1-2-ab", ".lock", "tile/0/000", "tile/0/../../.lock", "tile/0/x"):
        answer = stranger.get(f"/log/{path}")
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert not stranger.cookies
    assert stranger.post("/log/checkpoint").status_code == 405
    use(monkeypatch, replace(given, public_pages=False))
    assert stranger.get("/log/checkpoint").status_code == 404


def test_doctor_and_metrics_tell_how_fresh_it_is(given: Conf, forum: Source, now: datetime) -> None:
    def told() -> list[tuple[str, str]]:
        return [(each.level, each.what) for each in doctor._log(given, now + timedelta(hours=1))]

    assert told() == []
    warned(forum, now)
    assert told() == [("warning", "public log: 0 entries, 1 wait to be in it: it has not begun")]
    begin_log(now=now)
    assert told()[0][0] == "error"
    waited = [line for line in exposition().decode().splitlines() if "kulanz_log_waiting_seconds " in line]
    assert float(waited[-1].split()[1]) > 0
    sequence_due(now=now)
    metrics.MEASURED.forget()
    assert told() == [("good", "public log: 2 entries, 0 wait to be in it")]
    assert "kulanz_log_entries 2.0" in exposition().decode()


class Watcher:
    """A witness with an address of its own, which can be away."""

    def __init__(self, key: LogKey) -> None:
        self.cosigner = Cosigner("witness.example/w", bytes(range(32)))
        self.away = False
        self._witness = Witness(self.cosigner, {"localhost/log": [VerifierKey.parse(key.vkey)]})
        self._seen: dict[str, Checkpoint] = {}

    def forget(self, checkpoint: Checkpoint) -> None:
        self._seen[checkpoint.origin] = checkpoint

    def __call__(self, request: Request) -> Reply:
        if self.away:
            return Reply(status=500)
        answer = self._witness.answer(request.body, self._seen, 1_800_000_000)
        if answer.remember:
            self._seen[answer.remember.origin] = answer.remember
        return Reply(answer.body, answer.status)


def test_witnesses_sign_what_has_only_grown(
    given: Conf, forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = begin_log(now=now)
    watcher = Watcher(key)
    with RecordedServer({"POST /w/add-checkpoint": watcher}) as server:
        entry = f"{watcher.cosigner.key} {server.url}/w"
        use(monkeypatch, replace(given, log_witnesses=(entry,), allow_private=("127.0.0.1",)))
        assert signed_by(watcher, given, now) == 1
        warned(forum, now)
        watcher.away = True
        assert signed_by(watcher, given, now) == 0
        assert LogHead.objects.get().due_at == now + timedelta(minutes=5)
        watcher.away = False
        assert signed_by(watcher, given, now + timedelta(minutes=5)) == 1
        assert len(shown(given, key)) == 2
        watcher.forget(Checkpoint("localhost/log", 2, bytes(32)))
        warned(forum, now)
        sequence_due(now=now)
        assert "another history" in LogHead.objects.get().last_error


def test_entries_do_not_wait_for_a_witness_that_is_away(
    given: Conf, forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher(key := begin_log(now=now))
    watcher.away = True
    with RecordedServer({"POST /w/add-checkpoint": watcher}) as server:
        entry = f"{watcher.cosigner.key} {server.url}/w"
        use(monkeypatch, replace(given, log_witnesses=(entry,), allow_private=("127.0.0.1",)))
        assert sequence_due(now=now) == 1
        warned(forum, now)
        assert sequence_due(now=now + timedelta(seconds=5)) == 1
        assert sequence_due(now=now + timedelta(seconds=10)) == 0
    assert len(shown(given, key)) == 2


def test_a_witness_that_contradicts_keeps_no_other_from_signing(
    given: Conf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher(begin_log(now=now))
    stranger = Cosigner("witness.example/other", bytes(32)).key
    refuses = {"POST /other/add-checkpoint": Reply(status=422), "POST /w/add-checkpoint": watcher}
    with RecordedServer(refuses) as server:
        asked = (f"{stranger} {server.url}/other", f"{watcher.cosigner.key} {server.url}/w")
        use(monkeypatch, replace(given, log_witnesses=asked, allow_private=("127.0.0.1",)))
        assert signed_by(watcher, given, now) == 1
    assert "another history" in LogHead.objects.get().last_error


def signed_by(watcher: Watcher, given: Conf, now: datetime) -> int:
    """How many signatures of a witness the published checkpoint has after a turn."""
    sequence_due(now=now)
    note = parse_note(FolderStore(given.log_folder).read("checkpoint") or b"")
    return sum(each.name == watcher.cosigner.name for each in note.signatures)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_BUCKET", "bucket/log"),
        ("LOG_BUCKET", "s3:///log"),
        ("LOG_ORIGIN", "our log"),
        ("LOG_ORIGIN", "a+b"),
    ],
)
def test_a_setting_of_the_log_that_is_wrong_is_told_at_start(name: str, value: str) -> None:
    with pytest.raises(ConfError, match=f"KULANZ_{name}: expected"):
        read_conf({"KULANZ_MODE": "demo", f"KULANZ_{name}": value})


def test_the_files_may_lie_in_a_bucket(given: Conf, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3", reason="buckets need the extra s3: pip install 'kulanz[s3]'")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    use(
        monkeypatch, replace(given, log_bucket=read_conf({"KULANZ_LOG_BUCKET": "s3://logs/ours/"}).log_bucket)
    )
    assert getattr(log_sequencing.store(), "address", "") == "s3://logs/ours/"
