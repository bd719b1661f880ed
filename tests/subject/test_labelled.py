"""Texts of a class's own: labelled sentences and tagged words, and what can be wrong with them."""

import numpy as np
import pytest

from helpers.heads import BagOfWords
from helpers.labelled import load_conll, load_texts
from helpers.losses import cross_entropy
from helpers.tags import TagSet
from helpers.vocabulary import UNKNOWN, Vocabulary


def write(folder, text, name="mine.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_csv_of_texts_and_labels_is_read(tmp_path):
    text = '\ufefftext,label\r\n"good, really",yes\r\n\r\nbad,no\r\n  fine ,yes\r\n'
    table = load_texts(write(tmp_path, text))
    assert table.texts == ("good, really", "bad", "fine")
    assert table.y.tolist() == [1, 0, 1] and table.target_names.tolist() == ["no", "yes"]
    assert table.about.startswith("3 texts of ")


@pytest.mark.parametrize("header", ["id,Review,stars", "id,when,Sentence,stars"])
def test_other_columns_are_passed_over_where_one_is_called_a_text(tmp_path, header):
    cells = {"Review": "7,good soup,5", "Sentence": "7,monday,good soup,5"}[header.split(",")[-2]]
    table = load_texts(write(tmp_path, f"{header}\n{cells}\n{cells}\n{cells[:-1]}1\n"))
    assert table.texts == ("good soup",) * 3 and table.target_names.tolist() == ["1", "5"]


def test_a_txt_has_a_tab_before_the_label_and_no_names(tmp_path):
    text = 'So "good"!\t1\nvery, very bad.\t0\nfine\t1\n'
    table = load_texts(write(tmp_path, text, "mine.txt"))
    assert table.texts == ('So "good"!', "very, very bad.", "fine")
    assert table.y.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("a.csv", "text,label\na,1\nb,1\n", "a.csv, column 'label': only the label '1' occurs"),
        ("a.txt", "a\t1\nb\t1\n", "a.txt, column 'label': only the label '1' occurs"),
        ("a.csv", "text,label\na,1\n,2\n", "a.csv, line 3, column 'text': the text has no words"),
        ("a.csv", 'text,label\na,1\n"  ",2\n', "line 3, column 'text': the text has no words"),
        ("a.txt", "a\t1\n\t2\n", "a.txt, line 2, column 'text': the text has no words, got ''"),
        ("a.csv", "text,label\na,1\nb,\n", "a.csv, line 3, column 'label': the label is missing"),
        ("a.txt", "a\t1\nb\t \n", "a.txt, line 2, column 'label': the label is missing"),
        ("a.csv", "text,label\na,1\nb, c,2\n", "a.csv, line 3: expected 'text' and 'label', got"),
        ("a.txt", "a\t1\nb 2\n", "a.txt, line 2: .* got cells: 1; .* a tab stands before"),
        ("a.csv", "text,label\na,1\nb,2\nc,3\n", "'label': no label occurs twice, such as '1'"),
        ("a.csv", "good,1\nfine,1\nbad,0\n", r"line 1 looks like data \(good … 1\)"),
        ("a.csv", "a,b,c\n1,2,3\n", "line 1: which column holds the text\\? got 'a', 'b', 'c'"),
        ("a.csv", "text,review,y\n1,2,3\n", "which column holds the text"),
        ("a.csv", "text\na\n", "line 1: which column holds the text"),
        ("a.csv", "text,label\n", "the table is empty"),
        ("a.csv", "", "the table is empty"),
        ("a.txt", "", "the table is empty"),
        ("a.csv", b"text,label\na,1\n\xe9t\xe9,2\n", "a.csv, line 3: not UTF-8 text"),
        ("a.txt", b"a\t1\n\xe9t\xe9\t2\n", "a.txt, line 2: not UTF-8 text"),
        ("a.csv", 'text,label\n"a,1\nb,2\n', "look for a quotation mark without its partner"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_column(tmp_path, name, text, message):
    with pytest.raises(ValueError, match=message):
        load_texts(write(tmp_path, text, name))


@pytest.mark.parametrize("load", [load_texts, load_conll])
def test_a_file_that_is_not_there_is_looked_for_where_it_was(load, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file .*none.csv', looked for it in"):
        load(tmp_path / "none.csv")


def test_a_class_of_its_own_runs_through_to_a_prediction(tmp_path):
    text = "text,label\nThe soup was good 👍,good\nCold soup!,bad\nA good bed.,good\n"
    table = load_texts(write(tmp_path, text))
    vocabulary = Vocabulary(table.texts)
    X = vocabulary.encode(table.texts, length=3)  # one of them is longer
    model = BagOfWords(len(vocabulary), 2)
    assert cross_entropy(model(X), table.y).item() == pytest.approx(np.log(2))
    assert (vocabulary.encode(["漢字 \x00", ""], length=3) == [[UNKNOWN] * 2 + [0], [0] * 3]).all()


# CoNLL

CONLL = """-DOCSTART- -X- O O

Anna NNP B-NP B-PER
met VBD B-VP O
Ben NNP B-NP B-PER
Baker NNP I-NP I-PER

Oslo\tB-LOC
"""


def test_a_conll_file_is_read(tmp_path):
    sentences = load_conll(write(tmp_path, CONLL, "ner.txt"))
    assert sentences.words == (("Anna", "met", "Ben", "Baker"), ("Oslo",))
    assert sentences.tags == (("B-PER", "O", "B-PER", "I-PER"), ("B-LOC",))
    assert TagSet(sentences.tags).encode(sentences.tags).tolist()[1] == [1, -100, -100, -100]


def test_windows_line_ends_a_byte_order_mark_and_strange_words_are_no_obstacle(tmp_path):
    text = "\ufeffAnna B-PER\r\n👍 O\r\n\r\n\r\n漢字\tB-LOC\r\n# O"
    sentences = load_conll(write(tmp_path, text, "ner.txt"))
    assert sentences.words == (("Anna", "👍"), ("漢字", "#"))


def test_the_older_style_is_read_where_it_is_asked_for(tmp_path):
    path = write(tmp_path, "Anna I-PER\nBaker I-PER\nOslo I-LOC\nrained O\nI I-PER\n", "ner.txt")
    assert load_conll(path, repair=True).tags == (("B-PER", "I-PER", "B-LOC", "O", "B-PER"),)


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "Anna I-PER\n",
            "ner.txt, line 1, column 'tag': I-PER after the beginning goes on with nothing; "
            "expected B-PER, or try repair=True",
        ),
        ("a O\n\nb B-PER\nc I-LOC\n", "ner.txt, line 4, column 'tag': I-LOC after B-PER goes on"),
        ("a O\nb E-PER\n", "ner.txt, line 2, column 'tag': 'E-PER' is no BIO tag"),
        ("a NNP\n", "ner.txt, line 1, column 'tag': 'NNP' is no BIO tag"),
        ("a O\nb\n", "ner.txt, line 2: one column, 'b', expected a word and its tag"),
        ("", "ner.txt: there is no sentence"),
        ("\n\n-DOCSTART- O\n", "ner.txt: there is no sentence"),
        ("a O\nb O\n", "ner.txt, column 'tag': only O occurs"),
        (b"a O\n\xe9 B-PER\n", "ner.txt, line 2: not UTF-8"),
    ],
)
def test_tags_that_are_none_are_named_with_file_line_and_column(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        load_conll(write(tmp_path, text, "ner.txt"))
