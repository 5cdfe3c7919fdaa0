"""What is written in the room is erased at its end, unless the program and all who were in keep it."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from care.models import Agreement, AgreementKind
from care.services import agreements
from care.texts import text_of
from groups.models import Program
from sessions.models import GroupSession
from tests.conftest import member
from tests.sessions.conftest import change
from wire.models import StreamEvent

pytestmark = pytest.mark.django_db(transaction=True)
CONFIDENTIALITY = AgreementKind.GROUP_CONFIDENTIALITY


@sync_to_async
def agrees(person, group) -> None:
    """They sign the group's text as it is shown today."""
    group.program.refresh_from_db()
    agreements.agree(person, text_of(CONFIDENTIALITY, group), typed_name=person.name, group=group)


@pytest.fixture
async def keeping(cast):
    """The program keeps what is written; Omar and June have agreed to it."""
    await change(cast.program, keeps_chat=True)
    for person in (cast.omar, cast.june):
        await agrees(person, cast.tuesday)


async def end(evening) -> None:
    await evening.maya.send({"kind": "room.end", "id": str(uuid4()), "body": {}})
    assert await evening.maya.closes() == 4410


@sync_to_async
def on_record(person, evening, signed_in) -> str:
    page = signed_in(person).get(f"/sessions/{evening.session.code}/record/")
    assert page.status_code == 200
    return page.content.decode()


async def keeps_chat(browser) -> bool:
    return (await browser.come_again())["session"]["keeps_chat"]


async def test_where_all_agreed_the_chat_stays_with_the_record_and_nothing_else_does(
    cast, keeping, evening, signed_in
):
    assert await keeps_chat(evening.omar)
    await evening.omar.done("chat.say", text="TO <b>KEEP</b>", to="everyone")
    await evening.maya.done("door.hold", seat=evening.seat["June"], message="NOT TO KEEP")
    await end(evening)
    for reader in (cast.maya, cast.ines):
        page = await on_record(reader, evening, signed_in)
        assert "TO &lt;b&gt;KEEP&lt;/b&gt;" in page and "NOT TO KEEP" not in page
    june = await sync_to_async(signed_in)(cast.june)
    page = await sync_to_async(june.get)(f"/sessions/{evening.session.code}/record/")
    assert page.status_code == 404
    left = StreamEvent.objects.filter(stream__closed_at__isnull=False, sealed=True).exclude(body=b"")
    assert {kind async for kind in left.values_list("kind", flat=True)} == {"chat.said"}


async def test_who_has_not_agreed_is_asked_before_the_meeting_and_need_not(cast, tonight, browser, signed_in):
    await change(cast.program, keeps_chat=True)
    june = await sync_to_async(signed_in)(cast.june)
    page = (await sync_to_async(june.get)("/")).content.decode()
    assert "You can come in without it. Then the chat is erased." in page
    assert f"/my-care/agree/confidentiality/{cast.tuesday.code}/" in page
    assert (await browser(cast.june).come()).state["missing"] == []


async def test_what_is_kept_is_sealed_anew_and_the_key_of_the_session_is_gone(cast, keeping, evening):
    seq = await evening.omar.done("chat.say", text="TO KEEP", to="everyone")
    before = await StreamEvent.objects.aget(seq=seq, kind="chat.said")
    session = await GroupSession.objects.select_related("data_key").aget(pk=evening.session.pk)
    assert not session.data_key.lasting
    await end(evening)
    after = await StreamEvent.objects.aget(pk=before.pk)
    assert after.body and after.body != before.body and b"TO KEEP" not in bytes(after.body)
    await session.data_key.arefresh_from_db()
    assert session.data_key.destroyed_at


async def test_one_who_has_not_agreed_is_enough_to_erase_it_and_everyone_is_told_at_once(
    cast, keeping, evening, signed_in
):
    await Agreement.objects.filter(person=cast.june, version__endswith="+chat").adelete()
    await evening.omar.done("chat.say", text="WAS TO BE KEPT", to="everyone")
    assert await keeps_chat(evening.omar)
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    assert (await evening.june.hears("room.state"))["session"]["keeps_chat"] is False
    await evening.omar.hears("chat.not_kept")
    await agrees(cast.june, cast.tuesday)  # what was said to be erased is not kept after all
    await evening.june.send({"kind": "goodbye", "body": {}})
    await evening.june.closes()
    assert not await keeps_chat(evening.omar)
    await end(evening)
    assert "WAS TO BE KEPT" not in await on_record(cast.maya, evening, signed_in)
    assert not await StreamEvent.objects.filter(sealed=True).exclude(body=b"").aexists()


async def test_who_takes_it_back_after_leaving_has_it_erased(cast, keeping, evening, signed_in):
    await evening.omar.done("chat.say", text="WAS TO BE KEPT", to="everyone")
    await evening.omar.send({"kind": "goodbye", "body": {}})
    await evening.omar.closes()
    agreement = await Agreement.objects.filter(person=cast.omar, kind=CONFIDENTIALITY).afirst()
    await sync_to_async(agreements.withdraw)(agreement, by=cast.omar)
    await evening.maya.hears("chat.not_kept")
    await end(evening)
    assert "WAS TO BE KEPT" not in await on_record(cast.maya, evening, signed_in)


async def test_the_programs_word_counts_as_it_is_at_the_end(cast, keeping, evening, signed_in):
    await evening.omar.done("chat.say", text="WAS TO BE KEPT", to="everyone")
    await Program.objects.aupdate(keeps_chat=False)
    assert not await keeps_chat(evening.omar)
    await end(evening)
    assert "WAS TO BE KEPT" not in await on_record(cast.maya, evening, signed_in)


async def test_where_the_program_keeps_nothing_nothing_is_kept_whoever_agreed(cast, evening, signed_in):
    await evening.omar.done("chat.say", text="NOT TO BE KEPT", to="everyone")
    await change(cast.program, keeps_chat=True)
    for person in (cast.omar, cast.june):
        await agrees(person, cast.tuesday)
    assert not await keeps_chat(evening.omar)  # it was said to be erased when the room opened
    await end(evening)
    assert "NOT TO BE KEPT" not in await on_record(cast.maya, evening, signed_in)


async def test_a_relative_is_asked_as_the_others_are(cast, keeping, evening, browser):
    await sync_to_async(member)(cast.tuesday, cast.rosa, "relative")
    rosa = await browser(cast.rosa).knock()
    await evening.maya.done("door.admit_all")
    assert (await rosa.hears("room.state"))["session"]["keeps_chat"] is False
