"""Decides which column of a list is what: by its title, by what is remembered of the source, or as given. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callcenter.imports.types import Column, FieldKind, FieldSpec

REQUIRED = (Column.PHONE, Column.BASIS)
"""Without these no row could become a lead."""

OPTIONAL_FIELDS = (
    Column.ID_NUMBER,
    Column.EMPLOYER,
    Column.HOUSEHOLD,
    Column.INCOME,
    Column.POLICIES,
    Column.CLAIMS,
    Column.PREFERENCES,
    Column.RISK,
    Column.SERVICE_FEEDBACK,
    Column.REFERRAL_SOURCE,
)
"""Kept in the customer's sealed fields, as text unless the list declares a kind."""

KINDS: Mapping[Column, str] = {
    Column.PHONE: "phone",
    Column.GENDER: FieldKind.CHOICE,
    Column.BIRTH: FieldKind.DATE,
    Column.AGE: FieldKind.INTEGER,
    Column.BASIS: FieldKind.CHOICE,
    Column.VALID_UNTIL: FieldKind.DATE,
}
"""Of the known columns; text where nothing stands."""

REJECT_LINE, REJECT_REASON = "行号 / Line", "未导入原因 / Reason"
"""The two columns in front of a workbook of rejects: a corrected one is uploaded as it is."""

_TITLES: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("客户姓名", "姓名", "客户名称", "名字", "name", "customername", "fullname"),
    Column.PHONE: (
        "联系电话", "手机号码", "手机号", "手机", "电话", "电话号码", "移动电话", "客户电话", "联系方式",
        "phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "tel", "telephone",
    ),
    Column.GENDER: ("性别", "gender", "sex"),
    Column.BIRTH: ("出生日期", "出生年月日", "生日", "birthdate", "dateofbirth", "birthday", "birthon", "dob"),
    Column.AGE: ("年龄", "周岁", "age"),
    Column.DISTRICT: ("区县", "县区", "区域", "所在区县", "行政区", "district", "county"),
    Column.ADDRESS: ("地址", "联系地址", "家庭地址", "住址", "通讯地址", "address", "homeaddress"),
    Column.OCCUPATION: ("职业", "工作", "occupation", "job", "profession"),
    Column.CLASS: ("客户分类", "客户类别", "客户等级", "分类", "customerclass", "class", "segment"),
    Column.BASIS: ("授权依据", "授权方式", "合法依据", "法律依据", "legalbasis", "basis", "basiskind", "consent"),
    Column.REFERENCE: (
        "授权编号", "授权书编号", "依据编号", "凭证编号", "basisreference", "reference", "consentreference", "evidence",
    ),
    Column.VALID_UNTIL: (
        "授权有效期", "授权到期日", "授权有效期至", "授权截止日期", "basisvaliduntil", "validuntil",
    ),
    Column.ID_NUMBER: ("身份证号", "身份证号码", "身份证", "证件号码", "证件号", "idnumber", "idcard", "idcardnumber"),
    Column.EMPLOYER: ("工作单位", "单位", "单位名称", "任职单位", "公司", "employer", "company", "workplace"),
    Column.HOUSEHOLD: ("家庭成员", "家庭情况", "家庭结构", "家庭人口", "household", "family", "familymembers"),
    Column.INCOME: ("收入", "年收入", "月收入", "家庭收入", "income", "annualincome", "monthlyincome"),
    Column.POLICIES: ("已有保单", "持有保单", "已购保险", "投保情况", "policies", "policiesheld", "insurance"),
    Column.CLAIMS: ("理赔记录", "理赔情况", "理赔", "出险记录", "claims", "claimshistory"),
    Column.PREFERENCES: ("客户偏好", "偏好", "兴趣爱好", "爱好", "preferences", "interests"),
    Column.RISK: ("风险等级", "风险承受能力", "风险偏好", "风险评级", "risk", "risklevel", "riskprofile"),
    Column.SERVICE_FEEDBACK: ("服务评价", "服务反馈", "客户反馈", "满意度", "servicefeedback", "feedback"),
    Column.REFERRAL_SOURCE: ("转介绍来源", "客户来源", "推荐人", "来源渠道", "referralsource", "referral"),
}  # fmt: skip
_UNHELD = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that a database does not hold."""
_LONGEST_TITLE = 200
_LOOKED_AT = 2_000
"""Characters of a cell in which a title is looked for; most of them may be spaces."""
_IGNORED = re.compile(r"[\s_\-*:()/]+")


def title_for(column: Column) -> str:
    """Returns the title that a template gives a column."""
    return _TITLES[column][0]


def plain_title(title: str) -> str:
    """Returns a title without differences of width, case, spaces and punctuation."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", title)).lower()


