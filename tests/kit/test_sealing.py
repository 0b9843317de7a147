"""Sealing and wrapping: what opens, what does not, and that all looks alike."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from lms.kit import phrases, sealing
from lms.kit.keyring import WRAP_BYTES, Keyring, MissingKey
from lms.kit.sealing import Cost, KeyPair, Unreadable, WrongWords

# As cheap as Argon2id gets: what a try costs is measured once, below.
CHEAP = Cost(operations=1, memory=8_192)
WORDS = "acre bison cedar delay ebony fable"
TEXTS = st.text(max_size=sealing.LONGEST)
SECRETS = st.binary(min_size=32, max_size=32)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return sealing.new_pair(WORDS, cost=CHEAP)


@pytest.fixture(scope="module")
def private(pair) -> PrivateKey:
    return pair.unlock(WORDS)


class TestWords:
    def test_the_list_holds_2048_short_words_once_each(self):
        assert len(phrases.WORDS) == len(set(phrases.WORDS)) == 2048
        assert all(re.fullmatch("[a-z]{3,7}", word) for word in phrases.WORDS)

    def test_no_two_words_are_one_letter_apart(self):
        """Neither by another letter in a place, nor by a letter more or less."""
        words = set(phrases.WORDS)
        gaps = [(n, word[:n], word[n + 1 :]) for word in words for n in range(len(word))]
        assert len(set(gaps)) == len(gaps)
        assert not [start + end for _n, start, end in gaps if start + end in words]

    def test_a_phrase_is_six_of_them_by_chance(self):
        made = {phrases.new_phrase() for _ in range(50)}
        assert len(made) == 50
        assert all(len(one.split()) == 6 and not phrases.strangers(one) for one in made)

    @pytest.mark.parametrize(
        "typed", [WORDS.upper(), WORDS.replace(" ", "-"), f"  1. {WORDS}\n", WORDS.title()]
    )
    def test_how_they_are_typed_does_not_matter(self, pair, typed):
        assert bytes(pair.unlock(typed).public_key) == pair.public

    def test_a_word_that_is_in_no_phrase_is_told(self):
        assert phrases.strangers("acre bisson Cedar") == ["bisson"]


class TestSealing:
    @given(text=TEXTS)
    @settings(max_examples=60, deadline=None)
    def test_what_is_sealed_opens_again_as_it_was(self, pair, private, text):
        assert sealing.open_sealed(sealing.seal(text, to=pair.public), private) == text

    @given(texts=st.lists(st.text(max_size=500), min_size=2, max_size=5))
    @settings(max_examples=30, deadline=None)
    def test_usual_texts_are_of_one_length_and_never_twice_the_same(self, pair, texts):
        sealed = [sealing.seal(text, to=pair.public) for text in [*texts, texts[0]]]
        assert {len(one) for one in sealed} == {sealing.SIZES[0] + sealing.SEAL_BYTES}
        assert len(set(sealed)) == len(sealed)

    @pytest.mark.parametrize(
        ("length", "size"), [(0, 0), (2_044, 0), (2_045, 1), (8_188, 1), (8_189, 2), (32_764, 2)]
    )
    def test_a_longer_text_takes_the_next_size(self, length, size):
        assert len(sealing.padded(b"x" * length)) == sealing.SIZES[size]
        assert sealing.unpadded(sealing.padded(b"x" * length)) == b"x" * length

    def test_a_text_that_is_too_long_is_refused_and_the_longest_fits_in_any_script(self, pair):
        assert len(sealing.seal("𝄞" * sealing.LONGEST, to=pair.public)) == sealing.SIZES[2] + 48
        with pytest.raises(ValueError, match="more than 32764 bytes"):
            sealing.seal("𝄞" * (sealing.LONGEST + 1), to=pair.public)

    @given(at=st.integers(0, sealing.SIZES[0] + sealing.SEAL_BYTES - 1), bit=st.integers(0, 7))
    @settings(max_examples=60, deadline=None)
    def test_a_changed_bit_is_seen(self, pair, private, at, bit):
        sealed = bytearray(sealing.seal("mine", to=pair.public))
        sealed[at] ^= 1 << bit
        with pytest.raises(Unreadable):
            sealing.open_sealed(bytes(sealed), private)

    def test_anothers_does_not_open(self, pair):
        with pytest.raises(Unreadable):
            sealing.open_sealed(sealing.seal("mine", to=pair.public), PrivateKey.generate())


class TestPairs:
    @given(words=st.text(alphabet="abc ", max_size=12))
    @settings(max_examples=20, deadline=None)
    def test_wrong_words_open_nothing(self, pair, words):
        with pytest.raises(WrongWords):
            pair.unlock(words)

    def test_a_pair_travels_as_bytes_with_what_a_try_costs(self, pair):
        again = KeyPair.unpack(pair.pack())
        assert again == pair
        assert again.cost == CHEAP
        with pytest.raises(Unreadable):
            KeyPair.unpack(pair.pack()[:-1])

    def test_a_pair_of_nobody_looks_like_any_other_and_opens_with_no_words(self):
        used, unused = sealing.new_pair(WORDS), sealing.nobodys_pair()
        assert len(used.pack()) == len(unused.pack())
        assert used.cost == unused.cost
        with pytest.raises(WrongWords):
            unused.unlock(WORDS)

    def test_other_words_leave_readable_what_was_sealed_before(self, pair, private):
        sealed = sealing.seal("mine", to=pair.public)
        changed = sealing.under_new_words(private, "zoom yogurt", cost=CHEAP)
        assert sealing.open_sealed(sealed, changed.unlock("zoom yogurt")) == "mine"
        with pytest.raises(WrongWords):
            changed.unlock(WORDS)

    def test_a_public_key_put_in_the_place_of_another_is_seen(self, pair):
        other = sealing.new_pair(WORDS, cost=CHEAP)
        mixed = KeyPair(other.public, pair.salt, pair.cost, pair.locked)
        with pytest.raises(WrongWords):
            mixed.unlock(WORDS)

    def test_a_pair_that_would_keep_the_server_busy_is_not_tried(self, pair):
        with pytest.raises(Unreadable):
            KeyPair(pair.public, pair.salt, Cost(3, 2**31), pair.locked).unlock(WORDS)


class TestKeyring:
    @given(content=st.binary(max_size=200), about=st.binary(max_size=20), secret=SECRETS, newer=SECRETS)
    @settings(max_examples=60, deadline=None)
    def test_a_newer_key_wraps_and_the_older_still_opens(self, content, about, secret, newer):
        old = Keyring([secret]).wrap(content, about=about)
        both = Keyring([newer, secret])
        assert both.unwrap(old, about=about) == content
        again = both.wrap(content, about=about)
        assert len(again) == len(old) == len(content) + WRAP_BYTES
        assert Keyring([newer]).unwrap(again, about=about) == content
        assert both.is_newest(again)

    def test_without_its_key_nothing_opens_and_that_is_told_apart(self):
        wrapped = Keyring([b"a" * 32]).wrap(b"x", about=b"")
        with pytest.raises(MissingKey):
            Keyring([b"b" * 32]).unwrap(wrapped, about=b"")
        assert not Keyring([b"b" * 32]).knows(wrapped)

    def test_what_was_wrapped_about_one_does_not_open_about_another(self):
        ring = Keyring([b"a" * 32])
        with pytest.raises(Unreadable):
            ring.unwrap(ring.wrap(b"x", about=b"1"), about=b"2")

    @given(at=st.integers(0, WRAP_BYTES), bit=st.integers(0, 7))
    def test_a_changed_bit_is_seen(self, at, bit):
        ring = Keyring([b"a" * 32])
        wrapped = bytearray(ring.wrap(b"x", about=b""))
        wrapped[at] ^= 1 << bit
        with pytest.raises((Unreadable, MissingKey)):
            ring.unwrap(bytes(wrapped), about=b"")

    def test_marks_differ_by_person_by_block_and_by_key(self):
        ring = Keyring([b"a" * 32, b"b" * 32])
        marks = {mark for parts in ((1, 2), (2, 1), (12, ""), (1, 12)) for mark in ring.marks("x", *parts)}
        assert len(marks) == 8
        assert ring.marks("x", 1, 2) == ring.marks("x", 1, 2)
        assert ring.marks("x", 1, 2)[1:] == Keyring([b"b" * 32]).marks("x", 1, 2)
