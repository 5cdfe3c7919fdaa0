from django.core.management.base import BaseCommand, CommandError

from vault import rotation


class Command(BaseCommand):
    help = (
        "Seal every encrypted column again under the first key of FIELD_KEYS. May be stopped and run again."
    )

    def handle(self, **options):
        left = sum(self.rotate(model, field) for model, field in rotation.encrypted_fields())
        for what, rotate in rotation.further.items():
            changed, still = rotate()
            self.stdout.write(f"{what}: sealed again {changed}, left {still}")
            left += still
        if left:
            raise CommandError(f"{left} rows are still under an older key: keep it in FIELD_KEYS, run again.")
        self.stdout.write("All rows are under the first key. The others may be removed from FIELD_KEYS.")

    def rotate(self, model, field) -> int:
        where, refused = f"{model._meta.label}.{field.name}", []
        changed = sum(rotation.rotate_field(model, field, refused))
        left = rotation.count_left(model, field)
        self.stdout.write(f"{where}: sealed again {changed}, left {left}")
        for pk, why in refused:
            reason = "its key is not in FIELD_KEYS" if why == "UnknownKey" else "changed outside vioport"
            self.stderr.write(f"{where}, row {pk}: {reason}")
        return left
