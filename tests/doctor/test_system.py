"""Faults planted in a running system: each is named, and a healthy one has none. Why agents wait is on one page."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from callcenter import bootstrap
from callcenter.bootstrap import System
from callcenter.doctor.types import Diagnosis, StepName
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from callcenter.storage.memory import MemoryStore
from tests.doctor.healthy import AGENTS, LEADS, SPARE, make_healthy
from tests.support.settings import core_settings, set_environment

pytestmark = pytest.mark.db

_ALERT = (
    "INSERT INTO alert (kind, subject, facts, raised_at, note_sealed)"
    " VALUES ('{kind}', 'x', CAST('{facts}' AS jsonb), now(), '')"
)
_PAUSED = (
    "INSERT INTO trunk (name, state, refusals, sip_code, changed_at, probe_at)"
    " VALUES ('carrier', 'paused', 10, {code}, now(), now())"
)
_REFUSALS = {
    "trunk_account": (403, "wrong account at the carrier"),
    "trunk_number": (404, "the carrier does not know the numbers"),
    "trunk_overloaded": (503, "the carrier has no channel left"),
    "trunk_no_way": ("NULL", "no call reaches the carrier"),
}
_LATER = "UPDATE assignment SET due_at = due_at + interval '20 hours'"
_CLOSED = (
    "UPDATE assignment SET state = 'done', ended_as = 'disposition', end_detail = 'refused',"
    " done_at = due_at + interval '14 h'"
)
_RETURNED = "DELETE FROM assignment; UPDATE lead SET state = 'stock'"
_STOCK = _RETURNED + "; DELETE FROM allocation_run"

PLANTS: dict[str, tuple[str, str]] = {
    "no engine": ("engine_missing", "DELETE FROM heartbeat WHERE process = 'engine-1'"),
    "no recorder": ("recorder_missing", "DELETE FROM heartbeat WHERE process = 'recorder-1'"),
    "no office": ("office_missing", "DELETE FROM heartbeat WHERE process = 'office-1'"),
    "no web": ("web_missing", "DELETE FROM heartbeat WHERE process = 'web-1'"),
    "a dead engine": (
        "engine_missing",
        "UPDATE heartbeat SET beat_at = beat_at - interval '5 min' WHERE process = 'engine-1'",
    ),
    "Asterisk stopped": ("switch_gone", "UPDATE heartbeat SET keeping = 'no_switch' WHERE process = 'engine-1'"),
    "an engine far behind": (
        "engine_behind",
        "UPDATE heartbeat SET keeping = 'behind', lag_seconds = 9 WHERE process = 'engine-1'",
    ),
    "an engine that is late": (
        "engine_late",
        "UPDATE heartbeat SET keeping = 'late', lag_seconds = 2 WHERE process = 'engine-1'",
    ),
    "the only node out of use": ("nodes_closed", "UPDATE node SET closed_at = now(), closed_reason = 'work'"),
    "no node ever registered": ("no_nodes", "DELETE FROM node"),
    **{what: (code, _PAUSED.format(code=sip)) for code, (sip, what) in _REFUSALS.items()},
    "no campaign runs": ("none_running", "UPDATE campaign SET state = 'closed'"),
    "a number taken out": ("caller_id_refused", "UPDATE campaign SET caller_id = '07719999999'"),
    "no script": ("no_script", "UPDATE campaign SET script_id = NULL"),
    "shifts of the afternoon alone": ("outside_shift", 'UPDATE campaign SET shifts = \'[["13:30", "18:00"]]\''),
    "no shift at all": ("window_unknown", "UPDATE campaign SET shifts = '[]'"),
    "a holiday": (
        "day_not_worked",
        "INSERT INTO calendar_override (day_on, working, reason, set_at)"
        " VALUES ('2026-11-23', false, 'x', '2026-11-20')",
    ),
    "an empty list": ("no_leads", "DELETE FROM assignment; DELETE FROM lead"),
    "a list without legal basis": ("no_basis", _STOCK + "; UPDATE lead SET basis_valid_until = '2020-01-01'"),
    "consent withdrawn": ("no_basis", _STOCK + "; UPDATE lead SET basis_withdrawn_at = '2026-11-20'"),
    "all on the do-not-call list": (
        "all_blocked",
        _STOCK + "; INSERT INTO dnc_entry (phone_index, reason, source, entered_at)"
        " SELECT DISTINCT phone_index, 'refused', 'office', CAST('2026-11-20' AS timestamptz) FROM lead",
    ),
    "every lead closed": ("stock_used_up", "DELETE FROM assignment; UPDATE lead SET state = 'closed'"),
    "yesterday's run failed": ("not_allocated", _STOCK),
    "a run that gave nothing": ("nothing_given", _RETURNED),
    "the day's leads are done": ("day_done", _CLOSED),
    "every lead is called later": ("leads_rest", _LATER),
    "agents not members": ("no_members", "UPDATE campaign_member SET weight = 0"),
    "members on leave": (
        "members_away",
        "INSERT INTO staff_leave (staff_id, first_on, last_on, kind, set_at)"
        " SELECT id, DATE '2026-11-20', DATE '2026-11-30', 'annual', now() FROM staff WHERE role = 'agent'",
    ),
    "no agents": ("no_agents", "UPDATE staff SET active = false; DELETE FROM agent_session"),
    "licences expired": ("none_fit", "UPDATE staff SET licence_valid_until = '2026-11-01'"),
    "one licence expired": (
        "agents_lack_licence",
        "UPDATE staff SET licence_valid_until = '2026-11-01' WHERE id = (SELECT min(id) FROM staff)",
    ),
    "one without training": (
        "agents_lack_training",
        "UPDATE staff SET trained_at = NULL WHERE id = (SELECT min(id) FROM staff)",
    ),
    "one without exam": (
        "agents_lack_exam",
        "UPDATE staff SET examined_at = NULL WHERE id = (SELECT min(id) FROM staff)",
    ),
    "one without agreement": (
        "agents_lack_agreement",
        "UPDATE staff SET agreement_signed_at = NULL WHERE id = (SELECT min(id) FROM staff)",
    ),
    "off the roster": (
        "none_rostered",
        'INSERT INTO roster (staff_id, "on", working, part, set_at)'
        " SELECT id, DATE '2026-11-23', false, 0, CAST('2026-11-20' AS timestamptz) FROM staff WHERE role = 'agent'",
    ),
    "agents not logged on": ("none_logged_on", "DELETE FROM agent_session"),
    "agents paused": ("all_paused", "UPDATE agent_session SET state = 'paused', pause_code = 'meal'"),
    "phones behind a firewall": ("phones_not_registered", "UPDATE agent_session SET phone_registered = false"),
    "no sound through NAT": ("legs_down", "UPDATE agent_session SET leg_state = 'connecting'"),
    "an agent without leads": (
        "ready_without_leads",
        "DELETE FROM assignment WHERE agent_id = (SELECT max(agent_id) FROM assignment)",
    ),
    "attempts used up": ("refused_caps", "UPDATE assignment SET attempts = 3"),
    "a lead blocked since": (
        "refused_do_not_call",
        "INSERT INTO dnc_entry (phone_index, reason, source, entered_at)"
        " SELECT DISTINCT phone_index, 'refused', 'office', CAST('2026-11-20' AS timestamptz) FROM lead",
    ),
    "a basis that ended since": ("refused_basis", "UPDATE lead SET basis_valid_until = '2026-11-22'"),
    "a full disk at the switch": (
        "spool_blocked",
        _ALERT.format(kind="spool_blocked", facts='{"node": "n1", "free_mb": 90, "least_mb": 2048}'),
    ),
    "the store is away": (
        "store_down",
        _ALERT.format(kind="store_down", facts='{"node": "n1", "error": "MaxRetryError"}'),
    ),
    "a task that fails": (
        "task_overdue",
        _ALERT.format(
            kind="task_overdue",
            facts='{"task": "allocation.allocate", "at": "2026-11-22T11:30:00+00:00", "failures": 3, "error": "X"}',
        ),
    ),
    "signals that were not taken": (
        "signal_kept",
        _ALERT.format(
            kind="signal_kept",
            facts='{"node": "n1", "count": 2, "error": "KeyError", "at": "2026-11-22T11:30:00+00:00"}',
        ),
    ),
}
"""What was planted → the code that has to be named, and the statements."""


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    await make_healthy(works)
    set_environment(monkeypatch, tmp_path, CAMPAIGNS_CALLER_IDS="07715550000", RECORDINGS_MIN_FREE_BYTES="0")
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    yield system
    await system.close()


async def plant(system: System, statements: str) -> None:
    async with system.works.begin() as work:
        await work.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements.split("; "):
            await work.session.execute(text(statement.replace(":", r"\:")))


async def diagnose(system: System) -> Diagnosis:
    async with system.works.begin() as work:
        return await system.doctor.diagnose(work)


def codes(diagnosis: Diagnosis) -> set[str]:
    return {fault.code for fault in diagnosis.faults}


async def test_nothing_is_wrong_with_a_healthy_system(system: System) -> None:
    diagnosis = await diagnose(system)
    assert [fault.zh for fault in diagnosis.faults] == []
    [way] = diagnosis.ways
    listed = AGENTS * LEADS + SPARE
    assert [step.count for step in way.steps] == [listed, SPARE, SPARE, AGENTS * LEADS, AGENTS * LEADS, AGENTS, AGENTS]
    assert not any(step.stuck for step in way.steps)


@pytest.mark.parametrize("planted", PLANTS)
async def test_what_is_planted_is_named(planted: str, system: System) -> None:
    expected, statements = PLANTS[planted]
    await plant(system, statements)
    diagnosis = await diagnose(system)
    assert expected in codes(diagnosis), [fault.code for fault in diagnosis.faults]
    for fault in diagnosis.faults:
        assert "{" not in fault.zh + fault.en
        assert fault.zh != fault.en


async def test_an_approved_number_is_needed(
    database_url: str, clock: FrozenClock, works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_healthy(works)
    set_environment(monkeypatch, tmp_path, CAMPAIGNS_CALLER_IDS="")
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    try:
        assert {"caller_ids_empty", "caller_id_refused"} <= codes(await diagnose(system))
    finally:
        await system.close()


async def test_an_empty_database_has_no_campaign(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    try:
        assert {"no_campaign", "no_agents", "no_nodes"} <= codes(await diagnose(system))
    finally:
        await system.close()


async def test_the_first_empty_step_is_marked(system: System) -> None:
    await plant(system, _LATER)
    [way] = (await diagnose(system)).ways
    assert [step.name for step in way.steps if step.stuck] == [StepName.DUE]


async def test_at_noon_the_window_is_the_reason(system: System, clock: FrozenClock) -> None:
    """Nothing is broken then, so agents who are paused or away are not named."""
    clock.set(datetime(2026, 11, 23, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
    await plant(system, "UPDATE heartbeat SET beat_at = '2026-11-23T04:30:00+00:00'")
    await plant(system, "UPDATE agent_session SET state = 'paused', pause_code = 'meal'")
    assert codes(await diagnose(system)) == {"outside_shift"}
