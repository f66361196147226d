"""The workbook: a sheet a table, numbers as numbers, the same bytes for the same result."""

import io
import time

import pytest
from openpyxl import load_workbook

from sim import words
from sim.report import workbook
from sim.report.tables import Table, column
from tests.report import example


def opened(tables):
    return load_workbook(io.BytesIO(workbook.content(tables)))


def test_every_table_has_a_sheet_with_chinese_headers(comparison, tmp_path):
    with words.spoken("zh"):
        book = load_workbook(workbook.save(comparison, tmp_path))
    assert book.sheetnames == [
        "方案比较", "与对照方案相比", "换一种口径", "达标把握", "各项资金", "专项与可调剂", "各月支出进度", "谁出的力", "卡点", "各方案卡点", "各乡镇", "各村", "逐月", "三率一度", "拟脱贫人数",
    ]  # fmt: skip
    sheet = book["各项资金"]
    assert [cell.value for cell in sheet[3]] == [
        "投向",
        "安排\n（万元）",
        "已列项目\n（万元）",
        "拨付\n（万元）",
        "结余\n（万元）",
    ]
    assert [cell.value for cell in sheet[4]] == ["产业扶贫", 7500, 7300, 7000, 500]


def test_english_names_fit_and_are_unique(comparison):
    with words.spoken("en"):
        names = [name for name, _ in workbook.sheets(comparison)]
    assert len(names) == len(set(names)) and max(map(len, names)) <= workbook.LONGEST


@pytest.mark.parametrize(("text", "value", "shown"), [
    ("1,740", 1740, "#,##0"),
    ("3.47%", 0.0347, "0.00%"),
    ("3.47 %", 0.0347, "0.00%"),
    ("-40", -40, "+#,##0;-#,##0;0"),
    ("2.8", 2.8, "0.0"),
    ("0 (0-26)", "0 (0-26)", "General"),
    ("=1+1", "=1+1", "General"),
    ("-100至+20", "-100至+20", "General"),
])  # fmt: skip
def test_cells(text, value, shown):
    table = Table("title", (column("name", ["row"], text=True), column("head", [text])), "note")
    cell = opened([("sheet", table)])["sheet"]["B4"]
    assert (cell.value, cell.number_format) == (value, shown)
    assert cell.data_type == ("s" if isinstance(value, str) else "n")


def test_codes_of_a_column_of_text_stay_as_they_are_in_the_files():
    """Village 01 is 01 in every table; as a number it would match none of them."""
    sheet = opened([("sheet", Table("title", (column("village", ["01", "0315"], text=True),)))])["sheet"]
    assert [(cell.value, cell.data_type) for cell in (sheet["A4"], sheet["A5"])] == [("01", "s"), ("0315", "s")]


def test_signs_that_a_file_cannot_hold_are_left_out():
    table = Table("a\x00b\u202e", (column("=name", ["x\x1b"], text=True),))
    sheet = opened([("sheet", table)])["sheet"]
    assert (sheet["A1"].value, sheet["A3"].value, sheet["A4"].value) == ("a b ", "=name", "x ")


def test_the_same_result_gives_the_same_bytes(comparison):
    with words.spoken("zh"):
        tables = list(workbook.sheets(comparison))
        first = workbook.content(tables)
        time.sleep(2.1)  # the clock of a zip file ticks every two seconds
        assert workbook.content(tables) == first


def test_few_replications_give_a_workbook_too(lang):
    assert workbook.content(list(workbook.sheets(example.comparison(1))))
