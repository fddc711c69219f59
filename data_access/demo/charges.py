"""What hangs on a few crimes: suspects and offences one by one, who held the crime before, further arrests."""

from __future__ import annotations

import numpy as np

from data_access.demo import offences
from data_access.demo.athena import Names, listed
from data_access.demo.columns import length
from data_access.demo.force import Force
from data_access.demo.tables import Table
from data_access.demo.timeline import DAY, HOUR, MISSING, Ints, instant_texts

FEW = 120  # crimes with several suspects that are held one by one


def charge_tables(force: Force) -> list[Table]:
    names = Names(force)
    return [accused_table(force, names), holder_table(force, names), arrest_table(force, names)]


def accused_table(force: Force, names: Names) -> Table:
    """Two suspects of finished summary crimes: of each pair one was charged, against the other it ended."""
    crimes = force.crimes
    summary = offences.MODES[crimes["offence"]].astype(str) == "S"
    chosen = np.flatnonzero(summary & (crimes["suspects"] > 1) & (crimes["charged_at"] != MISSING))[:FEW]
    crime = np.repeat(chosen, 2)
    second = np.tile(np.array([False, True]), len(chosen))
    charged = np.where(second, MISSING, crimes["charged_at"][crime])
    ended = np.where(second, crimes["charged_at"][crime] + HOUR, MISSING)
    return Table(
        "accused",
        {
            "acc_id": [f"A{number:06}" for number in range(1, len(crime) + 1)],
            "crime_no": listed(names.crime[crime]),
            "susp_id": [f"SU{number:06}" for number in range(1, len(crime) + 1)],
            "charge_dt": instant_texts(charged),
            "nfa_dt": instant_texts(ended),
            "oic_emp_no": listed(names.emp[crimes["officer"][crime]]),
            "own_unit": listed(names.unit[crimes["unit"][crime]]),
            "changed": instant_texts(_upto(force, crimes["charged_at"][crime] + HOUR)),
        },
        indexed=("changed", "crime_no"),
    )


def holder_table(force: Force, names: Names) -> Table:
    """Who held crimes that ran out of time: whoever did until it was finished, and afterwards."""
    crimes = force.crimes
    lost = np.flatnonzero((crimes["outcome"].astype(str) == "17") & (crimes["allocated_at"] != MISSING))
    lost = lost[crimes["officer"][lost] >= 0]
    return Table(
        "oic_history",
        {
            "spell_id": [f"H{number:06}" for number in range(1, len(lost) + 1)],
            "crime_no": listed(names.crime[lost]),
            "emp_no": listed(names.emp[crimes["officer"][lost]]),
            "from_dt": instant_texts(crimes["allocated_at"][lost]),
            "to_dt": [None] * len(lost),
            "changed": instant_texts(_upto(force, crimes["allocated_at"][lost])),
        },
        indexed=("changed", "crime_no"),
    )


def arrest_table(force: Force, names: Names) -> Table:
    """A second arrest of every fortieth suspect on bail, some days after the first."""
    releases, crimes = force.releases, force.crimes
    again = np.flatnonzero((np.arange(length(releases)) % 40 == 7) & (releases["arrested_at"] != MISSING))
    at = releases["arrested_at"][again] + 9 * DAY
    again, at = again[at < force.timeline.now], at[at < force.timeline.now]
    crime = releases["crime"][again]
    return Table(
        "arrest",
        {
            "arrest_id": [f"AR{number:06}" for number in range(1, len(again) + 1)],
            "rel_id": [f"R{number + 1:06}" for number in again.tolist()],
            "arrest_dt": instant_texts(at),
            "offence": ["Witness intimidation"] * len(again),
            "oic_emp_no": listed(names.emp[crimes["officer"][crime]]),
            "changed": instant_texts(at),
        },
        indexed=("changed", "rel_id"),
    )


def _upto(force: Force, at: Ints) -> Ints:
    return np.minimum(at, force.timeline.now)
