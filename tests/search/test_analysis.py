"""Words of a text, and what a question asks for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.search.analysis import MOST_WORDS, ask, fold, normalise, skeleton, term, tokenise


def words(text: str) -> list[str]:
    return [token.word for token in tokenise(normalise(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Austra, mākoņi un mazais putniņš", ["austra", "mākoņi", "un", "mazais", "putniņš"]),
        ("„Piedzimstot bērniņam”", ["piedzimstot", "bērniņam"]),
        ("PEP-mammas", ["pep", "mammas", "pepmammas"]),
        ("e‑pasts", ["e", "pasts", "epasts"]),
        ("audžu\u00adģi\u00admene", ["audžuģimene"]),
        ("a\u0304beļi", ["ābeļi"]),
        ("1 300 bērnu", ["1300", "bērnu"]),
        ("1,300+ children", ["1300", "children"]),
        ("32 967,86 EUR", ["32967", "86", "eur"]),
        ("15.01.2022–31.10.2022", ["15", "01", "2022", "31", "10", "2022"]),
        ("children’s rights", ["children", "rights"]),
        ("info@example.org", ["info@example.org", "info", "example", "org"]),
        ("24/7", ["24", "7"]),
        ("_x_", ["x"]),
        ("… – „”", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_places_are_those_of_the_words(text: str) -> None:
    text = normalise(text)
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.word


@given(st.text(), st.sampled_from(["lv", "en"]))
def test_every_question_can_be_asked(text: str, language: str) -> None:
    question = ask(text, language)
    assert len(question.words) <= MOST_WORDS
    for asked in question.words:
        assert asked.terms
        assert all(0 < factor <= 1 for factor in asked.terms.values())


def test_folding() -> None:
    assert fold("ĀČĒĢĪĶĻŅŠŪŽ") == "acegiklnsuz"
    assert fold("Straße") == "strasse"


def test_skeleton() -> None:
    assert skeleton("audzugimene") == skeleton("aduzugimene") == "dgmnz"
    assert skeleton("programma") == skeleton("programa") == skeleton("porgrama")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("donate", "donations"),
        ("donating", "donated"),
        ("foster", "fostering"),
        ("families", "family"),
        ("children", "children’s"),
        ("guardian", "guardians"),
        ("support", "supporting"),
        ("volunteers", "volunteer"),
    ],
)
def test_english_forms_meet(one: str, other: str) -> None:
    (word,) = words(other)
    assert term(one, "en") == term(word, "en")


@pytest.mark.parametrize(("one", "other"), [("house", "hour"), ("care", "car"), ("foster", "fast")])
def test_english_words_stay_apart(one: str, other: str) -> None:
    assert term(one, "en") != term(other, "en")


def test_the_english_stemmer_serves_many_threads() -> None:
    """It keeps the word it works on, so that a shared one would mix them up."""
    term.cache_clear()
    forms = [
        f"{letter}{ending}ations" for letter in "abcdefghij" for ending in ("liz", "tro", "mun")
    ]
    expected = [term(form, "en") for form in forms]
    term.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(
            lambda _n: [term.__wrapped__(form, "en") for form in forms], range(40)
        ):
            assert found == expected


def test_stop_words_count_only_alone() -> None:
    assert [asked.word for asked in ask("kā kļūt par audžuģimeni", "lv").words] == [
        "kļūt",
        "audžuģimeni",
    ]
    assert [asked.word for asked in ask("par", "lv").words] == ["par"]
    assert [asked.word for asked in ask("what is it", "en").words] == ["what", "is", "it"]


def test_words_written_apart_also_ask_for_one_word() -> None:
    question = ask("audžu ģimene", "lv")
    assert all(term("audžuģimene", "lv") in asked.terms for asked in question.words)
    assert not any(
        "audzupar" in key for asked in ask("audžu, par", "lv").words for key in asked.terms
    )


def test_the_last_word_may_be_unfinished() -> None:
    assert ask("lielā audžuģ", "lv").prefix == "audzug"
    assert ask("au", "lv").prefix == ""
    assert ask("2022", "lv").prefix == ""


def test_synonyms_of_two_words() -> None:
    foster, parents = ask("foster parents", "en").words
    assert parents.terms["carer"] < 1
    assert "carer" not in foster.terms
    (alone,) = ask("parents", "en").words
    assert "carer" not in alone.terms


def test_long_questions_are_cut() -> None:
    question = ask(" ".join(f"vards{letter}x" for letter in "abcdefghijklmnop"), "lv")
    assert question.is_cut
    assert len(question.words) == MOST_WORDS
    assert not ask("īss jautājums", "lv").is_cut


def test_a_word_asked_twice_counts_once() -> None:
    assert len(ask("bērns bērns BĒRNS", "lv").words) == 1
