"""The database's own refusal to change or remove anything of the trail, on PostgreSQL and SQLite.

Whoever owns the tables can take the guard away; that is what the chain of sealed batches is for. A later
migration that alters one of these tables on SQLite makes it anew and must raise the guard again.
"""

# Each table with its primary key.
TABLES = {"audit_auditentry": "id", "audit_sealedbatch": "number", "audit_sealedentry": "entry_id"}
# INSERT OR REPLACE would remove a row without any trigger for DELETE being asked.
SQLITE_ACTS = {
    "update": "UPDATE ON {table}",
    "delete": "DELETE ON {table}",
    "replace": "INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",
}
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
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE "
            f"{SQLITE_ACTS[act].format(table=table, key=key)} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table, key in TABLES.items()
            for act in SQLITE_ACTS
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
        return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in TABLES for act in SQLITE_ACTS]
    return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]


def _execute(connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
