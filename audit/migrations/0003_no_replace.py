from django.db import migrations

from audit import guard


def raise_guard(apps, schema_editor):
    guard.raise_guard(schema_editor.connection)


class Migration(migrations.Migration):
    """On SQLite the guard now refuses INSERT OR REPLACE as well."""

    dependencies = [("audit", "0002_sealed_batches")]

    operations = [migrations.RunPython(raise_guard, migrations.RunPython.noop)]
