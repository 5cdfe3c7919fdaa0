"""Runs inside Django's shell, after the storm: what the log and the attendance record hold, as JSON."""

import json

from sessions.models import GroupSession
from sessions.services.attendance import record_of
from wire.models import StreamEvent

meeting = GroupSession.objects.get()
said = StreamEvent.objects.filter(stream=meeting.stream, kind="chat.said")
seconds = {
    row.name: sum(stretch.length.total_seconds() for stretch in row.stretches) for row in record_of(meeting)
}
seqs = list(StreamEvent.objects.filter(stream=meeting.stream).order_by("seq").values_list("seq", flat=True))
print(
    json.dumps(
        {
            "said": said.count(),
            "commands": said.values("person", "client_id").distinct().count(),
            "holes": seqs != list(range(1, len(seqs) + 1)),
            "seconds": seconds,
        }
    )
)
