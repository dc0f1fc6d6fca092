"""Prints what was found: the gravest first, in both languages, and each campaign's way to a call."""

import dataclasses
from typing import Any

from rich.console import Console

from callcenter.doctor.types import Diagnosis, Severity, StepName

_SEVERITIES = {
    Severity.STOPS: ("✗ 阻断 stops", "bold red"),
    Severity.WARNS: ("! 警告 warns", "yellow"),
    Severity.EXPLAINS: ("· 说明 explains", "cyan"),
}
STEPS = {
    StepName.LISTED: "名单 listed",
    StepName.IN_STOCK: "库存 in stock",
    StepName.CALLABLE: "可拨 callable",
    StepName.ASSIGNED_TODAY: "今日已分 assigned today",
    StepName.OPEN: "未做 open",
    StepName.DUE: "有到时线索的坐席 agents with a due lead",
    StepName.AGENTS_READY: "就绪坐席 agents ready",
}


def render(diagnosis: Diagnosis, console: Console) -> None:
    """Prints faults and ways."""
    for fault in diagnosis.faults:
        label, style = _SEVERITIES[fault.severity]
        console.print(f"{label}  {fault.code}", style=style, highlight=False, markup=False)
        console.print(f"  {fault.zh}\n  {fault.en}", highlight=False, markup=False, soft_wrap=True)
    if not diagnosis.faults:
        console.print("没有发现问题 nothing is wrong", style="green", highlight=False)
    for way in diagnosis.ways:
        steps = " → ".join(f"{STEPS[step.name]} {step.count}{' ✗' if step.stuck else ''}" for step in way.steps)
        console.print(f"{way.name}: {steps}", highlight=False, markup=False, soft_wrap=True)


def as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Returns everything, ready for ``json.dumps``."""
    return {
        "made_at": diagnosis.made_at.isoformat(),
        "faults": [dataclasses.asdict(fault) for fault in diagnosis.faults],
        "ways": [dataclasses.asdict(way) for way in diagnosis.ways],
    }
