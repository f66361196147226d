"""Titles and sentences cut to a line or broken into lines, by the columns that Chinese and English signs take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from sim.words import language

#: Titles are the planner's own words, of any length; what is longer (in columns of the terminal) is cut.
LONGEST = 44
#: Chinese signs that open, and stay with what follows them.
OPENING = tuple("（“《")
#: How full a line of whole clauses may be: Chinese takes a little more than two columns a sign.
FULL = 0.9
#: Between Chinese clauses, and between phrases, which end in a sign or a particle or begin with a sign.
CLAUSES = re.compile(r"(?<=[；，：。])(?![”）》])")
PARTICLES = "的和与"
PHRASES = re.compile(rf"(?<=[；，：。、{PARTICLES}])(?![”）》、，])|(?=[（“《])")
#: What is called by its name, and stays in a line that has room for it if it is no wider than so many columns.
QUOTED, NAME = re.compile(r'“[^“”]*”|"[^"]*"'), 36


def cut(text: str, longest: int = LONGEST) -> str:
    """One line of a text, at most `longest` columns wide; a Chinese character takes two."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if width(line) <= longest:
        return line
    line = line[:longest]
    while width(line) > longest - 1:
        line = line[:-1]
    return line + "…"


def one_line(text: str) -> str:
    """A head of several lines in one."""
    return ("" if language() == "zh" else " ").join(text.split("\n")).replace("- ", "")


def folded(text: str, wide: int = 22) -> str:
    """A title in lines of about the same length, few over `wide` columns, broken before a bracket if it has one."""
    if width(text) <= wide:
        return text
    whole = _whole(text, wide)
    bracket = next((place for place, sign in enumerate(text) if place and sign in "(（" and place not in whole), 0)
    if bracket:
        return f"{folded(text[:bracket].rstrip(), wide)}\n{folded(text[bracket:], wide)}"
    return wrapped(text, wide)


def wrapped(text: str, wide: int) -> str:
    """A sentence in lines of about the same length, few over `wide` columns; between Chinese clauses if it can.

    Else between phrases; a name in quotation marks is not broken where a line has room for it.
    """
    count = max(1, -(-width(text) // wide))
    rooms, whole = range(-(-width(text) // count), wide + 1), _whole(text, wide)
    by_sense = ({found.start() for found in sense.finditer(text)} for sense in (CLAUSES, PHRASES))
    sensible, pieces = [_parts(text, places - whole) for places in by_sense], _parts(text, _breaks(text) - whole)
    senses = (_filled(parts, room) for parts in sensible for room in rooms)
    tries = [*(lines for lines in senses if max(map(width, lines)) <= FULL * wide),
             *(_filled(pieces, room) for room in rooms)]  # fmt: skip
    return "\n".join(next((lines for lines in tries if len(lines) == count), _filled(pieces, wide)))


def width(text: str) -> int:
    """The columns that a text takes on a terminal; a Chinese character takes two."""
    return sum(map(_columns, text))


def _whole(text: str, wide: int) -> set[int]:
    """The places within quotations that a line has room for."""
    fitting = (found for found in QUOTED.finditer(text) if width(found[0]) <= min(NAME, FULL * wide))
    return {place for found in fitting for place in range(found.start() + 1, found.end())}


def _filled(pieces: Iterable[str], room: int) -> list[str]:
    """As many pieces a line as fit."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and width(lines[-1] + piece) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) else 1


def _parts(text: str, places: Iterable[int]) -> list[str]:
    """The text cut at these places."""
    ends = sorted({0, *places, len(text)})
    return [text[begin:end] for begin, end in pairwise(ends)]


def _breaks(text: str) -> set[int]:
    """Where a line may break: before a space (not in 3 %), between Chinese characters, not between what binds.

    Punctuation stays with what is before it, a figure with what it counts, an opening sign with what it opens.
    """
    places = set()
    for place, character in enumerate(text):
        apart = character == " " and text[place + 1 : place + 2] != "%"
        before = text[:place][-1:]
        free = not (before.isdigit() or before in (*OPENING, "("))
        chinese = character in OPENING or (_columns(character) == 2 and character.isalpha())
        if apart or (chinese and free):
            places.add(place)
    return places
