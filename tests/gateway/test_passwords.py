"""Passwords that anybody would try first are refused."""

import pytest

from gateway.credentials.passwords import is_easily_guessed


@pytest.mark.parametrize(
    "password",
    [
        "password123456",
        "P@ssw0rd!!2026",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "qwertyuiop",
        "passwordpassword",
        "Jelszó123456",
        "Welcome-2026!",
        "abcdefghijkl",
    ],
)
def test_what_is_tried_first_is_easily_guessed(password: str) -> None:
    assert is_easily_guessed(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "a newer password",
        "árvíztűrő tükörfúrógép",
        "密码是一句很长的话啊",
        "Tr0ub4dor&3xyz",
        "k7#pQ2!vLm9z",
    ],
)
def test_a_sentence_or_a_random_text_is_not(password: str) -> None:
    assert not is_easily_guessed(password)
