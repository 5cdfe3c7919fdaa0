"""What can be done to people, their logins and their ways in. One file per subject."""

from accounts.services.endings import end_sessions, leave_quickly, tell_access_ended
from accounts.services.sign_in import lock, mark_second_factor, stay_active

__all__ = [
    "end_sessions",
    "leave_quickly",
    "lock",
    "mark_second_factor",
    "stay_active",
    "tell_access_ended",
]
