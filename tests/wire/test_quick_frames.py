"""The quick loops give the same answers as the slow ones that they stand in for."""

from autobahn.websocket import protocol
from autobahn.websocket.utf8validator import Utf8Validator
from autobahn.websocket.xormasker import XorMaskerSimple
from hypothesis import given
from hypothesis import strategies as st

from wire.quick_frames import QuickMask, QuickText, install

pieces = st.lists(st.binary(max_size=300), max_size=6)
texts = st.lists(st.text(max_size=20).map(str.encode) | st.binary(max_size=6), max_size=6)


@given(st.binary(min_size=4, max_size=4), pieces)
def test_unmasked_alike(mask, data):
    slow, quick = XorMaskerSimple(mask), QuickMask(mask)
    for piece in data:
        assert quick.process(piece) == slow.process(piece)
        assert quick.pointer() == slow.pointer()


@given(texts, st.integers(1, 5))
def test_validated_alike_however_it_is_cut(data, size):
    slow, quick, whole = Utf8Validator(), QuickText(), b"".join(data)
    for at in range(0, len(whole), size):
        theirs, ours = slow.validate(whole[at : at + size]), quick.validate(whole[at : at + size])
        assert theirs[:2] == ours[:2]
        if not theirs[0]:
            return
        assert theirs == ours


def test_a_validator_can_be_used_again():
    text = QuickText()
    assert not text.validate(b"\xff")[0]
    text.reset()
    assert text.validate("ü".encode()) == (True, True, 2, 2)
    assert text.validate("ü".encode()[:1]) == (True, False, 1, 3)


def test_they_are_in_use_behind_the_way_in():
    assert install()
    assert isinstance(protocol.create_xor_masker(b"abcd"), QuickMask)
    assert protocol.Utf8Validator is QuickText
