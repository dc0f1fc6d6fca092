"""Says in sentences what a policy decides, and what a changed one would decide otherwise. Pure."""

from collections.abc import Iterator

from recordings_policy.model import Policy


def sentences(policy: Policy) -> list[str]:
    """Returns what the policy decides, a sentence for each class and each act."""
    return [text for _, text in _named(policy)]


def differences(old: Policy, new: Policy) -> list[str]:
    """Returns what the new policy decides otherwise; an empty list: nothing."""
    before = dict(_named(old))
    changed = ((name, text) for name, text in _named(new) if before[name] != text)
    return [f"{name}: until now {before[name]} From now on {text}" for name, text in changed]


def _named(policy: Policy) -> Iterator[tuple[str, str]]:
    yield (
        "legal_hold",
        "a legal hold keeps a recording until it is lifted, before every other rule.",
    )
    yield "unsold", f"a call without a sale is kept for {policy.unsold_months} months from the call."
    yield (
        "sold_short_term",
        f"a policy of at most {policy.short_term_months} months keeps its call for {policy.sold_short_term_years} years"
        " from the end of the contract.",
    )
    yield (
        "sold_long_term",
        f"a longer policy keeps its call for {policy.sold_long_term_years} years from the end of the contract.",
    )
    yield "dispute", f"a dispute keeps its call until {policy.dispute_years} years after its end."
    yield (
        "open_ended",
        f"while an end is not known, the lock is set {policy.open_lock_months} months ahead and renewed"
        f" {policy.renew_before_days} days before it ends.",
    )
    yield (
        "recorder_stopped",
        "a conversation whose recorder stops is ended at once."
        if policy.recorder_stopped == "end"
        else "a conversation whose recorder stops goes on; an alarm asks the agent and the group leader to end it.",
    )
    named = ", ".join(policy.export_particulars) or "nothing"
    yield (
        "export",
        f"the pack of an export can be taken for {policy.export_link_days} days; beside the audio it holds: {named}.",
    )
