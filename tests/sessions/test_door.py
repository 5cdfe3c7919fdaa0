"""The waiting room: who is let in, by whom, and what is heard before."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_patient_knocks_is_let_in_and_is_heard(cast, browser):
    june = await browser(cast.june).knock()
    assert june.state["state"] == "waiting"
    maya = await browser(cast.maya).come()
    assert [card["shown_as"] for card in maya.state["door"]] == ["June"]
    await maya.done("door.admit_all")
    state = await june.hears("room.state")
    assert {person["shown_as"] for person in state["people"]} == {"Maya", "June"}
    await maya.hears("person.joined", shown_as="June")
    await june.done("chat.say", text="Hello", to="everyone")
    assert (await maya.hears("chat.said"))["text"] == "Hello"
