"""How long recordings are kept: the classes, their order, and the file they are read from."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings_policy import (
    Contract,
    Facts,
    Particular,
    Policy,
    PolicyError,
    RecorderStopped,
    Rule,
    decide,
    load,
    parse,
)
from recordings_policy.load import POLICY_FILE
from recordings_policy.model import ZONE

POLICY = load()
TEXT = POLICY_FILE.read_text(encoding="utf-8")
CALLED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def midnight_after(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=ZONE) + timedelta(days=1)


class TestClasses:
    def test_an_unsold_call_is_kept_six_months(self) -> None:
        verdict = decide(Facts(recorded_at=CALLED), POLICY, CALLED)
        assert (verdict.rule, verdict.open_ended) == (Rule.UNSOLD, False)
        assert verdict.retain_until == midnight_after(2027, 5, 23)
        assert verdict.policy_version == POLICY.version

    def test_the_day_of_a_deadline_is_the_one_in_beijing(self) -> None:
        late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # the 24th, 01:00 there
        assert decide(Facts(recorded_at=late), POLICY, late).retain_until == midnight_after(2027, 5, 24)

    def test_a_year_of_cover_is_short_and_counts_from_its_end(self) -> None:
        facts = Facts(recorded_at=CALLED, contract=Contract(date(2026, 12, 1), date(2027, 11, 30)))
        verdict = decide(facts, POLICY, CALLED)
        assert verdict.rule is Rule.SOLD_SHORT_TERM
        assert verdict.retain_until == midnight_after(2032, 11, 30)

    def test_a_day_more_than_a_year_is_long(self) -> None:
        facts = Facts(recorded_at=CALLED, contract=Contract(date(2026, 12, 1), date(2027, 12, 1)))
        verdict = decide(facts, POLICY, CALLED)
        assert verdict.rule is Rule.SOLD_LONG_TERM
        assert verdict.retain_until == midnight_after(2037, 12, 1)

    def test_cover_without_known_end_is_locked_a_year_ahead_and_renewed(self) -> None:
        facts = Facts(recorded_at=CALLED, contract=Contract(date(2026, 12, 1), None))
        now = CALLED + timedelta(days=3000)
        verdict = decide(facts, POLICY, now)
        assert (verdict.rule, verdict.open_ended) == (Rule.SOLD_LONG_TERM, True)
        assert now + timedelta(days=365) <= verdict.retain_until <= now + timedelta(days=367)

    def test_a_recording_in_an_open_dispute_is_kept_without_end(self) -> None:
        verdict = decide(Facts(recorded_at=CALLED, dispute_open=True), POLICY, CALLED)
        assert (verdict.rule, verdict.open_ended) == (Rule.DISPUTE, True)

    def test_an_ended_dispute_counts_two_years(self) -> None:
        verdict = decide(Facts(recorded_at=CALLED, dispute_ended_on=date(2028, 2, 29)), POLICY, CALLED)
        assert (verdict.rule, verdict.open_ended) == (Rule.DISPUTE, False)
        assert verdict.retain_until == midnight_after(2030, 3, 1)

    def test_the_class_with_the_longest_retention_applies(self) -> None:
        contract = Contract(date(2026, 12, 1), date(2046, 11, 30))
        facts = Facts(recorded_at=CALLED, contract=contract, dispute_ended_on=date(2027, 6, 1))
        assert decide(facts, POLICY, CALLED).rule is Rule.SOLD_LONG_TERM

    def test_an_instant_without_zone_is_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            Facts(recorded_at=datetime(2026, 11, 23))  # noqa: DTZ001


days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2090, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
policies = st.builds(
    Policy,
    version=st.just("2026.1"),
    effective_on=st.just(date(2026, 11, 22)),
    unsold_months=st.integers(1, 60),
    short_term_months=st.integers(1, 12),
    sold_short_term_years=st.integers(5, 30),
    sold_long_term_years=st.integers(10, 30),
    dispute_years=st.integers(2, 10),
    recorder_stopped=st.sampled_from(RecorderStopped),
    export_link_days=st.integers(1, 90),
    export_particulars=st.just(tuple(Particular)),
    open_lock_months=st.integers(3, 36),
    renew_before_days=st.integers(1, 60),
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    starts_on = draw(days)
    return Contract(starts_on, draw(st.none() | st.dates(starts_on, date(2120, 12, 31))))


facts_of_all_kinds = st.builds(
    Facts,
    recorded_at=instants,
    contract=st.none() | contracts(),
    dispute_open=st.booleans(),
    dispute_ended_on=st.none() | days,
    legal_hold=st.booleans(),
)


def without_hold(facts: Facts) -> Facts:
    return Facts(
        recorded_at=facts.recorded_at,
        contract=facts.contract,
        dispute_open=facts.dispute_open,
        dispute_ended_on=facts.dispute_ended_on,
    )


@given(facts_of_all_kinds, policies, instants)
def test_a_legal_hold_overrides_every_rule_and_shortens_nothing(facts: Facts, policy: Policy, now: datetime) -> None:
    free = without_hold(facts)
    held = Facts(
        recorded_at=facts.recorded_at,
        contract=facts.contract,
        dispute_open=facts.dispute_open,
        dispute_ended_on=facts.dispute_ended_on,
        legal_hold=True,
    )
    verdict = decide(held, policy, now)
    assert (verdict.rule, verdict.open_ended) == (Rule.LEGAL_HOLD, True)
    assert verdict.retain_until >= decide(free, policy, now).retain_until
    assert verdict.retain_until > now


@given(facts_of_all_kinds, policies, instants)
def test_no_verdict_is_below_the_minimum_of_any_class_that_fits(facts: Facts, policy: Policy, now: datetime) -> None:
    until = decide(facts, policy, now).retain_until
    assert until >= facts.recorded_at + timedelta(days=28 * policy.unsold_months)
    if facts.contract is not None and facts.contract.ends_on is not None:
        end = datetime.combine(facts.contract.ends_on, datetime.min.time(), ZONE)
        assert until > end + timedelta(days=365 * 5)
        if facts.contract.ends_on > facts.contract.starts_on + timedelta(days=366):
            assert until > end + timedelta(days=365 * 10)
    if facts.dispute_ended_on is not None and not facts.dispute_open:
        assert until > datetime.combine(facts.dispute_ended_on, datetime.min.time(), ZONE) + timedelta(days=365 * 2)
    if facts.dispute_open:
        assert until > now


@given(facts_of_all_kinds, policies, instants, instants)
def test_a_later_judgement_never_shortens_the_retention(
    facts: Facts, policy: Policy, one: datetime, other: datetime
) -> None:
    sooner, later = sorted((one, other))
    assert decide(facts, policy, sooner).retain_until <= decide(facts, policy, later).retain_until


@given(facts_of_all_kinds, policies, instants)
def test_a_contract_or_a_dispute_never_shortens_the_retention(facts: Facts, policy: Policy, now: datetime) -> None:
    bare = Facts(recorded_at=facts.recorded_at)
    assert decide(bare, policy, now).retain_until <= decide(facts, policy, now).retain_until


@given(facts_of_all_kinds, policies, instants)
def test_every_verdict_can_be_explained(facts: Facts, policy: Policy, now: datetime) -> None:
    verdict = decide(facts, policy, now)
    assert verdict.reason
    assert verdict.policy_version == policy.version
    assert verdict.retain_until.utcoffset() == timedelta(0)


class TestFile:
    def test_the_file_in_force_is_valid_and_in_the_change_log(self) -> None:
        changes = POLICY_FILE.with_name("CHANGELOG.md").read_text(encoding="utf-8")
        assert f"## {POLICY.version}," in changes

    @pytest.mark.parametrize(
        ("line", "instead", "complaint"),
        [
            ('version = "2026.3"', "version = 1", "version must look like"),
            ("effective_on = 2026-11-29", 'effective_on = "soon"', "effective_on must be a date"),
            ("months = 6\n", "months = 0\n", "unsold.months is 0; the least allowed is 1"),
            ("months = 6\n", 'months = "six"\n', "unsold.months must be a whole number"),
            ("months = 6\n", "months = true\n", "unsold.months must be a whole number"),
            ("months = 6\n", "months = 6000\n", "typing error"),
            ("months = 6\n", "weeks = 6\n", "unknown entry unsold.weeks"),
            ("months = 6\n", "", "entry unsold.months is missing"),
            ("years_after_contract_end = 5", "years_after_contract_end = 4", "least allowed is 5"),
            ("years_after_contract_end = 10", "years_after_contract_end = 9", "least allowed is 10"),
            ("years_after_dispute_end = 2", "years_after_dispute_end = 1", "least allowed is 2"),
            ("term_at_most_months = 12", "term_at_most_months = 24", "up to 12 months"),
            ("renew_before_days = 60", "renew_before_days = 400", "must be shorter"),
            ("[legal_hold]", "[legal_holds]", "unknown entry 'legal_holds'"),
            ("link_days = 7", "link_days = 91", "at most 90 days"),
            ('"issued_on", ', '"customer", ', "unknown 'customer'"),
            ('"issued_on", ', '"policy_number", ', "names one twice"),
            ('act = "alarm"', 'act = "pray"', 'recorder_stopped.act must be "end" or "alarm"'),
            ("[unsold]", "[unsold", "not valid TOML"),
            ('reason = "A complaint or law-suit about the call: until two', 'reason = "" # ', "dispute.reason"),
        ],
    )
    def test_a_forbidden_use_is_named(self, line: str, instead: str, complaint: str) -> None:
        assert TEXT.count(line) >= 1
        with pytest.raises(PolicyError, match=complaint):
            parse(TEXT.replace(line, instead, 1))

    def test_a_missing_section_is_named(self) -> None:
        start, end = TEXT.index("[dispute]"), TEXT.index("[legal_hold]")
        with pytest.raises(PolicyError, match="'dispute' is missing"):
            parse(TEXT[:start] + TEXT[end:])

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match=r"policy\.toml cannot be read"):
            load(tmp_path / "policy.toml")
