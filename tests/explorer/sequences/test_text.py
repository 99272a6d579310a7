"""Text as codes: how it is cut, which words get one, and files of text read as they stand."""

import csv
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Form, Options, dataset_of_texts, read_text, tokens_of
from explorer.sequences.text import make_vocabulary, split, word_of

CHARACTERS = Options(tokens="characters")


def dataset(*texts, options=Options(), labels=(), **more):  # noqa: B008 - an immutable value
    names = [f"n{k}" for k in range(len(texts))]
    return dataset_of_texts("texts.csv", texts, names, labels, options, ("kept",), **more)


def decoded(data, k):
    return [data.vocabularies["token"][int(code)] for code in data.sequences[k].values[:, 0]]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't stop.", ["Don't", "stop", "."]),
        ("it’s 5pm!!", ["it’s", "5", "pm", "!", "!"]),
        ("call 08452810075over18's", ["call", "08452810075", "over", "18", "'", "s"]),
        ("£1,000.50 T&C's", ["£", "1", ",", "000", ".", "50", "T", "&", "C's"]),
        ("a_b\t\nc", ["a", "_", "b", "c"]),
        ("'quoted' end'", ["'", "quoted", "'", "end", "'"]),
        ("naïve nai\u0308ve", ["naïve", "nai\u0308ve"]),
        ("शक्ति है", ["शक्ति", "है"]),
        ("iPhone手机かな", ["iPhone", "手", "机", "か", "な"]),
        ("ok❤️👍🏽", ["ok", "❤️", "👍🏽"]),
        ("Straße x² \x00", ["Straße", "x²", "\x00"]),
        ("", []),
        (" \n", []),
    ],
)
def test_words_are_runs_of_letters_or_digits_and_single_signs(text, tokens):
    assert list(split(text, "words")) == tokens


@given(st.text())
def test_no_sign_of_a_text_is_lost(text):
    assert "".join(split(text, "characters")) == text
    assert "".join(split(text, "words")) == re.sub(r"\s", "", text)


@given(st.text(alphabet="ab'’ é\u03011.-_手\n", max_size=30))
def test_each_word_alone_is_a_word(text):
    for word in split(text, "words"):
        assert split(word, "words") in ((word,), tuple(word)), "or begins with a mark that belongs to nothing"


def test_words_are_counted_in_lower_case_and_numbers_by_their_length():
    assert [word_of(token, "words") for token in ("Free", "FREE", "It’s", "7", "42", "08712300220", "²")] == [
        *("free", "free", "it's", "7", "<d2>", "<d11>", "²")
    ]
    assert word_of("A", "characters") == "A"
    data = dataset("Call 12345 or 54321")
    assert data.sequences[0].tokens == ("Call", "12345", "or", "54321")
    assert decoded(data, 0) == ["call", "<d5>", "or", "<d5>"]


def test_the_vocabulary_begins_with_padding_and_unknown_then_by_frequency():
    words = list("bacabadd")
    assert make_vocabulary(words, 1) == ("<pad>", "<unk>", "a", "b", "d", "c")
    assert make_vocabulary(words, 2) == ("<pad>", "<unk>", "a", "b", "d")
    assert make_vocabulary(words, 1, most=2) == ("<pad>", "<unk>", "a", "b")


def test_texts_become_sequences_of_codes_with_names_labels_and_tokens():
    data = dataset("the cat sat", "The dog", labels=("ham", "spam"))
    assert data.features == ("token",)
    assert data.vocabularies["token"][:3] == ("<pad>", "<unk>", "the")
    assert [(s.name, s.label, s.tokens) for s in data.sequences] == [
        ("n0", "ham", ("the", "cat", "sat")),
        ("n1", "spam", ("The", "dog")),
    ]
    assert [s.values.shape for s in data.sequences] == [(3, 1), (2, 1)]
    assert decoded(data, 1) == ["the", "dog"]
    assert data.notes[0] == "kept"
    assert not data.sequences[0].values.flags.writeable


def test_characters_keep_their_case_and_their_blanks():
    data = dataset("To be,\nto", options=CHARACTERS)
    assert data.sequences[0].tokens == tuple("To be,\nto")
    assert decoded(data, 0) == list("To be,\nto")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6), st.sampled_from(["words", "characters"]))
def test_every_token_stands_for_its_word_or_unknown(texts, kind):
    if not any(split(text, kind) and text.strip() for text in texts):
        with pytest.raises(DataError, match="no text"):
            dataset(*texts, options=Options(tokens=kind))
        return
    data = dataset(*texts, options=Options(tokens=kind))
    for sequence, k in zip(data.sequences, range(len(texts)), strict=False):
        assert decoded(data, k) == [word_of(token, kind) for token in sequence.tokens]


