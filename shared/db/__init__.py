"""Postgres: pool, transactions, the read form, walls (row-level security), migrations, keyset pages."""
