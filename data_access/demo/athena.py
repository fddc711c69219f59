"""The Athena-like source: crimes, victims and what happens to them, suspects, outcomes, intelligence, team members.

Times are local and carry no zone; codes are its own. sources/athena.toml says what they mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from data_access.demo import offences
from data_access.demo.columns import Rng, only
from data_access.demo.crimes import still_open
from data_access.demo.force import Force
from data_access.demo.releases import BAIL
from data_access.demo.tables import Table
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Ints, Texts, day_texts, instant_texts, later
from data_access.demo.victims import BUSINESS_NAMED, PERSON

_YES_NO: Texts = np.array(["N", "Y"], dtype=object)


def yes_no(flags: Flags) -> list[Any]:
    """ "Y" or "N" for each."""
    listed: list[Any] = _YES_NO[flags.astype(np.int64)].tolist()
    return listed


def listed(values: Texts | Ints) -> list[Any]:
    """The column as Python values."""
    found: list[Any] = values.tolist()
    return found


class Names:
    """How this source writes officers, crimes and units."""

    def __init__(self, force: Force) -> None:
        self.emp: Texts = np.array([*force.people.officers["emp"].tolist(), None], dtype=object)
        self.crime: Texts = force.crimes["number"]
        self.unit: Texts = force.units.codes
        self.csp: Texts = np.array(
            [*(force.units.rows[p].code for p in force.units.csp_unit().tolist()), None], dtype=object
        )


def _at(days: Ints, hour: int) -> Ints:
    """An instant on each day, for telling when a row changed."""
    return np.where(days == MISSING, MISSING, days * DAY + hour * HOUR)


def crime_table(force: Force, rng: Rng, names: Names) -> Table:
    crimes, now = force.crimes, force.timeline.now
    offence = crimes["offence"]
    status = np.where(crimes["cancelled_at"] != MISSING, "C", np.where(still_open(crimes), "O", "F")).astype(object)
    value = np.round(offences.VALUE[offence] * rng.lognormal(0, 0.7, len(offence)), 2)
    code = np.array(
        [None if not each else f"OC{each.upper():0>2}" for each in crimes["outcome"].tolist()], dtype=object
    )
    changed = later(
        crimes["recorded_at"], crimes["allocated_at"], crimes["plan_at"], crimes["last_review_at"],
        crimes["closed_at"], crimes["cancelled_at"], crimes["charged_at"], crimes["written_at"],
        _at(crimes["statement_on"], 12), _at(crimes["evidence_on"], 12),
    )  # fmt: skip
    return Table(
        "crime",
        {
            "crime_no": listed(crimes["number"]),
            "rec_type": listed(np.where(offences.IS_CRIME[offence], "CRIME", "NONCRIME").astype(object)),
            "ho_code": listed(offences.CODES[offence]),
            "offence": listed(offences.TITLES[offence]),
            "trial_mode": listed(offences.MODES[offence]),
            "da_flag": yes_no(crimes["domestic"]),
            "vic_based": yes_no(offences.HAS_VICTIM[offence]),
            "off_from": day_texts(crimes["from_on"]),
            "off_to": day_texts(crimes["to_on"]),
            "rec_dt": instant_texts(crimes["recorded_at"]),
            "alloc_dt": instant_texts(crimes["allocated_at"]),
            "oic_emp_no": listed(names.emp[crimes["officer"]]),
            "own_unit": listed(names.unit[crimes["unit"]]),
            "plan_dt": instant_texts(crimes["plan_at"]),
            "last_rev_dt": instant_texts(crimes["last_review_at"]),
            "next_rev_dt": day_texts(crimes["next_review_on"]),
            "stat": listed(status),
            "outcome_cd": listed(code),
            "final_dt": instant_texts(crimes["closed_at"]),
            "cancel_dt": instant_texts(crimes["cancelled_at"]),
            "first_stmt_dt": day_texts(crimes["statement_on"]),
            "evid_dt": day_texts(crimes["evidence_on"]),
            "charge_dt": instant_texts(crimes["charged_at"]),
            "wcharge_dt": instant_texts(crimes["written_at"]),
            "val_gbp": [each or None for each in value.tolist()],
            "susp_cnt": listed(crimes["suspects"]),
            "is_deleted": ["N"] * len(offence),
            "changed": instant_texts(np.minimum(changed, now)),
        },
        indexed=("changed", "oic_emp_no"),
    )


def victim_table(force: Force, names: Names) -> Table:
    victims, crimes = force.victims, force.crimes
    crime = victims["crime"]
    count = len(crime)
    supervisor = names.emp[force.people.fixed["10219"]]
    changed = later(
        crimes["recorded_at"][crime],
        crimes["allocated_at"][crime],
        victims["enhanced_at"],
        victims["assessed_at"],
        victims["contract_at"],
        victims["opted_out_at"],
    )
    return Table(
        "victim",
        {
            "vic_id": [f"V{number:07}" for number in range(1, count + 1)],
            "crime_no": listed(names.crime[crime]),
            "vic_type": listed(np.where(victims["kind"] == PERSON, "PER", "BUS").astype(object)),
            "contact_named": listed(
                only(victims["kind"] != PERSON, _YES_NO[(victims["kind"] == BUSINESS_NAMED).astype(np.int64)])
            ),
            "enh_flag": yes_no(victims["enhanced"]),
            "enh_dt": instant_texts(victims["enhanced_at"]),
            "needs_dt": instant_texts(victims["assessed_at"]),
            "upd_freq_days": [None if days == MISSING else days for days in victims["interval"].tolist()],
            "contract_dt": instant_texts(victims["contract_at"]),
            "opt_out_dt": instant_texts(victims["opted_out_at"]),
            "unsafe_cd": listed(only(victims["unsafe"], "HARM")),
            "unsafe_sup": listed(only(victims["unsafe"], supervisor)),
            "oic_emp_no": listed(names.emp[crimes["officer"][crime]]),
            "own_unit": listed(names.unit[crimes["unit"][crime]]),
            "changed": instant_texts(np.minimum(changed, force.timeline.now)),
        },
        indexed=("changed", "crime_no"),
    )


def log_tables(force: Force, names: Names) -> tuple[Table, Table]:
    """The contact log and the key events, which Athena keeps apart."""
    crimes, crime_of = force.crimes, force.victims["crime"]
    tables = []
    for rows, name, key, code in (
        (force.log, "contact_log", "C", "entry_type"),
        (force.events, "key_event", "K", "event_cd"),
    ):
        victim = rows["victim"]
        crime = crime_of[victim]
        at = instant_texts(rows["at"])
        columns: dict[str, list[Any]] = {
            "entry_id": [f"{key}{number:07}" for number in range(1, len(victim) + 1)],
            "vic_id": [f"V{number:07}" for number in (victim + 1).tolist()],
            "crime_no": listed(names.crime[crime]),
            code: listed(rows["kind"]),
            "entry_dt": at,
            "emp_no": listed(names.emp[crimes["officer"][crime]]),
            "own_unit": listed(names.unit[crimes["unit"][crime]]),
            "changed": list(at),
        }
        if "method" in rows:
            columns["method"] = listed(rows["method"])
        tables.append(Table(name, columns, indexed=("changed", "vic_id")))
    return tables[0], tables[1]


def release_table(force: Force, names: Names) -> Table:
    releases, crimes = force.releases, force.crimes
    crime = releases["crime"]
    count = len(crime)
    changed = later(
        releases["released_at"],
        releases["converted_at"],
        releases["extended_at"],
        releases["last_review_at"],
        releases["ended_at"],
    )
    return Table(
        "custody_release",
        {
            "rel_id": [f"R{number:06}" for number in range(1, count + 1)],
            "crime_no": listed(names.crime[crime]),
            "susp_id": [f"S{number:06}" for number in range(1, count + 1)],
            "rel_type": listed(releases["status"]),
            "prev_type": listed(releases["previous"]),
            "conv_dt": instant_texts(releases["converted_at"]),
            "arrest_dt": instant_texts(releases["arrested_at"]),
            "rel_dt": instant_texts(releases["released_at"]),
            "cond": listed(only(releases["status"] == BAIL, _YES_NO[releases["conditions"].astype(np.int64)])),
            "return_dt": day_texts(releases["return_on"]),
            "case_cd": listed(releases["case"]),
            "stage_cd": listed(releases["stage"]),
            "ext_dt": instant_texts(releases["extended_at"]),
            "ext_rank": listed(releases["extended_by"]),
            "abp_end": day_texts(releases["period_ends_on"]),
            "susp_from": [None] * count,
            "susp_to": [None] * count,
            "last_rev_dt": instant_texts(releases["last_review_at"]),
            "last_rev_rank": listed(releases["reviewer_rank"]),
            "end_dt": instant_texts(releases["ended_at"]),
            "end_rsn": listed(releases["ended_as"]),
            "oic_emp_no": listed(names.emp[crimes["officer"][crime]]),
            "own_unit": listed(names.unit[crimes["unit"][crime]]),
            "changed": instant_texts(np.minimum(changed, force.timeline.now)),
        },
        indexed=("changed", "crime_no"),
    )


def outcome_table(force: Force, names: Names) -> Table:
    outcomes = force.outcomes
    crime, code = outcomes["crime"], outcomes["code"].tolist()
    changed = later(outcomes["given_at"], outcomes["reversed_at"], _at(outcomes["sampled_on"], 16))
    return Table(
        "outcome",
        {
            "outcome_id": [f"O{number:07}" for number in range(1, len(crime) + 1)],
            "crime_no": listed(names.crime[crime]),
            "outcome_cd": [f"OC{each.upper():0>2}" for each in code],
            "outcome_txt": [offences.OUTCOME_TITLES[each] for each in code],
            "given_dt": instant_texts(outcomes["given_at"]),
            "crime_rec_dt": instant_texts(outcomes["recorded_at"]),
            "emp_no": listed(names.emp[outcomes["officer"]]),
            "auth_emp_no": listed(names.emp[outcomes["authoriser"]]),
            "youth": yes_no(outcomes["youth"]),
            "vic_view": listed(outcomes["consulted"]),
            "reversed_dt": instant_texts(outcomes["reversed_at"]),
            "sampled_on": day_texts(outcomes["sampled_on"]),
            "verdict_cd": listed(outcomes["verdict"]),
            "own_unit": listed(names.unit[force.crimes["unit"][crime]]),
            "changed": instant_texts(np.minimum(changed, force.timeline.now)),
        },
        indexed=("changed", "crime_no"),
    )


def intelligence_table(force: Force, names: Names) -> Table:
    reports = force.reports
    return Table(
        "intel_report",
        {
            "ir_no": [f"IR{number:06}" for number in range(1, len(reports["csp"]) + 1)],
            "author_emp_no": listed(names.emp[reports["officer"]]),
            "csp_cd": listed(names.csp[reports["csp"]]),
            "submitted": instant_texts(reports["submitted_at"]),
            "stat_cd": listed(reports["status"]),
            "assessed": instant_texts(reports["assessed_at"]),
            "grading": listed(reports["grading"]),
            "handling": listed(reports["handling"]),
            "auto": [int(each) for each in reports["automatic"].tolist()],
            "changed": instant_texts(later(reports["submitted_at"], reports["assessed_at"])),
        },
    )


def athena_tables(force: Force, rng: Rng) -> list[Table]:
    """All tables of this source."""
    names = Names(force)
    return [
        crime_table(force, rng, names),
        victim_table(force, names),
        *log_tables(force, names),
        release_table(force, names),
        outcome_table(force, names),
        intelligence_table(force, names),
        force.views.membership,
    ]
