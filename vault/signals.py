from django.dispatch import Signal

key_destroyed = Signal()  # key, by
