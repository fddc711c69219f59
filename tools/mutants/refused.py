"""Safeguards of refusals: a 403 and one entry in the audit, in plain words, telling nobody who exists."""

from tools.mutants.mutant import Mutant

_LOG, _ROWS, _REFUSED = "callbacks/consultations.py", "tests/security/test_rows.py", "tests/security/test_refused.py"
_ADDRESSES = f"{_ROWS}::test_what_is_out_of_scope_is_refused_and_logged_and_nothing_else[sgt]"

REFUSED = (
    Mutant(
        "what is out of scope is answered with 200",
        "cspdash/auth/refusals.py",
        "        g.is_forbidden = True\n",
        "        pass\n",
        (_ADDRESSES,),
    ),
    Mutant(
        "a page that is refused is not logged",
        _LOG,
        "        self.write(viewer, Operation.REFUSAL, subject, **facts)\n",
        "",
        (_ADDRESSES,),
    ),
    Mutant(
        "a gesture that is refused is neither logged nor a 403",
        _LOG,
        "        except NotPermitted:\n            if not is_forbidden():\n"
        "                self.refused(viewer, subject)\n            raise\n",
        "        finally:\n            pass\n",
        (f"{_REFUSED}::test_the_care_of_a_source",),
    ),
    Mutant(
        "a bar tells who exists",
        "data_access/answers/records.py",
        "        scope.need_known(ref)\n",
        "        organisation.officer(ref)\n",
        (f"{_ROWS}::test_nor_do_the_records_behind_a_bar",),
    ),
    Mutant(
        "a browser shows nothing of a refusal",
        "assets/js/refused.js",
        "if (answer.status !== 403 || ",
        "if (answer.status !== 0 || ",
        (f"{_REFUSED}::test_a_browser_draws_the_refusal_and_goes_back",),
    ),
)
