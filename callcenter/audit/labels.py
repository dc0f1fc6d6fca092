"""Says which labels an entry of the trail holds: its actor, its subject, and the ids among its facts. Pure.

A label is a kind and an id, ``campaign:3``; what has no name is shown by its number. The page that shows the facts
keeps the same table (``panels/src/audit/facts.ts``), and a test compares both.
"""

from collections.abc import Iterator

from callcenter.audit.rules import Entry

IDS: dict[str, str] = {
    **dict.fromkeys(("staff", "leader", "agent", "field_agent", "proposed_by"), "staff"),
    **dict.fromkeys(("campaign", "campaign_id"), "campaign"),
    **dict.fromkeys(("list", "lead_list"), "lead_list"),
    "list_id": "dnc_list",
    "region": "region",
    "scheme": "class_scheme",
}
"""Fact → the kind of its id, or of its ids."""

IDS_OF_ACT: dict[tuple[str, str], str] = {("campaigns.class_scheme_set", "before"): "class_scheme"}
"""Act and fact → the kind, where another act's fact of that name holds something else."""

CLASSES: dict[str, tuple[str, ...]] = {
    "leads.class_added": ("class",),
    "leads.class_changed": ("class",),
    "leads.class_default_set": ("class",),
    "leads.class_removed": ("class",),
    "leads.class_set_manually": ("class", "before"),
    "leads.classes_reordered": ("order",),
}
"""Act → the facts that hold codes of customer classes. A label names a class with its scheme: ``class:2:dormant``."""


def labels_in(entry: Entry) -> Iterator[str]:
    """Yields the labels of an entry; a label may come twice."""
    yield entry.actor
    yield entry.subject
    for fact, value in entry.facts.items():
        if kind := IDS_OF_ACT.get((entry.act, fact)) or IDS.get(fact):
            yield from (f"{kind}:{one}" for one in (value if isinstance(value, list) else [value]))
    if isinstance(about := entry.facts.get("about"), str):
        yield about
    scheme = entry.facts.get("scheme") or entry.subject.partition(":")[2]
    for fact in CLASSES.get(entry.act, ()):
        value = entry.facts.get(fact)
        yield from (f"class:{scheme}:{code}" for code in (value if isinstance(value, list) else [value]) if code)
