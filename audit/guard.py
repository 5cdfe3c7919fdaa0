"""The database's own refusal to change or remove anything of the trail, on PostgreSQL and SQLite.

Whoever owns the tables can take the guard away; that is what the chain of sealed batches is for. A later
migration that alters one of these tables on SQLite makes it anew and must raise the guard again.
"""

TABLES = ["audit_auditentry", "audit_sealedbatch", "audit_sealedentry"]
REFUSAL = "the audit trail is append-only"


def raise_guard(connection) -> None:
    for statement in _raising(connection.vendor):
        _execute(connection, statement)


def lower_guard(connection) -> None:
    """For `flush` and for migrating backwards. Nothing else in vioport calls this."""
    for statement in _lowering(connection.vendor):
        _execute(connection, statement)


def _raising(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in TABLES
            for act in ("update", "delete")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    return [function] + [
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        for table in TABLES
    ]


def _lowering(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in TABLES for act in ("update", "delete")
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]


def _execute(connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
