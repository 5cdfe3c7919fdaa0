"""Marks on views that stay open when others do not. Whatever bears no mark is closed."""


def _mark(name: str):
    def mark(view):
        setattr(view, name, True)
        return view

    return mark


always_open = _mark(
    "always_open"
)  # locked or not, second factor or not: sign out, quick exit, language, health
while_locked = _mark("while_locked")  # opens the lock
sets_up_second_factor = _mark("sets_up_second_factor")  # for staff who have none yet
proves_second_factor = _mark("proves_second_factor")  # for staff who have one but did not show it today


def bears(view, *marks: str) -> bool:
    """Whether `view` bears any of `marks`."""
    return any(getattr(view, mark, False) for mark in marks)
