"""docs/named-tests.md: every acceptance test that has a name, where it is, and the mutants that must turn it red."""

from tools.mutants.every import MUTANTS
from tools.mutants.named_tests import NAMED, NamedTest, names_of

PATH = "docs/named-tests.md"
SOURCE = "tools/mutants/"

INTRODUCTION = """# The named tests and their mutants

A mutant is one safeguard taken out of a copy of the code. Its test must then fail; one that stays green shows nothing.
`make mutants` tries them all: `make mutants ONLY=T-CSRF` those of one name, file or word, `JOBS=2` two at once, each in a copy
of its own. It goes on where it was interrupted as long as no file has changed (`AGAIN=--near`: as long as a mutant's own file
and its tests have not; `AGAIN=--anew`: from the beginning). Where a number of cases is chosen, it and the seed are printed.
"""


def text() -> str:
    unnamed = [each for each in MUTANTS if not names_of(each)]
    parts = [INTRODUCTION, f"{len(MUTANTS)} mutants, {len(NAMED)} names.", *map(_section, NAMED)]
    if unnamed:
        parts += ["## Without a name", "\n".join(f"- {each.name} ({_files(each.tests)})" for each in unnamed)]
    return "\n\n".join(part.strip() for part in parts)


def _section(named: NamedTest) -> str:
    own = [f"- {each.name} (`{each.file}`)" for each in MUTANTS if named.name in names_of(each)]
    where = _files(tuple(f"tests/{test}" for test in named.tests))
    runs = "; ".join(filter(None, (where, named.elsewhere)))
    return "\n\n".join(
        [f"## {named.name}", f"{named.shows[0].upper()}{named.shows[1:]}. {runs}.", "\n".join(own) or named.why_none]
    )


def _files(tests: tuple[str, ...]) -> str:
    return ", ".join(f"`{file}`" for file in dict.fromkeys(test.partition("::")[0] for test in tests))
