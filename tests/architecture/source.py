"""Our own source as the architecture tests see it: modules, and what is said in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("callbacks", "cspdash", "data_access", "layouts")
EVERYTHING = (*SHIPPED, "benchmarks", "tests", "tools")


def modules(*folders: str) -> list[Path]:
    """Every Python file below these folders, as paths from the root."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imported(module: ast.Module) -> Iterator[str]:
    """`a`, `a.b` and `a.b.c` of `import a.b` and `from a.b import c`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[: end + 1]) for end in range(len(parts)))


def mentioned(module: ast.Module) -> Iterator[str]:
    """`x.y` wherever an attribute of a plain name is used, and what is imported from a module by its last two names."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module.rsplit('.', 1)[-1]}.{alias.name}" for alias in node.names)


def calls(module: ast.Module) -> Iterator[tuple[str, set[str], int]]:
    """Each call: the name called (last two parts), the keywords given, the line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            given = {keyword.arg or "**" for keyword in node.keywords}
            yield ".".join(ast.unparse(node.func).rsplit(".", 2)[-2:]), given, node.lineno
