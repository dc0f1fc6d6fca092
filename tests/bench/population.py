"""Many invented agents and leads, made inside the database: nothing in them can be opened."""

from datetime import UTC, date, datetime, timedelta

import asyncpg

from callcenter.kit.work import Works
from tests.support.rows import make_lead_list

CLASSES = ("core", "key", "ordinary", "potential")
TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""20:00 in Shanghai."""

_STAFF = """
    INSERT INTO staff (login, name, password_hash, role, branch, active, created_at,
                       licence_valid_until, trained_at, examined_at, agreement_signed_at)
    SELECT 'agent' || n, 'agent ' || n, '-', 'agent', 'b' || n % 20, true, $2, '2030-01-01', $2, $2, $2
    FROM generate_series(1, $1) n
"""
_MEMBERS = """
    INSERT INTO campaign_member (campaign_id, staff_id, weight, from_on, reason_sealed, set_at)
    SELECT $1, id, 1, '2026-01-01', '', $2 FROM staff WHERE role = 'agent'
"""
_LEADS = """
    INSERT INTO lead (campaign_id, list_id, line, state, name_sealed, phone_sealed, phone_index, phone_last4,
                      address_sealed, district, occupation, name_index, carrier, city, customer_class, class_rank,
                      basis_kind, basis_reference, imported_at)
    SELECT $1, list.id, n, 'stock', 'v1:' || md5('n' || n), 'v1:' || md5('p' || n), md5('i' || n) || md5('j' || n),
           lpad((n % 10000)::text, 4, '0'), 'v1:' || md5('a' || n), 'district ' || (n::bigint * 7919 % 40), '',
           md5('m' || n % 50000), '', '', ($3::text[])[1 + n % 4], 1 + n % 4, 'written_consent', 'ref' || n,
           list.imported_at
    FROM generate_series(1, $2::int) n
    JOIN (SELECT id, imported_at, row_number() OVER (ORDER BY id) - 1 AS place FROM lead_list) list
      ON list.place = (n::bigint - 1) * 30 / $2::int
"""


async def populate(works: Works, url: str, campaign_id: int, *, agents: int, leads: int) -> None:
    """Makes agents and thirty lists, a day apart. The indexes are made after the rows, as in any bulk load."""
    async with works.begin() as work:
        for number in range(30):
            await make_lead_list(work, campaign_id=campaign_id, imported_at=NOW - timedelta(days=30 - number))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET maintenance_work_mem = '256MB'")
        await connection.execute(_STAFF, agents, NOW)
        await connection.execute(_MEMBERS, campaign_id, NOW)
        indexes = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'lead' AND indexname NOT LIKE 'pk_%'"
        )
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        await connection.execute(_LEADS, campaign_id, leads, list(CLASSES), timeout=1800)
        for index in indexes:
            await connection.execute(index["indexdef"], timeout=1800)
        await connection.execute("VACUUM ANALYZE lead", timeout=1800)
        await connection.execute("VACUUM ANALYZE staff")
        await connection.execute("VACUUM ANALYZE campaign_member")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
