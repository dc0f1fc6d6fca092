"""Writes a ledger into a workbook row by row, in constant memory.

Text is written as text, never read as a formula, a number or a link: a customer list may hold ``=cmd|…``.
When a sheet is full, the rows continue in the next one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.reporting.types import LedgerBy, LedgerLine, LedgerResult, LedgerTotal
from callcenter.reporting.words import COLUMNS, FILTERS, GROUPS, TOTALS, say

Cell = str | int | float | datetime | bool | None

_PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}


class LedgerBook:
    """Writes lines in pages, then totals, then a sheet about the export; ``close`` writes the file."""

    def __init__(self, path: Path, *, sheet_rows: int) -> None:
        self._book = Workbook(str(path), {**_PLAIN, "tmpdir": str(path.parent)})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._percent = self._book.add_format({"num_format": "0.0%"})
        self._sheet_rows = sheet_rows
        self._sheets = 0
        self._sheet: Worksheet | None = None
        self._next = 0
        self.rows = 0

    def add(self, lines: Iterable[LedgerLine]) -> None:
        for line in lines:
            if self._sheet is None or self._next > self._sheet_rows:
                self._sheet = self._begin_sheet()
            self._write(self._sheet, self._next, _cells(line))
            self._next += 1
            self.rows += 1

    def add_totals(self, whole: LedgerTotal, groups: Mapping[LedgerBy, Sequence[LedgerTotal]]) -> None:
        """Adds the total, then the totals of each branch, list, …"""
        sheet = self._sheet_of("汇总", (22, 30), list(TOTALS) + [say("result", result) for result in LedgerResult])
        row = 1
        for by, totals in [(None, [whole]), *groups.items()]:
            for total in totals:
                self._write(sheet, row, _sums(by, total))
                row += 1

    def add_about(self, facts: Mapping[str, Cell], filters: Mapping[str, Any]) -> None:
        """Adds a sheet that says what the workbook contains, for a reader who opens it years later."""
        sheet = self._sheet_of("说明", (24, 80), ["项目", "内容"])
        narrowed = {f"筛选：{FILTERS.get(name, name)}": _filter_word(name, value) for name, value in filters.items()}
        for row, (name, value) in enumerate({**facts, **(narrowed or {"筛选": "无（全部）"})}.items(), start=1):
            self._write(sheet, row, (name, value))

    def close(self) -> None:
        """Writes the file."""
        if self._sheet is None:
            self._begin_sheet()
        self._book.close()

    def discard(self) -> None:
        """Closes the temporary files without writing the workbook; the caller removes the folder."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _begin_sheet(self) -> Worksheet:
        self._sheets += 1
        name = "台账" if self._sheets == 1 else f"台账 {self._sheets}"
        sheet = self._sheet_of(name, (10, 14), list(COLUMNS.values()))
        self._next = 1
        return sheet

    def _sheet_of(self, name: str, widths: tuple[int, int], heading: Sequence[str]) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, widths[0])
        sheet.set_column(1, max(1, len(heading) - 1), widths[1])
        for column, title in enumerate(heading):
            sheet.write_string(0, column, title, self._bold)
        return sheet

    def _write(self, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
        for column, cell in enumerate(cells):
            match cell:
                case None | "":
                    continue
                case bool():
                    sheet.write_string(row, column, "是" if cell else "否")
                case int():
                    sheet.write_number(row, column, cell)
                case float():
                    sheet.write_number(row, column, cell, self._percent)
                case datetime():
                    sheet.write_string(row, column, _moment(cell))
                case _:
                    sheet.write_string(row, column, cell)


def _cells(line: LedgerLine) -> tuple[Cell, ...]:
    return (
        line.lead_id,
        line.source,
        line.list_name,
        line.line,
        line.branch or "全行",
        line.target_group,
        line.campaign,
        line.imported_at,
        line.name_masked,
        line.phone_masked,
        line.customer_class,
        line.district,
        say("result", line.result),
        line.left,
        line.times_allocated,
        " → ".join(line.agents),
        line.agents[-1] if line.agents else None,
        line.allocated_at,
        line.returned_why and say("returned", line.returned_why),
        line.calls,
        line.answered,
        line.last_called_at,
        line.last_outcome and say("outcome", line.last_outcome),
        line.last_disposition and say("disposition", line.last_disposition),
        line.verdict and say("verdict", line.verdict),
        line.hand_over and say("hand_over", line.hand_over),
        line.visits,
        line.visit_result and say("visit_result", line.visit_result),
        line.complaint and say("complaint", line.complaint),
        line.do_not_call and (line.do_not_call_until or "永久"),
        line.basis_withdrawn_at,
    )


def _sums(by: LedgerBy | None, total: LedgerTotal) -> tuple[Cell, ...]:
    nobody = {LedgerBy.AGENT: "未分配", LedgerBy.BRANCH: "全行", LedgerBy.CLASS: "未分类"}
    return (
        "合计" if by is None else GROUPS[by],
        "全部" if by is None else total.name or nobody.get(by, ""),
        total.leads,
        total.left,
        total.allocated,
        total.called,
        total.reached,
        total.calls,
        total.reach_rate,
        total.success_rate,
        total.passed,
        total.undecided,
        total.failed,
        total.signed,
        total.issued,
        *(total.results[result] for result in LedgerResult),
    )


def _filter_word(name: str, value: Any) -> str:
    if name == "result":
        return say("result", str(value))
    return str(value) if value != "" else "全行"


def _moment(at: datetime) -> str:
    return at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")
