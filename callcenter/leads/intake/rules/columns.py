"""Which column of a list is what, told by its title in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    NAME = "name"
    PHONE = "phone"
    GENDER = "gender"
    BIRTH = "birth_on"
    DISTRICT = "district"
    ADDRESS = "address"
    OCCUPATION = "occupation"
    CLASS = "customer_class"
    BASIS = "basis_kind"
    REFERENCE = "basis_reference"


REQUIRED = (Column.PHONE, Column.BASIS)
"""Without these no row could become a lead."""

_TITLES: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("客户姓名", "姓名", "客户名称", "名字", "name", "customername", "fullname"),
    Column.PHONE: (
        "联系电话", "手机号码", "手机号", "手机", "电话", "电话号码", "移动电话", "客户电话", "联系方式",
        "phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "tel", "telephone",
    ),
    Column.GENDER: ("性别", "gender", "sex"),
    Column.BIRTH: ("出生日期", "出生年月日", "生日", "birthdate", "dateofbirth", "birthday", "birthon", "dob"),
    Column.DISTRICT: ("区县", "县区", "区域", "所在区县", "行政区", "district", "county"),
    Column.ADDRESS: ("地址", "联系地址", "家庭地址", "住址", "通讯地址", "address", "homeaddress"),
    Column.OCCUPATION: ("职业", "工作", "occupation", "job", "profession"),
    Column.CLASS: ("客户分类", "客户类别", "客户等级", "分类", "customerclass", "class", "segment"),
    Column.BASIS: ("授权依据", "授权方式", "合法依据", "法律依据", "legalbasis", "basis", "basiskind", "consent"),
    Column.REFERENCE: (
        "授权编号", "授权书编号", "依据编号", "凭证编号", "basisreference", "reference", "consentreference", "evidence",
    ),
}  # fmt: skip
_BY_TITLE = {title: column for column, titles in _TITLES.items() for title in titles}
_IGNORED = re.compile(r"[\s_\-*::()]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each known column stands, and the titles of the others."""

    known: Mapping[Column, int]
    extra: Mapping[int, str]
    titles: tuple[str, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in REQUIRED if column not in self.known)


def read_header(cells: Sequence[object]) -> Layout | None:
    """The layout this row of titles describes; None when it is not a header (it names no phone column)."""
    titles = tuple("" if cell is None else str(cell).strip() for cell in cells)
    known: dict[Column, int] = {}
    extra: dict[int, str] = {}
    for place, title in enumerate(titles):
        column = _BY_TITLE.get(_IGNORED.sub("", unicodedata.normalize("NFKC", title)).lower())
        if column is not None and column not in known:
            known[column] = place
        elif title:
            extra[place] = title
    if Column.PHONE not in known:
        return None
    return Layout(known, extra, titles)
