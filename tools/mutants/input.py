"""Safeguards against what is sent: forged bodies, text that would be a statement or a script, and pins nobody read."""

from tools.mutants.mutant import Mutant

_BODY, _OPENAPI, _PINS = "cspdash/auth/callback_body.py", "tools/security/openapi.py", "tools/security/pins.py"

INPUT = (
    Mutant(
        "a body may hold whatever it likes besides",
        _BODY,
        "    if not isinstance(body, dict) or not set(body) <= _KNOWN_KEYS:\n",
        "    if not isinstance(body, dict):\n",
        ("tests/security/test_background.py::test_no_process_is_ended",),
    ),
    Mutant(
        "any callback may be asked to run in the background",
        "cspdash/web.py",
        "        enable_mcp=False,\n",
        "        enable_mcp=False,\n        background_callback_manager=object(),\n",
        ("tests/security/test_background.py::test_no_callback_runs_in_the_background",),
    ),
    Mutant(
        "a value of any type reaches the callback",
        "callbacks/sent.py",
        "    if not isinstance(value, str) or len(value) > LONGEST:\n",
        "    if False:\n",
        ("tests/security/test_fuzz_callbacks.py::test_no_value_breaks_a_callback",),
    ),
    Mutant(
        "what changed may be anything",
        _BODY,
        "    if not isinstance(sent, list) or len(sent) > MOST_CHANGED:\n        return False\n",
        "    if sent is not None:\n        return True\n",
        ("tests/security/test_forge.py::test_no_forged_body_breaks_a_callback",),
    ),
    Mutant(
        "the attack leaves out callbacks of the browser",
        _OPENAPI,
        "for output, registered in callback_map.items()]",
        'for output, registered in callback_map.items() if "callback" in registered]',
        ("tests/security/test_openapi.py::test_every_callback_is_in_it",),
    ),
    Mutant(
        "the attack does not know what an input is called",
        _OPENAPI,
        'properties = {"id": {"const": component_id}, "property": {"const": prop}, "value": _ANY}',
        'properties = {"id": _ANY, "property": {"const": prop}, "value": _ANY}',
        ("tests/security/test_openapi.py::test_what_our_page_sends_fits_one_of_them",),
    ),
    Mutant(
        "a plan's number becomes part of the statement",
        "data_access/queries/plans.py",
        "    row = connection.execute(select(plan).where(plan.c.plan_id == plan_id)).one_or_none()\n",
        "    from sqlalchemy import text\n\n"
        '    spelt = plan_id.replace("\'", "\'\'").replace(":", "")\n'
        "    row = connection.execute(select(plan).where(text(f\"plan_id = '{spelt}'\"))).one_or_none()\n",
        ("tests/security/test_sql.py::test_no_address_becomes_part_of_a_statement",),
    ),
    Mutant(
        "text of a source is HTML",
        "assets/js/tree.js",
        "    if (!Array.isArray(node)) return node;\n",
        "    if (!Array.isArray(node))\n"
        '      return window.React.createElement("span", { dangerouslySetInnerHTML: { __html: String(node) } });\n',
        ("tests/security/test_xss.py::test_search_and_its_hits",),
    ),
    Mutant(
        "an old list of advisories is good enough",
        _PINS,
        "    if age > max_age_days:\n",
        "    if False:\n",
        ("tests/security/test_pins.py::test_an_old_file_is_no_good_answer",),
    ),
    Mutant(
        "advisories cover no version",
        _PINS,
        "if each.package == package and each.affected.contains(version, prereleases=True):",
        'if each.package == package and each.affected == f"=={version}":',
        ("tests/security/test_pins.py::test_a_bad_pin_is_named",),
    ),
    Mutant(
        "no pins at all are good pins",
        _PINS,
        "    if not pins:\n",
        "    if False:\n",
        ("tests/security/test_pins.py::test_no_pins_is_no_good_answer",),
    ),
    Mutant(
        "a certified provider is asked without a challenge",
        "cspdash/auth/openid_connect.py",
        '                "code_challenge_method": "S256",\n',
        "",
        ("tests/sso/test_oidc_provider.py::test_signing_in",),
    ),
)
