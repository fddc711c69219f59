"""Write the documents that are made from code. With --check, write nothing and fail if one is out of date.

A page is a module in tools/pages with PATH, where it goes, and text(), what it says.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import pages

ROOT = Path(__file__).parents[1]
NOTE = "<!-- Written by `make docs` from {source}; change that instead. -->\n\n"


def generated() -> Iterator[tuple[Path, str]]:
    """Where each page goes and what it says today."""
    for found in pkgutil.iter_modules(pages.__path__):
        page = importlib.import_module(f"tools.pages.{found.name}")
        yield Path(page.PATH), NOTE.format(source=page.SOURCE) + page.text().rstrip() + "\n"


def is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    stale = [(path, text) for path, text in generated() if not is_current(root / path, text)]
    if parser.parse_args().check:
        for path, _ in stale:
            print(f"{path} is out of date: run `make docs` and commit it", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
