"""HTML from plain values: whatever is not markup already is escaped, and cannot steer how the page reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from sim.report.tables import Table
from sim.words import language, say

#: Elements that have no end.
VOID = frozenset({"meta", "input", "br"})

#: Tables of so many rows stay on one page in print.
WHOLE = 16


class Markup(str):
    """A piece of HTML."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element; ``class_`` is class, ``aria_label`` aria-label; None and False leave an attribute out."""
    kept = ((key, value) for key, value in attributes.items() if value is not None and value is not False)
    written = "".join(_attribute(key, value) for key, value in kept)
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*parts: object, by: str = "") -> Markup:
    """The parts one after the other, text among them escaped, None left out."""
    return Markup(by.join(part if isinstance(part, Markup) else text(part) for part in parts if part is not None))


def text(value: object) -> Markup:
    """Text as text: signs that are no letters, such as those that turn the direction of reading, become spaces.

    A number stays in one line with its per cent sign.
    """
    plain = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in str(value))
    return Markup(escape(plain.replace(" %", "\u00a0%")))


def code(value: str) -> Markup:
    """Text in which what stands between backticks is shown as what one types."""
    parts = re.split(r"`([^`]+)`", value)
    return joined(*(tag("code", part) if place % 2 else part for place, part in enumerate(parts)))


def broken(value: str) -> Markup:
    """Text whose line breaks show, and what one types as such."""
    return joined(*map(code, value.split("\n")), by="<br>")


def sentence(value: str) -> str:
    """A clause of the answer where it stands by itself: it begins with a capital."""
    found = value[:1].upper() + value[1:]
    return Markup(found) if isinstance(value, Markup) else found


def own(name: str) -> str:
    """An id that is this language's."""
    return f"{name}-{language()}"


def section(name: str, title: str, *children: object, finding: str | None = None, class_: str | None = None) -> Markup:
    """A section under its own heading, first the sentence that states what was found."""
    said = tag("p", sentence(finding), class_="finding") if finding else None
    return tag(
        "section", tag("h2", title), said, *children,
        id=own(name), class_=class_,
    )  # fmt: skip


def figure(chart: Markup, how: str, finding: str | None = None) -> Markup:
    """A chart below the sentence it shows and above a line on how to read it."""
    said = tag("p", sentence(finding), class_="finding") if finding else None
    return tag("figure", said, chart, tag("figcaption", tag("b", say("page.how")), how))


def folded(title: str, *children: object) -> Markup:
    """Something to open at need; print leaves it out."""
    return tag("details", tag("summary", title), *children)


def numbers(*tables: Markup) -> Markup:
    """What a chart shows, as tables: open where no script draws the chart."""
    return tag("details", tag("summary", say("page.as_table")), *tables, class_="numbers", open=True)


def items(rows: Iterable[object], **attributes: object) -> Markup:
    """A list."""
    return tag("ul", *(tag("li", row) for row in rows), **attributes)


def table(
    shown: Table, bars: dict[int, list[float]] | None = None, shades: Mapping[tuple[int, int], str] | None = None
) -> Markup:
    """A table as the terminal has it; ``bars`` gives shares of one to draw behind the numbers of a column.

    ``shades`` gives the look of single cells by row and column.
    """
    first = shown.columns[0]
    heads = (tag("th", broken(column.header), scope="col", class_=_side(column.text)) for column in shown.columns)
    rows = []
    for row, name in enumerate(first.cells):
        if len(shown.columns) > 1 and not any(column.cells[row] for column in shown.columns[1:]):
            rows.append(tag("tr", tag("th", name, scope="rowgroup", colspan=len(shown.columns), class_="left group")))
            continue
        cells = [
            _cell(
                column.cells[row], (shades or {}).get((row, place)) or _side(column.text),
                (bars or {}).get(place, [])[row : row + 1],
            )
            for place, column in enumerate(shown.columns)
            if place
        ]
        rows.append(tag("tr", tag("th", name, scope="row", class_=_side(first.text)), *cells))
    drawn = tag("table", tag("caption", shown.title), tag("thead", tag("tr", *heads)), tag("tbody", *rows))
    notes = [tag("p", code(line), class_="note") for line in shown.note.split("\n") if line]
    class_ = "scroll short" if len(first.cells) <= WHOLE else "scroll"
    return joined(tag("div", drawn, class_=class_, role="group", tabindex="0", aria_label=shown.title), *notes)


def _cell(value: str, look: str | None, bar: list[float]) -> Markup:
    if not bar:
        return tag("td", broken(value), class_=look)
    drawn = tag("span", class_="bar", style=f"width:{100 * bar[0]:.1f}%", aria_hidden="true")
    return tag("td", tag("span", value, class_="number"), drawn, class_="barred")


def _side(is_text: bool) -> str | None:
    return "left" if is_text else None


def _attribute(name: str, value: object) -> str:
    key = name.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{text(value)}"'