_BY_TITLE = {title: column for column, titles in _TITLES.items() for title in titles}
_REMARK = re.compile(r"[;,、/|(].*", re.DOTALL)
"""What stands behind the name of a column: 手机号（必填）, 姓名;客户."""


def column_of(title: str) -> Column | None:
    """Returns the column that a title names, by itself or by what stands before a remark in it."""
    plain = unicodedata.normalize("NFKC", title)
    return _BY_TITLE.get(plain_title(plain)) or _BY_TITLE.get(plain_title(_REMARK.sub("", plain)))


_REJECT_COLUMNS = frozenset({plain_title(REJECT_LINE), plain_title(REJECT_REASON)})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each known column and each further field stands, and the titles of the others."""

    known: Mapping[Column, int]
    fields: Sequence[tuple[FieldSpec, int]]
    extra: Mapping[int, str]
    """Columns that are kept as text because no fields are declared."""
    spare: Mapping[int, str]
    """Columns that are neither known nor declared, kept or not."""
    titles: tuple[str, ...]
    """Each but once: a second column of the same title has a number behind it."""
    ignored: frozenset[int]
    missing: tuple[str, ...]
    """Columns, and titles of required fields, that a list cannot do without."""

    @property
    def mapping(self) -> dict[Column, str]:
        return {column: self.titles[place] for column, place in self.known.items()}


def is_header(cells: Sequence[object]) -> bool:
    """Returns whether a row of titles names a phone column."""
    return any(column_of(title) is Column.PHONE for title in read_titles(cells))


def read_titles(cells: Sequence[object]) -> tuple[str, ...]:
    """Returns the cells of a header as titles; a repeated one gets a number."""
    titles: dict[str, None] = {}
    repeated: dict[str, int] = {}  # a title: the number that it had last; counting from 1 each time would be quadratic
    for place, cell in enumerate(cells):
        written = "" if cell is None else str(cell)[:_LOOKED_AT]
        title = " ".join(_UNHELD.sub("", written).split())[:_LONGEST_TITLE] or f"#{place + 1}"
        unique = title
        while unique in titles:
            repeated[title] = repeated.get(title, 1) + 1
            unique = f"{title} ({repeated[title]})"
        titles[unique] = None
    return tuple(titles)


def lay_out(
    titles: Sequence[str], mapping: Mapping[Column, str | None] | None = None, fields: Sequence[FieldSpec] | None = None
) -> Layout:
    """Returns the layout of a table with these titles.

    Without a ``mapping`` the titles decide which column is what; without ``fields`` every other column is kept as text.
    """
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        places.setdefault(title, place)
        places.setdefault(plain_title(title), place)
    ignored = frozenset(place for place, title in enumerate(titles) if plain_title(title) in _REJECT_COLUMNS)
    declared, absent = _declared(fields or (), places)
    taken = {place for _, place in declared}
    if mapping is None:
        known = _guessed(titles, taken | ignored)
    else:
        mapped = {
            column: places.get(title, places.get(plain_title(title))) for column, title in mapping.items() if title
        }
        known = {column: place for column, place in mapped.items() if place is not None}
    known = {column: place for column, place in known.items() if place not in taken}
    used = taken | ignored | set(known.values())
    spare = {
        place: title for place, title in enumerate(titles) if place not in used and not _is_blank_title(title, place)
    }
    missing = [column.value for column in REQUIRED if column not in known]
    return Layout(known, declared, spare if fields is None else {}, spare, tuple(titles), ignored, (*missing, *absent))


def fits(titles: Sequence[str], mapping: Mapping[Column, str]) -> bool:
    """Returns whether a table with these titles has every column a remembered mapping names."""
    there = {plain_title(title) for title in titles}
    return bool(mapping) and all(plain_title(title) in there for title in mapping.values())


def _declared(fields: Sequence[FieldSpec], places: Mapping[str, int]) -> tuple[list[tuple[FieldSpec, int]], list[str]]:
    declared: list[tuple[FieldSpec, int]] = []
    absent: list[str] = []
    for spec in fields:
        place = places.get(spec.title, places.get(plain_title(spec.title)))
        if place is not None:
            declared.append((spec, place))
        elif spec.required:
            absent.append(spec.title)
    return declared, absent


def _guessed(titles: Sequence[str], taken: set[int] | frozenset[int]) -> dict[Column, int]:
    known: dict[Column, int] = {}
    for place, title in enumerate(titles):
        column = column_of(title)
        if column is not None and column not in known and place not in taken:
            known[column] = place
    return known


def _is_blank_title(title: str, place: int) -> bool:
    return title == f"#{place + 1}"
