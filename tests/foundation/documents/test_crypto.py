"""A stored file is unreadable on the disk, and whoever touches it is found out."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emploi.foundation.documents import crypto

KEY = crypto.derive_key("essai")
KEYS = {crypto.key_id(KEY): KEY}
SIZES = [0, 1, crypto.CHUNK - 1, crypto.CHUNK, crypto.CHUNK + 1, 3 * crypto.CHUNK]


def sealed(content: bytes) -> bytes:
    return b"".join(crypto.seal([content], KEY))


def opened(content: bytes) -> bytes:
    return b"".join(crypto.unseal(io.BytesIO(content), KEYS))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_is_read_back(size: int) -> None:
    content = os.urandom(size)
    assert opened(sealed(content)) == content


@given(st.lists(st.binary(max_size=5000), max_size=8))
@settings(max_examples=30, deadline=None)
def test_the_size_of_the_pieces_does_not_matter(pieces: list[bytes]) -> None:
    assert opened(b"".join(crypto.seal(pieces, KEY))) == b"".join(pieces)


def test_the_disk_says_nothing_and_never_the_same_twice() -> None:
    content = b"Mme Zoe OEUVRE, 12 rue de l'Eglise " * 10
    assert b"Zoe" not in sealed(content)
    assert sealed(content) != sealed(content)


@pytest.mark.parametrize("position", [3, 8, 20, -1])
def test_one_changed_bit_is_found_out(position: int) -> None:
    damaged = bytearray(sealed(b"contrat" * 100))
    damaged[position] ^= 1
    with pytest.raises(crypto.DamagedFile):
        opened(bytes(damaged))


def test_a_file_cut_between_two_chunks_is_found_out() -> None:
    whole = sealed(os.urandom(2 * crypto.CHUNK + 5))
    first_chunk_only = whole[: crypto.HEADER + crypto.CHUNK + crypto.TAG]
    with pytest.raises(crypto.DamagedFile, match="coupé ou modifié"):
        opened(first_chunk_only)
    with pytest.raises(crypto.DamagedFile):
        opened(whole[: crypto.HEADER] + whole[crypto.HEADER + crypto.CHUNK + crypto.TAG :])


def test_another_key_reads_nothing_but_a_former_key_still_does() -> None:
    new = crypto.derive_key("nouvelle")
    with pytest.raises(crypto.DamagedFile, match="clé"):
        list(crypto.unseal(io.BytesIO(sealed(b"a")), {crypto.key_id(new): new}))
    both = {crypto.key_id(new): new, **KEYS}
    assert b"".join(crypto.unseal(io.BytesIO(sealed(b"a")), both)) == b"a"


@given(
    st.sampled_from([0, 1, crypto.CHUNK, crypto.CHUNK + 1, 2 * crypto.CHUNK + 77]),
    st.integers(0, 2 * crypto.CHUNK + 100),
    st.integers(0, crypto.CHUNK + 50),
)
@settings(max_examples=40, deadline=None)
def test_a_passage_is_read_without_the_rest(size: int, offset: int, length: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    whole = sealed(content[:size])
    assert crypto.unseal_range(io.BytesIO(whole), KEYS, offset, length) == content[:size][offset : offset + length]


def test_a_passage_only_opens_the_chunks_it_touches_and_refuses_a_touched_one() -> None:
    damaged = bytearray(sealed(os.urandom(3 * crypto.CHUNK)))
    damaged[crypto.HEADER + 5] ^= 1
    crypto.unseal_range(io.BytesIO(bytes(damaged)), KEYS, 2 * crypto.CHUNK + 9, 50)
    with pytest.raises(crypto.DamagedFile, match="coupé ou modifié"):
        crypto.unseal_range(io.BytesIO(bytes(damaged)), KEYS, 3, 50)
