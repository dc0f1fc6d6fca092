"""Tampering with the audit trail, as only the owner of the database can."""

from sqlalchemy import text

from callcenter.kit.work import Works


async def tamper(works: Works, *statements: str) -> None:
    """Executes statements with the triggers of the trail disabled."""
    async with works.begin() as work:
        await work.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in statements:
            await work.session.execute(text(statement))
        await work.session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
