from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def remember_where_they_went(apps, schema_editor):
    invitations, people = apps.get_model("accounts", "Invitation"), apps.get_model("accounts", "User")
    address = people.objects.filter(pk=OuterRef("person")).values("email")
    invitations.objects.update(sent_to=Subquery(address))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_session_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="is_offer",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_to",
            field=models.EmailField(default="", max_length=254),
            preserve_default=False,
        ),
        migrations.RunPython(remember_where_they_went, migrations.RunPython.noop),
    ]
