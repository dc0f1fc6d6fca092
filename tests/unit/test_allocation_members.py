"""How an agent's quota is split among campaigns: ``allocation.rules.members`` and ``rules.quotas``."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.allocation.rules.members import MemberBook, Membership
from callcenter.allocation.rules.quotas import NO_QUOTA, ServedCampaign, split_quota

often = settings(max_examples=300, deadline=None)
campaigns = st.dictionaries(
    st.integers(1, 9), st.tuples(st.integers(1, 100), st.integers(1, 60)), min_size=1, max_size=5
).map(lambda kinds: [ServedCampaign(campaign_id, *kind) for campaign_id, kind in kinds.items()])
MONDAY = date(2026, 11, 23)


# --- the split ----------------------------------------------------------------------------------------------------


@often
@given(campaigns, st.integers(0, 1000), st.randoms())
def test_the_parts_are_whole_add_up_to_the_quota_and_depend_on_no_order(
    served: list[ServedCampaign], turn: int, chance: Random
) -> None:
    split = split_quota(served, turn)
    assert split.total == max(campaign.most for campaign in served)
    assert sum(split.of_campaign.values()) == split.total
    assert all(0 <= split.of_campaign[campaign.campaign_id] <= campaign.most for campaign in served)
    assert split_quota(chance.sample(served, len(served)), turn) == split


@often
@given(campaigns, st.integers(0, 1000))
def test_no_campaign_gets_a_lead_that_another_has_more_right_to(served: list[ServedCampaign], turn: int) -> None:
    """Compared as ``(leads + ½) / weight``, in whole numbers."""
    parts = split_quota(served, turn).of_campaign
    for one in served:
        for other in served:
            if parts[one.campaign_id] < one.most and parts[other.campaign_id]:
                had = (2 * parts[other.campaign_id] - 1) * one.weight
                lacks = (2 * parts[one.campaign_id] + 1) * other.weight
                assert had <= lacks


def test_weights_are_percentages_where_they_add_up_to_a_hundred() -> None:
    split = split_quota([ServedCampaign(1, 60, 30), ServedCampaign(2, 40, 30)], 0)
    assert split.of_campaign == {1: 18, 2: 12}


def test_odd_leads_go_round_between_agents_and_days() -> None:
    served = [ServedCampaign(campaign_id, 1, 10) for campaign_id in (1, 2, 3)]
    sums: Counter[int] = Counter()
    for turn in range(9):
        split = split_quota(served, turn)
        assert sorted(split.of_campaign.values()) == [3, 3, 4]
        sums.update(split.of_campaign)
    assert set(sums.values()) == {30}


def test_what_one_campaign_must_not_have_goes_to_the_others() -> None:
    split = split_quota([ServedCampaign(1, 1, 30), ServedCampaign(2, 3, 20)], 0)
    assert split.of_campaign == {1: 10, 2: 20}, "22 would be its part, but 20 is the most there"


def test_what_cannot_be_taken_back_stays_and_the_others_get_less() -> None:
    split = split_quota([ServedCampaign(1, 1, 30, least=20), ServedCampaign(2, 1, 30), ServedCampaign(3, 1, 30)], 0)
    assert split.of_campaign == {1: 20, 2: 5, 3: 5}
    beyond = split_quota([ServedCampaign(1, 1, 4, least=4), ServedCampaign(2, 1, 4, least=1)], 0)
    assert (beyond.total, beyond.of_campaign) == (4, {1: 4, 2: 1})


def test_who_serves_no_campaign_has_no_quota() -> None:
    assert split_quota([], 3) == NO_QUOTA


# --- members ------------------------------------------------------------------------------------------------------


def member(campaign_id: int, weight: int, from_on: date = MONDAY, staff_id: int = 1) -> Membership:
    return Membership(campaign_id, staff_id, weight, from_on)


def test_the_last_membership_that_has_begun_counts() -> None:
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    book = MemberBook([member(1, 2), member(1, 0, wednesday), member(1, 5, tuesday), member(2, 1, tuesday)])
    assert book.weights(1, MONDAY - timedelta(days=1)) == {}
    assert book.weights(1, MONDAY) == {1: 2}
    assert book.weights(1, tuesday) == {1: 5, 2: 1}
    assert book.weights(1, wednesday) == {2: 1}
    assert book.weights(2, tuesday) == {}
    assert (book.serves(1, 1, tuesday), book.serves(1, 1, wednesday)) == (True, False)


def test_of_two_set_for_the_same_day_the_one_set_later_counts() -> None:
    assert MemberBook([member(1, 3), member(1, 0)]).weights(1, MONDAY) == {}
    assert MemberBook([member(1, 0), member(1, 3)]).weights(1, MONDAY) == {1: 3}
