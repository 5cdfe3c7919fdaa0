"""News of who belongs where, for the rooms upstairs.

Each is sent INSIDE the transaction of the change, before its commit, and whoever listens joins it: the live
room appends `person.shown_out` to its log together with the end of a membership, so that neither can exist
without the other. A listener that raises undoes the change. Anything that leaves the house
(mail, a doorbell) belongs into `transaction.on_commit`.
"""

from django.dispatch import Signal

membership_changed = Signal()
"""Someone joined a group, or their role, name or days there changed. `membership`, `by`."""

membership_ended = Signal()
"""Someone no longer belongs to a group. `membership`, `by` (None: its last day has passed)."""

group_ended = Signal()
"""A group has ended, after each of its memberships has. `group`, `by`."""

assignment_ended = Signal()
"""A staff member no longer works in a program in some role. `assignment`, `by`."""
