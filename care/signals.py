"""News of care, sent inside the transaction: a listener that raises undoes the change."""

from django.dispatch import Signal

agreement_withdrawn = Signal()  # agreement, person
