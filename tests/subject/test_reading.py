"""How a table of one's own is read, and how what is wrong in it is named."""

import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import datasets
from helpers.reading import read_table

LABELLED = ["wine", "digits", "breast_cancer", "fruits", "people"]
QUANTITIES = ["diabetes", "houses"]


def load(name, path):
    return getattr(datasets, f"load_{name}")(path)


def write(folder, text, name="mine.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# What is read


def test_a_table_of_ones_own_is_read_by_the_rules(tmp_path):
    text = (
        '\ufefflength, width ,kind\r\n 1.5,2,long\r\n\r\n3,4e0, "round, or so"\r\n5,6,long\r\n\r\n'
    )
    table = load("wine", write(tmp_path, text))
    np.testing.assert_array_equal(table.X, [[1.5, 2], [3, 4], [5, 6]])
    assert table.feature_names == ("length", "width")
    assert table.target_names[table.y].tolist() == ["long", "round, or so", "long"]


def test_a_path_may_be_a_string_and_is_told_with_the_number_of_rows(tmp_path):
    path = write(tmp_path, "x,kind\n1,a\n2,a\n3,b\n")
    assert load("wine", path).about == load("wine", str(path)).about == f"3 rows of {path}"


def test_what_is_read_can_be_written_into(tmp_path):
    table = load("wine", write(tmp_path, "x,kind\n1,a\n2,a\n3,b\n"))
    table.X[0] = 7
    assert table.X.tolist() == [[7], [2], [3]]


@pytest.mark.parametrize("names", ["2024,2025", "0,1"])
def test_names_of_features_may_be_numbers_that_name(tmp_path, names):
    table = load("digits", write(tmp_path, f"{names},y\n1,1,7\n2,1,3\n3,1,7\n"))
    assert table.feature_names == tuple(names.split(","))
    assert len(table.X) == 3


def test_labels_may_be_numbers(tmp_path):
    table = load("digits", write(tmp_path, "x,y\n1,7\n2,3\n3,7\n"))
    assert table.target_names.tolist() == ["3", "7"]
    assert table.y.tolist() == [1, 0, 1]


def test_a_label_may_be_called_as_its_column_is(tmp_path):
    table = load("wine", write(tmp_path, "words,links,spam\n1,2,spam\n3,4,ham\n5,6,ham\n"))
    assert table.target_names[table.y].tolist() == ["spam", "ham", "ham"]


def test_a_quantity_keeps_its_name(tmp_path):
    table = load("houses", write(tmp_path, "x,y\n1,7\n2,3\n3,7\n"))
    assert table.target_names.tolist() == ["y"]
    assert table.y.tolist() == [7.0, 3.0, 7.0]


@pytest.mark.parametrize("blank", ["   ", "\t", ",,", " , , ", '""'])
def test_lines_without_content_are_skipped_wherever_they_stand(tmp_path, blank):
    rows = ["a,b,kind", "1,2,x", "3,4,y", "5,6,x"]
    text = "\n".join([blank, *(line for row in rows for line in (row, blank))])
    table = load("wine", write(tmp_path, text))
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("first", ["sep=,", '"sep=,"'])
def test_the_line_that_names_the_separator_for_excel_is_skipped(tmp_path, first):
    table = load("wine", write(tmp_path, f"{first}\r\na,b,kind\r\n1,2,x\r\n3,4,y\r\n5,6,x\r\n"))
    assert table.feature_names == ("a", "b")
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_classes_are_numbered_in_the_order_of_their_labels(tmp_path):
    table = load("wine", write(tmp_path, "x,kind\n1,pear\n2,apple\n3,pear\n4,Zebra\n"))
    assert table.target_names.tolist() == ["Zebra", "apple", "pear"]
    assert table.y.tolist() == [2, 1, 2, 0]


# What is wrong is named


@pytest.mark.parametrize(
    "cell", ["", "  ", "n/a", "nan", "inf", "-Infinity", "1e999", "3,5", "12 m", "1_000"]
)
@settings(max_examples=12)
@given(row=st.integers(0, 5), column=st.integers(0, 1), blank_lines=st.booleans())
def test_a_bad_cell_is_named_by_file_line_and_column(
    tmp_path_factory, cell, row, column, blank_lines
):
    rows = [["1", "2", str(price)] for price in range(6)]
    rows[row][column] = f'"{cell}"' if "," in cell else cell
    lines = ["area,rooms,price", *(",".join(cells) for cells in rows)]
    text = ("\n\n" if blank_lines else "\n").join(lines)
    line = 1 + (row + 1) * (2 if blank_lines else 1)
    assert text.split("\n")[line - 1] == lines[row + 1]  # the line as an editor counts it
    path = write(tmp_path_factory.mktemp("tables"), text)
    problem = f"got '{cell}', expected a finite number" if cell.strip() else "the number is missing"
    message = f"mine.csv, line {line}, column '{['area', 'rooms'][column]}': {problem}"
    with pytest.raises(ValueError, match=re.escape(message)):
        load("houses", path)


def test_the_line_is_right_below_a_quoted_cell_that_spans_lines(tmp_path):
    path = write(tmp_path, 'x,kind\n1,"two\nlines"\n?,a\n')
    with pytest.raises(ValueError, match=r"mine.csv, line 4, column 'x': got '\?'"):
        load("wine", path)


@pytest.mark.parametrize(
    ("loader", "text", "message"),
    [
        ("houses", "", "mine.csv, line 1: the table is empty; expected names"),
        ("houses", "\n\n\n", "the table is empty"),
        ("houses", "area,price\n", "mine.csv, line 2: the table is empty"),
        ("houses", "area,price\n1,2\n3\n", "line 3: 1 cell, expected 2 as in .* .area … price."),
        ("houses", "area,price\n1,2,3\n", "mine.csv, line 2: 3 cells, expected 2 .*comma"),
        ("houses", "area;price\n1;2\n", "line 1: one column, 'area;price', expected .* commas"),
        ("houses", "area,,price\n1,2,3\n", "mine.csv, line 1: column 2 has no name"),
        ("houses", "area,area,price\n1,2,3\n", "line 1: two columns are called 'area'"),
        ("houses", "area,price\n1,cheap\n", "line 2, column 'price': got 'cheap', expected a fin"),
        ("houses", "area,price\n1,\n", "mine.csv, line 2, column 'price': the number is missing"),
        ("wine", "x,kind\n1,a\n2, \n", "mine.csv, line 3, column 'kind': the label is missing"),
        ("wine", "x,kind\n1,0.3\n2,0.4\n", "line 2, column 'kind': .* occurs twice.*load_houses"),
        ("wine", 'x,kind\n1,a\n2,"b\n3,a\n', "line 3: .*a quotation mark without its partner"),
        ("wine", b"x,kind\n1,a\n2,caf\xe9\n", "line 3: not UTF-8 text; save it as 'CSV UTF-8'"),
        ("wine", b"x,kind\r1,a\r2,caf\xe9\r", "line 3: not UTF-8 text"),
    ],
)
def test_a_table_that_breaks_a_rule_is_explained(tmp_path, loader, text, message):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=message):
        load(loader, path)


