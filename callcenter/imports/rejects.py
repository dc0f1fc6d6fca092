"""Rejects as a workbook, to be corrected and uploaded again: line and reason in front, then the row as it stood.

Only texts are written: a customer's cell that begins with ``=`` stays a text and computes nothing.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, cast

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from callcenter.files.types import Spoil
from callcenter.imports.models import Reject
from callcenter.imports.rules.columns import REJECT_LINE, REJECT_REASON
from callcenter.imports.types import REJECTED_ROW, RejectReason
from callcenter.kit.crypto import Vault

REASONS: Mapping[RejectReason, str] = {
    RejectReason.UNREADABLE: "本行无法读取",
    RejectReason.MISSING_PHONE: "缺少电话",
    RejectReason.DIGITS_LOST: "号码已丢失位数（科学计数法）：请将该列设为“文本”格式后重新填写",
    RejectReason.FOREIGN: "境外号码",
    RejectReason.LANDLINE: "固定电话（未开放导入，或缺少区号）",
    RejectReason.SHORT_CODE: "短号码",
    RejectReason.SERVICE_NUMBER: "客服或服务号码（400、800、95 等）",
    RejectReason.MALFORMED: "号码格式错误",
    RejectReason.NO_LEGAL_BASIS: "无授权依据（缺少授权依据或授权编号）",
    RejectReason.FIELD_INVALID: "字段内容不符合要求",
    RejectReason.DO_NOT_CALL: "在禁拨名单中",
    RejectReason.DUPLICATE_IN_FILE: "文件内重复",
    RejectReason.DUPLICATE_IN_SYSTEM: "系统内已有",
}
SPOILS: Mapping[str, str] = {
    Spoil.BAD_CHARACTER: "含有无法识别的字符，请以 UTF-8 重新保存",
    Spoil.TOO_LONG: "内容过长",
    Spoil.TOO_WIDE: "列数过多",
    Spoil.FORMULA_WITHOUT_VALUE: "公式没有计算结果，请用表格软件打开并保存后重新上传",
    Spoil.BAD_CELL: "单元格已损坏",
}
_MOST_ROWS = 1_048_575
"""Of a sheet, below its heading."""
_LONGEST = 32_767
_WIDTH = 18


class RejectsBook:
    """Writes rejects batch by batch. Blocks, belongs into a thread."""

    def __init__(self, vault: Vault, titles: Sequence[str]) -> None:
        self._vault = vault
        self._titles = list(titles)
        self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="callcenter-rejects-"))  # noqa: SIM115 - handed on
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True})
        self._sheet: Worksheet | None = None
        self._row = 0
        self.rows = 0

    def write(self, rejects: Iterable[Reject]) -> None:
        for reject in rejects:
            cells: dict[str, str] = json.loads(self._vault.open(reject.row_sealed, REJECTED_ROW.at(reject)))
            reason = REASONS[reject.reason]
            if reject.detail:
                reason = f"{reason}：{SPOILS.get(reject.detail, reject.detail)}"
            if reject.repeats_line is not None:
                reason = f"{reason}：与第 {reject.repeats_line} 行相同"
            self._put([str(reject.line), reason, *(cells.get(title, "") for title in self._titles)])
            self.rows += 1

    def finish(self) -> BinaryIO:
        """Returns the workbook, at its beginning; the caller closes it."""
        if self._sheet is None:
            self._begin()
        self._book.close()
        self._file.seek(0)
        return self._file

    def _put(self, texts: Sequence[str]) -> None:
        if self._sheet is None or self._row > _MOST_ROWS:
            self._begin()
        assert self._sheet is not None
        for place, text in enumerate(texts):
            if text:
                self._sheet.write_string(self._row, place, text[:_LONGEST])
        self._row += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        heading = [REJECT_LINE, REJECT_REASON, *self._titles]
        self._sheet.set_column(0, len(heading) - 1, _WIDTH)
        self._sheet.freeze_panes(1, 2)
        for place, title in enumerate(heading):
            self._sheet.write_string(0, place, title[:_LONGEST], self._bold)
        self._row = 1
