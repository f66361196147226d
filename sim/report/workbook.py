"""``tables.xlsx``: the report's tables, one a sheet, numbers as numbers; the same bytes for the same result."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sim.report import (
    chance,
    changed,
    comparison,
    durability,
    honesty,
    incidence,
    places,
    projects,
    propose,
    schedule,
    spending,
    view,
    why_not,
    work,
)
from sim.report.tables import Table
from sim.study.files import write_bytes
from sim.words import say

if TYPE_CHECKING:
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines

#: A number as the tables write it: sign, thousands, decimals, per cent.
NUMBER = re.compile(r"[+-]?\d{1,3}(,?\d{3})*(\.\d+)?( ?%)?")
#: The day that stands in the file in place of the clock's.
DATED = (2018, 1, 1, 0, 0, 0)
WIDEST = 46
#: What Excel takes for the name of a sheet.
LONGEST = 31
NAME = "tables.xlsx"


def save(result: Comparison, folder: Path) -> Path:
    """Write the workbook into a run folder, whole or not at all; with the schedule of a study that lies there."""
    from sim.report.beside import beside

    path = folder / NAME
    write_bytes(path, content(list(sheets(result, beside(result, folder).deadlines))))
    return path


def sheets(result: Comparison, dates: Deadlines | None = None) -> Iterator[tuple[str, Table]]:
    """Name and table of each sheet, in the language in use; what was not recorded has none."""
    compared = comparison.comparison(result)
    notes = [*changed.line(result.scenario), compared.note]
    yield say("sheet.comparison"), replace(compared, note="\n".join(notes))
    if result.differences:
        yield say("sheet.differences"), comparison.differences(result)
    yield say("sheet.readings"), comparison.readings(result)
    yield say("sheet.spread"), chance.table(result)
    yield say("sheet.spending"), spending.spending(result)
    yield say("sheet.movable"), spending.movable(result)
    if (by_month := spending.by_month(result)) is not None:
        yield say("sheet.by_month"), by_month
    yield say("sheet.work"), work.work(result)
    row = result.allocations[0]
    if row.why_not:
        yield say("sheet.causes"), why_not.by_cause(row.why_not)[0]
        yield say("sheet.all_causes"), comparison.why_not(result)
    if places.recorded(result):
        yield say("sheet.townships"), places.township_table(result)
        found = places.villages(result, view.runs(result, row.name))
        yield say("sheet.villages"), places.village_table(result, [one for rows in found.values() for one in rows])
    if "incidence_unmet" in view.runs(result, row.name)[0].monthly:
        yield say("sheet.monthly"), incidence.table(result)
    if dates is not None:
        yield say("sheet.schedule"), schedule.schedule(dates, apart=True)
    yield say("sheet.rates"), honesty.rates(result)
    turned = honesty.turned_away(result)
    if turned is not None:
        yield say("sheet.turned_away"), turned
    if durability.recorded(result):
        yield say("sheet.durability"), durability.table(result)
    if (curve := propose.curve(result)) is not None:
        yield say("sheet.propose"), propose.table(result, curve)
    for number, listed in enumerate(projects.tables(result), start=1):
        yield say("sheet.projects", number=number), listed


def content(tables: list[tuple[str, Table]]) -> bytes:
    """The file's bytes."""
    from openpyxl import Workbook

    book = Workbook(write_only=False)
    for name in book.sheetnames:
        del book[name]
    for name, table in tables:
        _fill(book.create_sheet(name[:LONGEST]), table)
    written = io.BytesIO()
    book.save(written)
    return _dated(written)


def _fill(sheet: Any, table: Table) -> None:
    """Title, headers, cells, note; the headers stay in sight."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from rich.cells import cell_len

    _put(sheet, 1, 1, table.title).font = Font(bold=True, size=12)
    for place, column in enumerate(table.columns, start=1):
        head = _put(sheet, 3, place, column.header)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="bottom")
        for row, text in enumerate(column.cells, start=4):
            value, form = (text, "") if column.text else _value(text)
            cell = _put(sheet, row, place, value)
            if form:
                cell.number_format = form
            elif place > 1 and not column.text:
                cell.alignment = Alignment(horizontal="right")
        longest = max(cell_len(line) for text in (column.header, *column.cells) for line in text.split("\n"))
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, longest + 3)
    last = 4 + len(table.columns[0].cells)
    for row, line in enumerate(filter(None, table.note.split("\n")), start=last + 1):
        _put(sheet, row, 1, line)
    sheet.freeze_panes = "B4"


def _value(text: str) -> tuple[str | float, str]:
    """A number with its form where a cell is one, else the text."""
    if not NUMBER.fullmatch(text):
        return text, ""
    bare = text.rstrip(" %").replace(",", "")
    digits = len(bare.partition(".")[2])
    form = ("#,##0" if "," in text or not digits else "0") + ("." + "0" * digits if digits else "")
    if text.endswith("%"):
        return round(float(bare) / 100, digits + 2), f"{form}%"
    return float(bare) if digits else int(bare), f"+{form};-{form};0" if text[0] in "+-" else form


def _put(sheet: Any, row: int, place: int, value: str | float) -> Any:
    """Set a cell; text is text, never a formula, without signs that the file cannot hold."""
    if not isinstance(value, str):
        return sheet.cell(row, place, value)
    cell = sheet.cell(row, place, "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in value))
    cell.data_type = "s"
    return cell


def _dated(written: io.BytesIO) -> bytes:
    """The same file with a fixed day in place of the clock's."""
    day = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*DATED)
    out = io.BytesIO()
    with ZipFile(written) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            held = before.read(name)
            if name == "docProps/core.xml":
                held = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", day.encode(), held)
            entry = ZipInfo(name, DATED)
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, held)
    return out.getvalue()
