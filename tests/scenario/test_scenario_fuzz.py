"""Whatever a slip makes of a planner's file, it loads or is refused with places and words, never with a traceback."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sim import words
from sim.scenario import ScenarioError, load

from .plans import MINIMAL

ROWS = MINIMAL.splitlines()
VALUES = (
    "", "~", ".nan", "-.inf", "1e999", "-1", "9" * 400, "0x1f", "true", "[1, 2]", "{a: {b: 1}}", "2018-13-01", "30 %", "1/0",
    "22000", "9e400 元", "“x”", "*even", "&a x", "!!python/object:os.system x", "| x", "@x", "'x", "{" * 30, "<<", "12:30", "\\",
)  # fmt: skip
SIGNS = "\u3000：，“\t\u2028\x85\ufeff\x00\U0001f4a5%@`&*!|>{}[]?:#\"'-~"
places = st.integers(0, len(ROWS) - 1)
slips = st.one_of(
    st.tuples(st.just("delete"), places),
    st.tuples(st.just("repeat"), places),
    st.tuples(st.just("value"), places, st.sampled_from(VALUES)),
    st.tuples(st.just("swap"), places, places),
    st.tuples(st.just("indent"), places, st.integers(0, 9)),
    st.tuples(st.just("sign"), places, st.integers(0, 40), st.sampled_from(SIGNS)),
    st.tuples(st.just("end"), places),
)


def slipped(made):
    rows = list(ROWS)
    for kind, place, *more in made:
        match kind, more:
            case "delete", []:
                rows[place] = ""
            case "repeat", []:
                rows[place] += "\n" + rows[place]
            case "value", [value]:
                rows[place] = f"{rows[place].partition(':')[0]}: {value}"
            case "swap", [other]:
                rows[place], rows[other] = rows[other], rows[place]
            case "indent", [columns]:
                rows[place] = " " * columns + rows[place].lstrip()
            case "sign", [column, sign]:
                rows[place] = rows[place][:column] + sign + rows[place][column:]
            case "end", []:
                rows[place:] = [""] * (len(rows) - place)
    return "\n".join(rows)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(made=st.lists(slips, min_size=1, max_size=4))
def test_a_file_with_slips_is_read_or_refused(tmp_path_factory, made):
    path = tmp_path_factory.getbasetemp() / "slipped.yaml"
    path.write_text(slipped(made), encoding="utf-8", newline="")
    try:
        plan = load(path)
    except ScenarioError as error:
        told = [line for lang in ("zh", "en") for line in _lines(error, lang)]
        assert told and all(line.startswith(str(path)) and "\n" not in line for line in told)
        assert all(p.line for p in error.problems if p.code != "empty_file")
        assert all(p.key for p in error.problems if p.code in ("missing_key", "unknown_key", "unit_missing", "duplicate_key"))
    else:
        assert sum(plan.money(plan.baseline).values()) == plan.total_yuan


def _lines(error, lang):
    with words.spoken(lang):
        return error.lines(words.say)