def test_words_of_the_training_part_only():
    data = dataset("a b", "a c", "d a", "e", options=Options(train=0.5))
    assert set(data.vocabularies["token"]) == {"<pad>", "<unk>", "a", "b", "c"}
    assert decoded(data, 2) == ["<unk>", "a"]
    assert data.train == 0.5
    assert "2 of 7 tokens (29 %) are <unk>" in data.notes[-1]
    assert "from the first 50 % of the texts" in data.notes[-1]
    one = dataset("a b c d", options=Options(train=0.5))
    assert decoded(one, 0) == ["a", "b", "<unk>", "<unk>"]
    assert "from the first 50 % of the text," in one.notes[-1]


def test_in_much_text_a_word_must_occur_twice():
    texts = ["often " * 999 + "once"]
    assert decoded(dataset(*texts), 0)[-1] == "<unk>"
    assert decoded(dataset(*texts, least=1), 0)[-1] == "once"
    assert decoded(dataset("once"), 0) == ["once"]
    assert decoded(dataset("o" * 5000 + "x", options=CHARACTERS), 0)[-1] == "x"
    assert len(dataset(*texts, least=1, most=1).vocabularies["token"]) == 3


def test_empty_texts_are_left_out_and_said():
    data = dataset("a", " ", "", "b", lines=(1, 2, 5, 6))
    assert [s.name for s in data.sequences] == ["n0", "n3"]
    assert "2 empty texts left out, the first in line 2" in data.notes
    assert "an empty text left out, 'n1'" in dataset("a", "").notes
    assert "an empty text left out, number 2" in dataset_of_texts("s", ["a", ""], (), (), Options(), ()).notes
    with pytest.raises(DataError, match="no text in it"):
        dataset("", "  ")


def test_a_text_file_is_one_sequence_of_characters(tmp_path):
    path = tmp_path / "hamlet.txt"
    path.write_bytes("To be,\r\nor not".encode("utf-16"))
    data = read_text(path)
    assert [s.name for s in data.sequences] == ["hamlet"]
    assert data.sequences[0].tokens == tuple("To be,\nor not")
    assert data.options.tokens == "characters"
    assert data.options.plain_text
    assert data.source == str(path)
    assert read_text(path, Options(tokens="words")).sequences[0].tokens == ("To", "be", ",", "or", "not")


def test_a_text_in_another_encoding(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("Käse".encode("cp1252"))
    assert read_text(path).sequences[0].tokens == tuple("Käse")
    assert (
        "the file is not UTF-8 (line 1 is the first that is not) and was read as Windows-1252" in read_text(path).notes
    )
    told = read_text(path, Options(form=Form(encoding="cp437")))
    assert told.sequences[0].tokens == tuple("KΣse")
    assert not any("Windows" in note for note in told.notes)
    for encoding, message in (("utf-8", "it is not utf-8: .* at byte 1"), ("klingon", "no encoding 'klingon'")):
        with pytest.raises(DataError, match=message):
            read_text(path, Options(form=Form(encoding=encoding)))


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "empty"), (b"  \n", "empty"), (b"a\x00b", "no text file"), (None, "no such file")]
)
def test_what_is_no_text_says_so(tmp_path, content, message):
    path = tmp_path / "broken.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_text(path)
    assert str(caught.value.file) == str(path)


def test_of_an_encoding_that_is_told_it_says_what_is_wrong(tmp_path):
    told = Options(form=Form(encoding="latin-1"))
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_text(tmp_path / "none.txt", told)
    (tmp_path / "blank.txt").write_text("\n\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"blank\.txt: there is no text in it"):
        read_text(tmp_path / "blank.txt", told)


def test_what_stands_at_the_steps():
    data = dataset("b B")
    assert tokens_of(data, 0) == ("b", "B")


def test_a_million_characters_take_about_a_second(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("It was the best of times, it was the worst of times; 1859.\n" * 17_000, encoding="utf-8")
    for kind in ("characters", "words"):
        start = time.perf_counter()
        data = read_text(path, Options(tokens=kind))
        assert time.perf_counter() - start < 3, "on a machine that others use, too"
        assert len(data.sequences[0]) == len(data.sequences[0].tokens)


def test_the_messages_of_sms_spam(corpus):
    lines = (corpus / "sequences/text/uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    labels, texts = zip(*(line.split("\t", 1) for line in lines), strict=True)
    data = dataset(*texts, labels=labels, options=Options(train=0.8))
    assert (len(data.sequences), sum(s.label == "spam" for s in data.sequences)) == (5574, 747)
    assert 3_000 < len(data.vocabularies["token"]) < 4_000
    assert {"free", "call", "u", "<d11>", "£"} < set(data.vocabularies["token"])
    assert data.sequences[2].tokens[:4] == ("Free", "entry", "in", "2")
    unknown = np.concatenate([s.values[:, 0] == 1 for s in data.sequences]).mean()
    assert 0.02 < unknown < 0.06


def test_the_reviews_of_amazon(corpus):
    with (corpus / "sequences/text/vader_amazonReviewSnippets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts, labels = ([row[name] for row in rows] for name in ("text", "label"))
    data = dataset(*texts, labels=labels)
    assert len(data.sequences) == 3708
    assert {s.label for s in data.sequences} == {"negative", "positive"}
