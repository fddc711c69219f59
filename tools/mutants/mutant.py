"""A mutant: one safeguard gone, as a change of text in one file, and the test that must fail for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`old` stands exactly once in `file`; `tests` are what pytest is given, as written on its command line."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def changed(self, text: str) -> str:
        """The file without its safeguard. Raises ValueError unless there is exactly one place to change."""
        if (count := text.count(self.old)) != 1:
            raise ValueError(f"{self.name}: {self.old[:60]!r} stands {count} times in {self.file}, not once")
        return text.replace(self.old, self.new)
