"""The two schemes the users' own papers name. Source: requirement L5 (V, S)."""

from callcenter.classes.types import ClassDraft

DEFAULTS: tuple[tuple[str, str, str, tuple[ClassDraft, ...], str], ...] = (
    (
        "value",
        "客户价值",
        "Customer value",
        (
            ClassDraft(code="high_value", name_zh="高效", name_en="High-value"),
            ClassDraft(code="high_contribution", name_zh="高贡献", name_en="High-contribution"),
            ClassDraft(code="general", name_zh="一般", name_en="General"),
            ClassDraft(code="dormant", name_zh="休眠", name_en="Dormant"),
        ),
        "general",
    ),
    (
        "importance",
        "客户重要性",
        "Customer importance",
        (
            ClassDraft(code="core", name_zh="核心", name_en="Core"),
            ClassDraft(code="key", name_zh="重点", name_en="Key"),
            ClassDraft(code="ordinary", name_zh="普通", name_en="Ordinary"),
            ClassDraft(code="potential", name_zh="潜在", name_en="Potential"),
        ),
        "ordinary",
    ),
)
"""Key, names, classes by rank, the class of those who have no other. They affect nothing but the order:
other numbers are the bank's to set."""
