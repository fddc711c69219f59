"""A disk of a few megabytes that a test may fill, set read-only and enlarge."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    folder: Path

    def again(self, options: str) -> None:
        """Mounted anew with other options: "size=8m", "ro"."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.folder)], check=True)

    def fill(self, leave: int = 0) -> None:
        """Takes every byte that is left, but for so many."""
        free = os.statvfs(self.folder)
        with (self.folder / "ballast").open("wb") as ballast, suppress(OSError):
            os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize - leave)


@contextmanager
def small_disk(folder: Path, size: str, mode: str = "0700") -> Iterator[SmallDisk]:
    """Skips, saying why, where this user may not mount anything."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no small disk: mounting is refused here ({made.stderr.strip()})")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
