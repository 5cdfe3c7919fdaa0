import django.db.models.deletion
from django.db import migrations, models

from audit import guard


def raise_guard(apps, schema_editor):
    guard.raise_guard(schema_editor.connection)


def lower_guard(apps, schema_editor):
    guard.lower_guard(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="about",
            field=models.CharField(blank=True, db_index=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(db_index=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="actor",
            field=models.CharField(blank=True, db_index=True, max_length=80),
        ),
        migrations.DeleteModel(name="SealedBatch"),
        migrations.CreateModel(
            name="SealedBatch",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.CreateModel(
            name="SealedEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="sealed",
                        serialize=False,
                        to="audit.auditentry",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="members",
                        to="audit.sealedbatch",
                    ),
                ),
            ],
            options={"ordering": ["entry_id"], "verbose_name_plural": "sealed entries"},
        ),
        migrations.RunPython(raise_guard, lower_guard),
    ]
