"""News about people, for rooms upstairs."""

from django.dispatch import Signal

# person, session_key (None: every login session of the person), why.
# Not always a goodbye: whoever listens asks `accounts.access.person_at` again.
access_ending = Signal()  # in the transaction: what a listener writes stands or falls with it
access_ended = Signal()  # after its commit

# person, session_key: someone pressed the quick exit. In the transaction; `access_ending` follows.
left_quickly = Signal()

# person, invitation: someone came in for the first time, or again, by invitation. In the transaction.
invitation_accepted = Signal()
