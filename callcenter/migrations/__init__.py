"""The database's history: Alembic revisions, applied by ``callcenter migrate``."""