def test_a_byte_that_is_no_utf_8_is_found_far_into_the_file(tmp_path):
    rows = b"".join(b"%d,%s\n" % (i, b"ab"[i % 2 : i % 2 + 1]) for i in range(30_000))
    path = write(tmp_path, b"x,kind\n" + rows + b"7,caf\xe9\n")
    with pytest.raises(ValueError, match="mine.csv, line 30002: not UTF-8"):
        load("wine", path)


IRIS = "5.1,3.5,1.4,0.2,setosa\n4.9,3.0,1.4,0.2,setosa\n7.0,3.2,4.7,1.4,versicolor\n"


@pytest.mark.parametrize(
    ("loader", "text"),
    [
        ("wine", IRIS),
        ("wine", "166,12,1,apple\n7,11,2,cherry\n150,10,3,apple\n"),
        ("wine", "0,0,5,zero\n0,1,4,one\n0,2,5,zero\n"),
        ("wine", "166,12.5,1,apple\n7,11,2,cherry\n150,10,3,cherry\n"),
        ("houses", "1,2,3\n4,5,6\n"),
        ("houses", "0,1,2\n4,5,6\n"),
    ],
    ids=["iris", "label again", "number again", "decimals", "numbers", "counting numbers"],
)
def test_a_first_line_that_holds_an_example_is_not_taken_for_names(tmp_path, loader, text):
    with pytest.raises(ValueError, match="mine.csv, line 1 looks like data .*a line with names"):
        load(loader, write(tmp_path, text))


