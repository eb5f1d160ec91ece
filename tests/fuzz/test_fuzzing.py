from __future__ import annotations

import pytest

from fuzz.hunting import CORPUS, bounded_memory, corpus, fed, hunted
from fuzz.target import Target
from fuzz.targets import TARGETS

pytestmark = pytest.mark.any_database

_EXAMPLES = 25
_EACH = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


@_EACH
def test_good_input_and_what_broke_it_once_is_read_or_refused(target: Target):
    for data in (b"", *target.seeds(), *(path.read_bytes() for path in corpus(target))):
        fed(target, data)


@_EACH
def test_damaged_input_is_read_or_refused(target: Target):
    found = hunted(target, examples=_EXAMPLES, chance=1)
    assert found is None, f"{target.name} breaks at {found!r}"


def test_every_kept_input_belongs_to_a_parser():
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} <= {target.name for target in TARGETS}


@pytest.mark.parametrize(
    ("data", "error"), [(b"boom", KeyError), (b"forever", TimeoutError), (b"too much", MemoryError)]
)
def test_other_errors_endless_work_and_too_much_memory_are_found(data: bytes, error: type[Exception]):
    def parse(given: bytes) -> None:
        if given == b"boom":
            raise KeyError("not declared")
        while given == b"forever":
            pass
        bytearray(1 << 36)

    target = Target(name="broken", parse=parse, seeds=lambda: (data,), declared=(ValueError,))
    with bounded_memory(), pytest.raises(error):
        fed(target, data, seconds=0.05)
