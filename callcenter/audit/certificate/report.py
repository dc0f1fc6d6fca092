"""Writes the certificate for people and for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from callcenter.audit.certificate.types import STANDINGS, Certificate, Figures, Finding, Result, Section
from callcenter.kit.clock import BUSINESS_ZONE

_RESULTS = {
    Result.HOLDS: ("成立 holds", "bold green"),
    Result.BROKEN: ("不成立 BROKEN", "bold red"),
    Result.NOTHING_CHECKED: ("未检查 nothing checked", "yellow"),
}


def render(certificate: Certificate, console: Console, *, most: int = 20) -> None:
    """Prints the certificate; of each section's exceptions and notes at most ``most``, all of them are in the JSON."""
    period = f"{_shown(certificate.period.since)} – {_shown(certificate.period.until)}"
    console.print(Text("合规证书 Certificate", style="bold"), Text(f"{period}  (Asia/Shanghai)"))
    console.print(_figures(certificate.figures))
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("检查 Section")
    table.add_column("已查 checked", justify="right")
    table.add_column("例外 exceptions", justify="right")
    table.add_column("结果 result", no_wrap=True)
    for section in certificate.sections:
        table.add_row(
            Text(f"{section.title_zh}\n{section.title_en} · {section.id}"),
            str(section.checked),
            str(len(section.exceptions)),
            _result(section),
        )
    console.print(table)
    for section in certificate.sections:
        _list(console, section, "例外 exceptions", section.exceptions, "red", most)
        _list(console, section, "备注 notes", section.notes, "dim", most)
    if certificate.chain_head is not None:
        console.print(Text(f"审计链末 chain head: {certificate.chain_head.entry_id} {certificate.chain_head.hash}"))
    console.print(
        Text.assemble(
            f"出具 made {_shown(certificate.made_at)}  结论 result: ",
            _RESULTS[certificate.result],
        )
    )


def as_json(certificate: Certificate) -> dict[str, Any]:
    """Returns everything, ready for ``json.dumps``; instants are ISO 8601 in UTC."""
    figures = certificate.figures
    head = certificate.chain_head
    return {
        "period": {"since": certificate.period.since.isoformat(), "until": certificate.period.until.isoformat()},
        "made_at": certificate.made_at.isoformat(),
        "ok": certificate.ok,
        "result": certificate.result.value,
        "figures": {name: _plain(getattr(figures, name)) for name in Figures.__dataclass_fields__},
        "sections": [
            {
                "id": section.id.value,
                "title_zh": section.title_zh,
                "title_en": section.title_en,
                "checked": section.checked,
                "ok": section.ok,
                "result": section.result.value,
                "standings": {standing.value: count for standing, count in section.standings.items()},
                "exceptions": [_finding(finding) for finding in section.exceptions],
                "notes": [_finding(finding) for finding in section.notes],
            }
            for section in certificate.sections
        ],
        "chain_head": None if head is None else {"entry_id": head.entry_id, "hash": head.hash},
    }


def _result(section: Section) -> Text:
    """Returns the section's result, and where things take their time, how many have come how far."""
    result = Text(*_RESULTS[section.result])
    for standing, count in section.standings.items():
        chinese, english = STANDINGS[standing]
        result.append(f"\n{chinese} {english}: {count}", style="dim")
    return result


def _plain(value: Any) -> Any:
    return dict(value) if not isinstance(value, int | None) else value


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.subject,
        "code": finding.remark.code.value,
        "facts": dict(finding.remark.facts),
        "what_zh": finding.remark.zh,
        "what_en": finding.remark.en,
        "at": None if finding.at is None else finding.at.isoformat(),
    }


def _figures(figures: Figures) -> Table:
    grid = Table.grid(padding=(0, 2))
    outcomes = ", ".join(f"{outcome} {count}" for outcome, count in figures.by_outcome.items())
    rows: list[tuple[str, object]] = [
        ("拨打 calls placed", f"{figures.placed} ({figures.planned} 计划 planned)"),
        ("接通 answered", figures.answered),
        ("结果分布 outcomes", outcomes or "–"),
        (
            "成功 successes",
            f"{figures.successes} (质检通过 passed {figures.successes_passed},"
            f" 待检 open {figures.successes - figures.successes_passed}; 未通过 failed {figures.successes_failed})",
        ),
        ("录音入库 recordings stored", figures.recordings_stored),
        ("中断 cut off", figures.cut_off),
        ("结局不明 unknown", figures.unknown),
        ("未结事件 incidents open", figures.incidents_open),
        (
            "投诉回访 complaints called back",
            f"{figures.complaints_done} ÷ {figures.complaints_due}"
            f" (期限内 within their time {figures.complaints_within_time}, 逾期 overdue {figures.complaints_overdue})",
        ),
        ("审计条目 audit entries", figures.audit_entries),
    ]
    if figures.restarts is not None:
        rows.append(("重启 restarts", figures.restarts))
    for name, value in rows:
        grid.add_row(Text(name), Text(str(value)))
    return grid


def _list(console: Console, section: Section, name: str, findings: Sequence[Finding], style: str, most: int) -> None:
    if not findings:
        return
    console.print(Text(f"{section.title_zh} {section.id}: {name} {len(findings)}", style=style))
    for finding in findings[:most]:
        at = "" if finding.at is None else f"{_shown(finding.at)}  "
        console.print(Text(f"  {at}{finding.subject}  {finding.what}", style=style), soft_wrap=True)
    if len(findings) > most:
        console.print(Text(f"  … 另有 {len(findings) - most} 项 more", style=style))


def _shown(at: datetime) -> str:
    return at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
