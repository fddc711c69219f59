"""Safeguards of looking outside one's own team: asked before, kept with every look, for a while and for a part."""

from tools.mutants.mutant import Mutant

_TEST, _DOMAIN = "tests/security/test_look_reason.py", "tests/cspdash/domain/test_looking_outside.py"

LOOK_REASON = (
    Mutant(
        "names outside one's own team are shown without a reason",
        "cspdash/domain/scope.py",
        "        raise ReasonNeeded(tree.units[place.first].ref, name, is_alone=is_alone)\n",
        '        return ""\n',
        (f"{_TEST}::test_nothing_is_read_or_shown_before_and_everything_after",),
    ),
    Mutant(
        "what is granted is one's own team",
        "cspdash/domain/rights.py",
        ' and each.by != "grant")',
        ")",
        (f"{_DOMAIN}::test_cover_and_acting_up_are_ones_own_a_grant_is_not",),
    ),
    Mutant(
        "a reason for one part of the force opens all of it",
        "cspdash/domain/looking_outside.py",
        "            found.append((Span(at, at + 1 if look.is_alone else tree.ends[at]), look.reason))\n",
        "            found.append((Span(0, len(tree.units)), look.reason))\n",
        (f"{_TEST}::test_one_reason_opens_every_page_of_its_part_of_the_force_and_no_other",),
    ),
    Mutant(
        "the reason is not in the audit",
        "cspdash/domain/consulted.py",
        "rows, look_reason, hash(",
        'rows, "", hash(',
        (f"{_TEST}::test_it_is_in_the_audit_its_export_and_in_who_looked_at_me",),
    ),
    Mutant(
        "a reason never lapses",
        "cspdash/auth/signed_in.py",
        "looks=standing(kept.looks, _now())",
        "looks=kept.looks",
        (f"{_TEST}::test_the_live_redraw_goes_on_when_a_reason_lapses_and_the_next_page_asks",),
    ),
    Mutant(
        "anything a browser sends is a reason",
        "callbacks/look_reasons.py",
        "        if reason not in pages.looking.reasons:\n",
        "        if reason is None:\n",
        (f"{_TEST}::test_only_a_code_of_the_list_is_a_reason",),
    ),
    Mutant(
        "a page kept for a failing database outlives its reason",
        "callbacks/drawn.py",
        "    return viewer if page.subject is not None and page.subject.look_reason else replace(viewer, looks=())\n",
        "    return replace(viewer, looks=())\n",
        (f"{_TEST}::test_while_the_database_is_away_a_page_is_shown_again_only_under_its_reason",),
    ),
)
