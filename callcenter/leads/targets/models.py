"""Tables of the target groups."""

from sqlmodel import SQLModel

from callcenter.kit.db import id_field


class TargetGroup(SQLModel, table=True):
    """A group of customers a branch wants called."""

    __tablename__ = "target_group"

    id: int = id_field()
