"""News about people's access, for rooms upstairs. Both are sent after the commit."""

from django.dispatch import Signal

# person, session_key (None: every login session of the person), why.
# Not always a goodbye: whoever listens asks `accounts.access.may_enter` again.
access_ended = Signal()

# person, session_key: someone pressed the quick exit. `access_ended` follows.
left_quickly = Signal()

# person, invitation: someone came in for the first time, or again, by invitation.
invitation_accepted = Signal()