@pytest.mark.parametrize("name", ["label", "Class", "TARGET"])
def test_a_target_that_does_not_stand_last_is_named(tmp_path, name):
    path = write(tmp_path, f"{name},ink,paper\n3,0,0\n5,1,0\n3,0,1\n")
    with pytest.raises(ValueError, match=f"line 1: column 1 is called '{name}', .* to the end"):
        load("digits", path)


def test_a_word_in_a_table_with_the_label_first_says_where_labels_stand(tmp_path):
    path = write(tmp_path, "kind,length,width\nlong,1,2\nshort,2,2\n")
    with pytest.raises(ValueError, match="'kind': got 'long', .*labels stand in the last column"):
        load("wine", path)


def test_a_single_label_is_nothing_to_learn_from(tmp_path):
    path = write(tmp_path, "digit,ink,paper\n3,1,0\n5,2,0\n3,3,0\n")
    with pytest.raises(ValueError, match="column 'paper': only the label '0' occurs"):
        load("digits", path)


def test_a_quantity_that_never_changes_is_nothing_to_predict(tmp_path):
    path = write(tmp_path, "price,area,pool\n3,1,0\n5,2,0\n3,3,0\n")
    with pytest.raises(ValueError, match="column 'pool': only the number 0 occurs"):
        load("houses", path)


def test_a_target_of_another_type_is_refused(tmp_path):
    path = write(tmp_path, "x,y\n1,7\n2,3\n3,7\n")
    with pytest.raises(ValueError, match=r"str .a label. or float .a quantity., got <class 'int'>"):
        datasets.read(path, int)


@pytest.mark.parametrize("name", [*LABELLED, *QUANTITIES])
def test_a_missing_file_says_where_it_was_looked_for(tmp_path, name):
    message = "absent.csv.*from the folder of the notebook"
    with pytest.raises(FileNotFoundError, match=message) as error:
        load(name, tmp_path / "absent.csv")
    assert f"looked for it in {str(tmp_path)!r}" in str(error.value)


# What it costs


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """20,000 rows of 13 numbers and a label, 2.3 MB."""
    numbers = np.random.default_rng(0).normal(size=(20_000, 13))
    names = ",".join(f"x{i}" for i in range(13))
    lines = [
        ",".join(f"{number:.5f}" for number in row) + f",kind_{i % 3}"
        for i, row in enumerate(numbers)
    ]
    return write(tmp_path_factory.mktemp("large"), "\n".join([f"{names},kind", *lines]))


@pytest.mark.parametrize("target", [str, float])
def test_reading_takes_no_more_than_five_times_the_memory_of_the_file(large, tmp_path, target):
    path = large
    if target is float:
        path = write(tmp_path, large.read_bytes().replace(b"kind_", b""))
    tracemalloc.start()
    datasets.read(path, target)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * path.stat().st_size


def test_a_number_is_kept_once_and_a_label_as_one_word(large):
    table = read_table(large, has_labels=True)
    assert table.numbers.nbytes == 20_000 * 13 * 8
    assert len({id(label) for label in table.labels}) == 3
