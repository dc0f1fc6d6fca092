"""Reports the result of a check of the chain, for people and for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from callcenter.audit.types import ChainReport, Fault
from callcenter.kit.clock import BUSINESS_ZONE

_FAULTS = {
    Fault.CHANGED: ("内容被改动", "changed"),
    Fault.REMOVED: ("条目被删除", "removed"),
    Fault.UNCHAINED: ("条目被插入或改写", "inserted or rewritten"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLook:
    """One check of the chain."""

    report: ChainReport
    looked_at: datetime
    in_store: int | None
    """How many heads in the object store it was compared with; None: the store did not answer."""
    in_file: int | None
    """How many heads of the named file it was compared with; None: no file was named."""
    noted_in: str | None = None
    """Name of the file in which this check noted the head."""

    @property
    def compared(self) -> int:
        return (self.in_store or 0) + (self.in_file or 0)


def as_json(look: ChainLook) -> dict[str, Any]:
    """Returns the whole report, ready for ``json.dumps``."""
    head = look.report.head
    return {
        "ok": look.report.whole,
        "looked_at": look.looked_at.isoformat(),
        "entries": look.report.entries,
        "head": None if head is None else {"entry_id": head.entry_id, "hash": head.hash},
        "anchors": {"store": look.in_store, "file": look.in_file},
        "noted_in": look.noted_in,
        "broken": [
            {"entry_id": broken_at.entry_id, "fault": broken_at.fault.value, "detail": broken_at.detail}
            for broken_at in look.report.broken
        ],
    }


def render(look: ChainLook, console: Console, *, most: int = 20) -> None:
    """Prints the report with at most ``most`` breaks; the JSON has all of them."""

    def say(words: str, style: str = "") -> None:
        console.print(Text(words, style=style), soft_wrap=True)

    report = look.report
    shown = look.looked_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    if report.whole:
        say(f"审计链完整：共 {report.entries} 条。The audit trail is whole: {report.entries} entries.", "bold green")
    else:
        say(
            f"审计链已断：发现 {len(report.broken)} 处。The audit trail is BROKEN in {len(report.broken)} places.",
            "bold red",
        )
    for broken_at in report.broken[:most]:
        zh, en = _FAULTS[broken_at.fault]
        say(f"  #{broken_at.entry_id}  {zh} {en}: {broken_at.detail}", "red")
    if len(report.broken) > most:
        say(f"  … 另有 {len(report.broken) - most} 处 more", "red")
    if report.head is not None:
        say(f"链末 head: #{report.head.entry_id} {report.head.hash}")
    if look.in_store is None:
        say(
            "对象存储无应答，未与其中的锚点比对。The object store did not answer: its anchors were not compared.",
            "yellow",
        )
    if look.compared:
        say(f"已与库外锚点比对：{look.compared} 个。Compared with {look.compared} heads noted outside the database.")
    else:
        say(
            "没有库外锚点可比对：整链改写无法发现。No head noted outside the database was compared: "
            "if the whole chain was rewritten, this check cannot see it.",
            "yellow",
        )
    if look.noted_in:
        say(f"链末已记入 {look.noted_in}。The head was noted in {look.noted_in}: keep it outside this machine.")
    say(f"检查时间 checked at: {shown} (Asia/Shanghai)")
