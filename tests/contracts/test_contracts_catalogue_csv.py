"""A catalogue as people write it: every line is a product, or a sentence about what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillday_contracts.catalogue_csv import CatalogueFile, read_catalogue

HEADING = "sku,name,price_minor,tax_percent,barcode,category"


def read(*lines: str) -> CatalogueFile:
    return read_catalogue("\n".join((HEADING, *lines)).encode())


def wrong(*lines: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.text) for problem in read(*lines).problems]


def test_a_line_is_a_product() -> None:
    (item,) = read("COF-01,Espresso,160,10,4006381333931,Coffee").items
    assert (item.sku, item.name, item.price, item.tax_rate) == ("COF-01", "Espresso", 160, 1000)
    assert (item.barcode, item.category) == ("4006381333931", "Coffee")


def test_barcode_and_category_may_be_missing_as_columns_or_as_cells() -> None:
    (item,) = read_catalogue(b"sku,name,price_minor,tax_percent\nA,Apple,60,7\n").items
    assert (item.barcode, item.category) == (None, None)
    (item,) = read("A,Apple,60,7").items
    assert (item.barcode, item.category) == (None, None)


def test_what_a_spreadsheet_adds_does_no_harm() -> None:
    data = "\ufeffSKU , Name,price_minor,tax_percent\r\n A , Apple  ,60 , 7 \r\n\r\n,,,\r\n".encode()
    (item,) = read_catalogue(data).items
    assert (item.sku, item.name, item.price) == ("A", "Apple", 60)


def test_columns_may_stand_in_any_order() -> None:
    (item,) = read_catalogue(b"tax_percent,price_minor,name,sku\n7,60,Apple,A\n").items
    assert (item.sku, item.price, item.tax_rate) == ("A", 60, 700)


def test_quotes_keep_commas_and_quotes_in_a_name() -> None:
    (item,) = read('A,"Apples, ""red""",60,7').items
    assert item.name == 'Apples, "red"'


@pytest.mark.parametrize(
    ("text", "rate"), [("0", 0), ("7", 700), ("5.5", 550), ("19.25", 1925), ("7.700", 770), ("100", 10000)]
)
def test_tax_percent_becomes_hundredths_of_a_percent(text: str, rate: int) -> None:
    assert read(f"A,Apple,60,{text}").items[0].tax_rate == rate


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (",Apple,60,7", "sku is empty"),
        ("A,,60,7", "name is empty"),
        ("A,Apple,,7", 'price_minor "" is no price: whole minor units, 199 for 1.99'),
        ("A,Apple,1.99,7", 'price_minor "1.99" is no price: whole minor units, 199 for 1.99'),
        ("A,Apple,-1,7", 'price_minor "-1" is no price: whole minor units, 199 for 1.99'),
        ("A,Apple,٣,7", 'price_minor "٣" is no price: whole minor units, 199 for 1.99'),
        ("A,Apple,9999999999999,7", "price_minor"),
        ("A,Apple,60,7%", 'tax_percent "7%" is no tax rate: write it like 19 or 5.5, without %'),
        ("A,Apple,60,7.125", "is no tax rate"),
        ("A,Apple,60,100.01", "tax_percent 100.01 is more than 100"),
        ("A,Apple,60", 'tax_percent "" is no tax rate'),
        ("A,Apple, red,60,7,,", "there are 7 cells for 6 columns; a name with a comma needs quotes"),
        ("A" * 41 + ",Apple,60,7", "sku has 41 characters; 40 are the most"),
        ("A," + "x" * 121 + ",60,7", "name has 121 characters"),
        ("A,App\x07le,60,7", "name holds a line break or another control character"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong_and_the_good_ones_are_still_read(
    line: str, text: str
) -> None:
    found = read("GOOD-1,Pear,70,7", line, "GOOD-2,Plum,80,7")
    assert [item.sku for item in found.items] == ["GOOD-1", "GOOD-2"]
    (problem,) = found.problems
    assert problem.line == 3
    assert text in problem.text
    assert found.usable


def test_a_product_stands_there_once() -> None:
    assert wrong("A,Apple,60,7", "B,Pear,70,7", "A ,Apple again,61,7") == [
        (4, 'the sku "A" stands in line 2 already')
    ]


def test_a_barcode_names_one_product() -> None:
    assert wrong("A,Apple,60,7,111", "B,Pear,70,7,111") == [(3, 'the barcode "111" stands in line 2 already')]


def test_a_name_over_two_lines_is_refused_and_later_lines_keep_their_numbers() -> None:
    assert wrong('A,"App\nle",60,7', "B,Pear,x,7") == [
        (2, "name holds a line break or another control character"),
        (4, 'price_minor "x" is no price: whole minor units, 199 for 1.99'),
    ]


@pytest.mark.parametrize(
    ("data", "line", "text"),
    [
        (b"", 1, "it lacks sku, name, price_minor, tax_percent"),
        (b"sku,name,price_minor\nA,Apple,60\n", 1, "it lacks tax_percent"),
        (b"sku;name;price_minor;tax_percent\nA;Apple;60;7\n", 1, "separated by commas"),
        (b"sku,name,price_minor,tax_percent,colour\n", 1, 'there is no column "colour"'),
        (b"sku,name,price_minor,tax_percent,sku\n", 1, "the column sku stands there twice"),
        (b"sku,name,price_minor,tax_percent\n", 1, "the file has no product"),
        (b"sku,name,price_minor,tax_percent\nA,Caf\xe9,60,7\n", 2, "not UTF-8"),
        (b'sku,name,price_minor,tax_percent\nA,Apple,60,7\nB,"Pear,70,7\n', 3, "a quote is open"),
        (b"\xff\xfe\x00\x01", 1, "not UTF-8"),
    ],
)
def test_a_file_that_is_no_catalogue_says_why_and_cannot_be_used(data: bytes, line: int, text: str) -> None:
    found = read_catalogue(data)
    assert not found.usable
    assert found.problems[-1].line == line
    assert text in found.problems[-1].text


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"{HEADING}\n{text}".encode(errors="replace")),
    )
)
def test_no_file_at_all_makes_it_fail(data: bytes) -> None:
    found = read_catalogue(data)
    assert found.items or found.problems
