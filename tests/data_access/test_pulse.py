"""One look at the database for everybody, at most half a second old, and never one that failed."""

from __future__ import annotations

import threading

import pytest

from data_access.pulse import Beat, Pulse


def test_it_is_read_again_after_half_a_second_and_not_before() -> None:
    now, reads = [100.0], []

    def read() -> Beat:
        reads.append(now[0])
        return Beat({"n": str(len(reads))}, ())

    pulse = Pulse(read, clock=lambda: now[0])
    for at in (100.0, 100.3, 100.49, 100.5, 100.9, 101.2):
        now[0] = at
        pulse.beat()
    assert reads == [100.0, 100.5, 101.2]


def test_a_failure_is_told_and_not_kept() -> None:
    answers: list[Beat | None] = [Beat({"n": "1"}, ()), None, Beat({"n": "2"}, ())]
    now = [0.0]

    def read() -> Beat:
        answer = answers.pop(0)
        if answer is None:
            raise ConnectionError
        return answer

    pulse = Pulse(read, clock=lambda: now[0])
    assert pulse.beat().versions == {"n": "1"}
    now[0] = 2.0
    with pytest.raises(ConnectionError):
        pulse.beat()
    assert pulse.beat().versions == {"n": "2"}


def test_many_threads_read_once() -> None:
    reads, gate = [], threading.Event()

    def read() -> Beat:
        gate.wait(5)
        reads.append(1)
        return Beat({}, ())

    pulse = Pulse(read, clock=lambda: 0.0)
    threads = [threading.Thread(target=pulse.beat) for _ in range(20)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
