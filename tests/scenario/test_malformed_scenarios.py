"""One file for each way in which a planner's file goes wrong: the code, place, value, nearest word."""

import pytest

from sim.scenario import FAMILIES, LINES

from .plans import MINIMAL

ALLOWED_LINES = ", ".join(LINES)


def changed(old, new, text=MINIMAL):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def added(*lines):
    return MINIMAL + "\n".join(lines) + "\n"


# id: (text, code, line, key, value, nearest, fields)
CASES = {
    # keys
    "duplicate key": (added("seed: 2"), "duplicate_key", 15, "seed", "2", None, {"first": 3}),
    "misspelt key": (
        changed("replications:", "replication:"), "unknown_key", 4, "replication", "4", "replications", {},
    ),
    "extend": (added("extend: 2018.yaml"), "unknown_key", 15, "extend", "2018.yaml", "extends", {}),
    "include": (added("include: 2018.yaml"), "unknown_key", 15, "include", "2018.yaml", "extends", {}),
    "only extend": ("extend: 2018.yaml\n", "unknown_key", 1, "extend", "2018.yaml", "extends", {}),
    "key in Chinese": (added("总资金: 22000 万元"), "unknown_key", 15, "总资金", "22000 万元", "total", {}),
    "target in Chinese": (changed("people: 13798", "人数: 13798"), "unknown_key", 6, "targets.人数", "13798", "people", {}),
    "line in Chinese": (
        changed("{relocation: 4400", "{易地搬迁: 4400"), "unknown_line", 7, "earmarked.易地搬迁", "4400 万元", "relocation", {},
    ),
    "tilt in Chinese": (
        changed("{default: 0.5, inf", "{产业: 0.5, inf"), "unknown_line", 14, "allocations.works_first.tilt.产业", "0.5",
        "industry", {},
    ),
    "family in Chinese": (added("families: {督查: off}"), "unknown_family", 15, "families.督查", "off", "supervision", {}),
    "state in Chinese": (added("families: {works: 不受限}"), "not_one_of", 15, "families.works", "不受限", "unlimited", {}),
    "yes in Chinese": (added("rules: {county_check: 否}"), "not_one_of", 15, "rules.county_check", "否", "off", {}),
    "assumption in Chinese": (
        added("assumptions: {修路施工队数: 60}"), "unknown_assumption", 15, "assumptions.修路施工队数", "60",
        "works.road_crews", {},
    ),
    "unknown key": (added("colour: red"), "unknown_key", 15, "colour", "red", None, {}),
    "misspelt rule": (
        added("rules: {autum_push: on}"), "unknown_key", 15, "rules.autum_push", "on", "autumn_push", {},
    ),
    "missing key": (changed("seed: 1\n", ""), "missing_key", 1, "seed", "", None, {}),
    "missing target": (changed(", villages: 13", ""), "missing_key", 6, "targets.villages", "", None, {}),
    "nothing after the colon": (changed("seed: 1", "seed:"), "empty_value", 3, "seed", "", None, {}),
    "nothing after the last colon": (added("families:"), "empty_value", 15, "families", "", None, {}),
    "nothing after the last dash": (added("compare:", "-"), "empty_value", 16, "compare.0", "", None, {}),
    "list as key": (added("[a, b]: 1"), "odd_key", 15, "", "[...]", None, {}),
    "written field name": (added("total_yuan: 5"), "unknown_key", 15, "total_yuan", "5", "total", {}),
    "key of an allocation at the top": (added("tilt: 80 %"), "misplaced_key", 15, "tilt", "80 %", None, {}),
    "table of an allocation at the top": (
        added("shares: {industry: 1}"), "misplaced_key", 15, "shares", "{...}", None, {},
    ),
    "rule at the top": (
        added("double_recognition: off # 不用"), "misplaced_key", 15, "double_recognition", "off", None, {},
    ),
    "rule at the top, in Chinese": (added("双认定: off"), "misplaced_key", 15, "双认定", "off", None, {}),
    "family at the top": (added("supervision: off"), "misplaced_key", 15, "supervision", "off", None, {}),
    "name inside an allocation": (
        added("    name: x"), "misplaced_key", 15, "allocations.works_first.name", "x", None, {},
    ),
    # YAML
    "merge key": (added("<<: {seed: 2}"), "merge_key", 15, "", "<<", None, {}),
    "tag": (
        changed("seed: 1", "seed: !!python/int 1"),
        "unknown_tag", 3, "", "tag:yaml.org,2002:python/int", None, {},
    ),
    "undefined alias": (changed("seed: 1", "seed: *s"), "unknown_alias", 3, "", "*s", None, {}),
    "tab": (changed("  even:", "\teven:"), "tab", 10, "", "", None, {}),
    "full-width colon": (changed("seed: 1", "seed：1"), "full_width", 3, "", "：", ":", {}),
    "full-width colon below": (
        changed("    shares: {inf", "    shares： {inf"), "full_width", 13, "", "：", ":", {},
    ),
    "full-width space": (changed("seed: 1", "\u3000seed: 1"), "odd_space", 3, "", "U+3000", None, {}),
    "full-width indentation": (
        added("rules:", "\u3000\u3000replanning: off"), "odd_space", 16, "", "U+3000", None, {},
    ),
    "full-width space after the colon": (changed("seed: 1", "seed:\u30001"), "odd_space", 3, "", "U+3000", None, {}),
    "no-break space after the colon": (changed("total: ", "total:\u00a0"), "odd_space", 5, "", "U+00A0", None, {}),
    "no-break space after the last colon": (added("scale:\u00a01"), "odd_space", 15, "", "U+00A0", None, {}),
    "no-break space beside a plain one": (changed("seed: 1", "seed: \u00a01"), "odd_space", 3, "", "U+00A0", None, {}),
    "zero-width space": (changed("seed: 1", "\u200bseed: 1"), "odd_space", 3, "", "U+200B", None, {}),
    "full-width braces": (
        changed("{incidence: 2.41 %, people: 13798, households: 3520, villages: 13}", "｛people: 1｝"),
        "full_width", 6, "", "｛", "{", {},
    ),
    "one full-width brace": (changed("villages: 13}", "villages: 13｝"), "full_width", 6, "", "｝", "}", {}),
    "full-width brackets": (
        added("compare: ［even， works_first］"), "full_width", 15, "compare", "［even， works_first］",
        "[even, works_first]", {},
    ),
    "full-width remark": (
        changed("220 M yuan", "15400 万元 ＃少三成"), "remark", 5, "total", "15400 万元 ＃少三成", "15400 万元 # 少三成", {},
    ),
    "remark without a space": (
        changed("220 M yuan", "15400 万元#少三成"), "remark", 5, "total", "15400 万元#少三成", "15400 万元 # 少三成", {},
    ),
    "title of a number sign": (
        added("title: 方案#1"), "not_a_mapping", 15, "title", "方案#1", "{zh: 方案#1}", {},
    ),
    "name of a number sign": (
        added('name: "plan 1#"'), "bad_scenario_name", 15, "name", "plan 1#", "plan-1", {"most": 80},
    ),
    "number sign in quotes": (added('gate: "plan #1"'), "not_one_of", 15, "gate", "plan #1", "plan", {}),
    "remark behind a number": (changed("seed: 1", "seed: 1＃种子"), "remark", 3, "seed", "1＃种子", "1 # 种子", {}),
    "unknown key before a remark": (added("totl: 5 M yuan #less"), "unknown_key", 15, "totl", "5 M yuan", "total", {}),
    "unknown key before a full-width remark": (
        added("总资金: 15400 万元＃少三成"), "unknown_key", 15, "总资金", "15400 万元", "total", {},
    ),
    "unknown key before a number sign in quotes": (added('colour: "red #1"'), "unknown_key", 15, "colour", "red #1", None, {}),
    "full-width comma": (
        changed("{industry: 50 %, housing", "{industry: 50 %，housing"),
        "full_width", 11, "", "，", ",", {},
    ),
    "no space after the colon": (
        changed("seed: 1", "seed:1"), "colon_without_space", 3, "", "seed:1", None, {},
    ),
    "bracket left open": (
        changed("housing: 0.5}", "housing: 0.5"), "bracket_open", 11, "", "shares: {industry: 50 %, housing: 0.5", None,
        {"reason": "expected ',' or '}', but got ':'"},
    ),
    "bracket left open behind a full-width sign in quotes": (
        changed("seed: 1", 'seed: 1\ntitle: {zh: "A，［一］", en: a'), "bracket_open", 4, "", 'title: {zh: "A，［一］", en: a',
        None, {"reason": "expected ',' or '}', but got ':'"},
    ),
    "bracket left open before a full-width sign in a remark": (
        changed("housing: 0.5}", "housing: 0.5 # A，B"), "bracket_open", 11, "",
        "shares: {industry: 50 %, housing: 0.5 # A，B", None, {"reason": "expected ',' or '}', but got '<scalar>'"},
    ),
    "full-width comma between Chinese and a key": (
        changed("seed: 1", "seed: 1\ntitle: {zh: 多给产业， en: a}"), "full_width", 4, "", "，", ",", {},
    ),
    "bracket left open behind a full-width comma of the text": (
        changed("seed: 1", "seed: 1\ntitle: {zh: 多给产业，少修路"), "bracket_open", 4, "", "title: {zh: 多给产业，少修路", None,
        {"reason": "expected ',' or '}', but got ':'"},
    ),
    "full-width comma behind quotes": (
        changed("seed: 1", 'seed: 1\ntitle: {zh: "甲"，en: a}'), "full_width", 4, "", "，", ",", {},
    ),
    "wrong indentation": (
        changed("    tilt", "     tilt"),
        "indentation", 14, "", "tilt: {default: 0.5, infrastructure: 70 %}", None,
        {"reason": "expected <block end>, but found '<block mapping start>'"},
    ),
    "quote left open": (
        changed("seed: 1", "seed: 1\ntitle: {zh: \"甲}"), "quote_open", 4, "", "title: {zh: \"甲}", None,
        {"reason": "found unexpected end of stream"},
    ),
    "two keys in a line": (
        changed("seed: 1", "seed: 1 replications: 3"), "colon_inside", 3, "", "seed: 1 replications: 3", None,
        {"reason": "mapping values are not allowed here"},
    ),
    "key without a colon": (
        changed("seed: 1", "seed 1"), "colon_missing", 4, "", "replications: 4", None,
        {"reason": "could not find expected ':'"},
    ),
    "text that begins with a sign": (
        changed("seed: 1", "seed: @1"), "odd_start", 3, "", "seed: @1", None,
        {"reason": "found character '@' that cannot start any token"},
    ),
    "key of nothing": (added("'': 1"), "odd_key", 15, "", "", None, {}),
    "two documents": (added("---", "seed: 2"), "several_documents", 15, "", "", None, {}),
    "YAML 1.1": ("%YAML 1.1\n---\n" + MINIMAL, "yaml_version", 2, "", "", None, {"version": "1.1"}),
    "control character": (changed("seed: 1", "seed: \x07"), "control_character", 3, "", "U+0007", None, {}),
    "control character, Windows line ends": (
        changed("seed: 1", "seed: \x07").replace("\n", "\r\n"), "control_character", 3, "", "U+0007", None, {},
    ),
    "slip after a line separator": (
        changed("seed: 1\n", "seed: 1\ntitle: {zh: a\u2028b}\n").replace("replications: 4", "replications：4"),
        "full_width", 5, "", "：", ":", {},
    ),
    "a list": ("- 2018.yaml\n", "not_a_mapping", 1, "", "[...]", None, {}),
    "a sentence": ("资源县\n", "not_a_mapping", 1, "", "资源县", None, {}),
    "too deep": (
        added("rules: " + "{a: " * 20 + "1" + "}" * 20), "too_deep", 15, "", "", None, {"limit": 12},
    ),
    # numbers
    "seed below zero": (changed("seed: 1", "seed: -1"), "out_of_bounds", 3, "seed", "-1", None, {}),
    "seed of text": (changed("seed: 1", "seed: one"), "not_whole", 3, "seed", "one", None, {}),
    "seed of a truth": (changed("seed: 1", "seed: true"), "not_whole", 3, "seed", "true", None, {}),
    "huge seed": (changed("seed: 1", "seed: " + "9" * 50), "not_whole", 3, "seed", "9" * 50, None, {}),
    "no replications": (
        changed("replications: 4", "replications: 0"), "out_of_bounds", 4, "replications", "0", None, {},
    ),
    "half a replication": (
        changed("replications: 4", "replications: 4.5"), "not_whole", 4, "replications", "4.5", None, {},
    ),
    "too many replications": (
        changed("replications: 4", "replications: 100001"),
        "out_of_bounds", 4, "replications", "100001", None, {},
    ),
    "not a number": (added("scale: .nan"), "not_finite", 15, "scale", ".nan", None, {}),
    "infinite": (changed("seed: 1", "seed: .inf"), "not_finite", 3, "seed", ".inf", None, {}),
    "scale of zero": (added("scale: 0"), "out_of_bounds", 15, "scale", "0", None, {}),
    "scale above one": (added("scale: 12"), "share_bounds", 15, "scale", "12", "12 %", {}),
    "zone without its sign": (
        added("indifference: 0.05"), "out_of_bounds", 15, "indifference", "0.05", "0.05 %", {},
    ),
    "zone too wide": (added("indifference: 1.5 %"), "out_of_bounds", 15, "indifference", "1.5 %", "0.015 %", {}),
    "no zone": (added("indifference: 0"), "out_of_bounds", 15, "indifference", "0", None, {}),
    "zone below zero": (added("indifference: -0.1 %"), "share_bounds", 15, "indifference", "-0.1 %", None, {}),
    "certainty": (added("confidence: 100 %"), "out_of_bounds", 15, "confidence", "100 %", None, {}),
    "heads or tails": (added("confidence: 0.5"), "out_of_bounds", 15, "confidence", "0.5", None, {}),
    "confidence as a whole number": (added("confidence: 95"), "share_bounds", 15, "confidence", "95", "95 %", {}),
    # money
    "negative money": (
        changed("4400 万元", "-4400 万元"), "negative", 7, "earmarked.relocation", "-4400 万元", None, {},
    ),
    "unit forgotten": (
        changed("220 M yuan", '"22000"'), "unit_missing", 5, "total", "22000", "22000 万元", {},
    ),
    "unit misspelt": (
        changed("220 M yuan", "220 M yaun"), "unknown_unit", 5, "total", "220 M yaun", "220 M yuan", {},
    ),
    "other currency": (changed("220 M yuan", "220 M USD"), "unknown_unit", 5, "total", "220 M USD", None, {}),
    "millions as a fraction": (changed("220 M yuan", "2.2"), "not_money", 5, "total", "2.2", "2.2 亿元", {}),
    "total in millions without a unit": (changed("220 M yuan", "220"), "unit_missing", 5, "total", "220", "220 M yuan", {}),
    "total in 万元 without a unit": (changed("220 M yuan", "22000"), "unit_missing", 5, "total", "22000", "22000 万元", {}),
    "earmark without a unit": (
        changed("4400 万元", "4400"), "unit_missing", 7, "earmarked.relocation", "4400", "4400 万元", {},
    ),
    "thousands commas without a unit": (
        changed("220 M yuan", "220,000,000"), "unit_missing", 5, "total", "220,000,000", "220000000", {},
    ),
    "thousands commas in braces": (
        changed("13798", "13,798"), "not_whole", 6, "targets.people", "13,798", "13798", {},
    ),
    "more villages than are poor": (
        changed("villages: 13", "villages: 80"), "beyond_county", 6, "targets.villages", "80", None, {},
    ),
    "more people than there are": (
        changed("13798", "200000"), "beyond_county", 6, "targets.people", "200000", None, {},
    ),
    "more households than there are people": (
        changed("3520", "200000"), "beyond_county", 6, "targets.households", "200000", None, {},
    ),
    "people in tens of thousands": (changed("13798", "1.3 万人"), "not_whole", 6, "targets.people", "1.3 万人", "13000", {}),
    "people with a unit": (changed("13798", "１３７９８人"), "not_whole", 6, "targets.people", "１３７９８人", "13798", {}),
    "money in quotes of a Chinese keyboard": (
        changed("220 M yuan", "“220 M yuan”"), "full_width", 5, "total", "“220 M yuan”", '"220 M yuan"', {},
    ),
    "part of a yuan": (
        changed("4400 万元", "0.5 元"), "not_whole_yuan", 7, "earmarked.relocation", "0.5 元", None, {},
    ),
    "earmarks above the total": (
        changed("220 M yuan", "40 M yuan"), "over_committed", 5, "total", "40 M yuan", None,
        {"committed": 48_000_000, "total": 40_000_000, "over": 8_000_000},
    ),
    "earmark of an unknown line": (
        changed("{relocation: 4400", "{relocate: 4400"),
        "unknown_line", 7, "earmarked.relocate", "4400 万元", "relocation", {},
    ),
    "ceiling below earmark and floor": (
        added("ceilings: {relocation: 4000 万元}"), "ceiling_low", 15, "ceilings.relocation", "4000 万元", None,
        {"least": 44_000_000},
    ),
    "ceilings below the total": (
        added(f"ceilings: {{{', '.join(f'{line}: 4800 万元' for line in LINES[:3])}, "
              f"{', '.join(f'{line}: 1000 万元' for line in LINES[3:])}}}"),
        "ceilings_low", 5, "total", "220 M yuan", None,
        {"ceilings": 214_000_000, "total": 220_000_000, "less": 6_000_000},
    ),
    "allocation above a ceiling": (
        added("ceilings:", "  infrastructure: 1.2 亿元"), "over_ceiling", 16,
        "ceilings.infrastructure", "1.2 亿元", None,
        {"allocation": "works_first", "given": 129_000_000, "ceiling": 120_000_000, "over": 9_000_000},
    ),
    "ceiling of an unknown line": (
        added("ceilings: {hosing: 9000 万元}"), "unknown_line", 15, "ceilings.hosing", "9000 万元", "housing", {},
    ),
    "ceiling without a unit": (
        added("ceilings: {infrastructure: 12000}"), "unit_missing", 15, "ceilings.infrastructure", "12000",
        "12000 万元", {},
    ),
    "ceiling of less than nothing": (
        added("ceilings: {housing: -1 万元}"), "negative", 15, "ceilings.housing", "-1 万元", None, {},
    ),
    # shares
    "shares that do not sum": (
        changed("housing: 0.5}", "housing: 0.4}"), "shares_sum", 11, "allocations.even.shares", "{...}", None,
        {"sum": "0.9", "difference": "+0.1"},
    ),
    "share as a whole number": (
        changed("housing: 0.5}", "housing: 50}"),
        "share_bounds", 11, "allocations.even.shares.housing", "50", "50 %", {},
    ),
    "share below zero": (
        changed("housing: 0.5}", "housing: -0.5}"),
        "share_bounds", 11, "allocations.even.shares.housing", "-0.5", None, {},
    ),
    "share of text": (
        changed("housing: 0.5}", "housing: half}"),
        "not_a_share", 11, "allocations.even.shares.housing", "half", None, {},
    ),
    "share divided by zero": (
        changed("housing: 0.5}", "housing: 1/0}"),
        "not_a_share", 11, "allocations.even.shares.housing", "1/0", None, {},
    ),
    "unknown line": (
        changed("{infrastructure: 3/4", "{infrastucture: 3/4"),
        "unknown_line", 13, "allocations.works_first.shares.infrastucture", "3/4", "infrastructure", {},
    ),
    "tilt of an unknown line": (
        changed("{default: 0.5", "{defualt: 0.5"),
        "unknown_line", 14, "allocations.works_first.tilt.defualt", "0.5", "default", {},
    ),
    "tilt above one": (
        changed("70 %", "170 %"),
        "share_bounds", 14, "allocations.works_first.tilt.infrastructure", "170 %", None, {},
    ),
    "no shares": (
        changed("    shares: {industry: 50 %, housing: 0.5}\n", "    tilt: 0.5\n"),
        "missing_key", 10, "allocations.even.shares", "", None, {},
    ),
    # allocations
    "no allocation": (
        MINIMAL[: MINIMAL.index("allocations")] + "allocations: {}\n",
        "too_few", 9, "allocations", "{...}", None, {},
    ),
    "list of allocations": (
        MINIMAL[: MINIMAL.index("allocations")] + "allocations: [even]\n",
        "not_a_mapping", 9, "allocations", "[...]", None, {},
    ),
    "odd name": (
        changed("  even:", "  Even split:"), "bad_name", 10, "allocations.Even split", "{...}", None, {},
    ),
    "unknown allocation": (
        added("compare: [even, work_first]"),
        "unknown_allocation", 15, "compare.1", "work_first", "works_first", {},
    ),
    "allocation twice": (added("compare: [even, even]"), "repeated", 15, "compare.1", "even", None, {}),
    "one word to compare": (added("compare: even"), "not_a_list", 15, "compare", "even", None, {}),
    # dates
    "end before start": (
        changed("end_date: 2018", "end_date: 2017"), "end_before_start", 2, "end_date", "2017-12-31", None,
        {"start": "2018-01-01"},
    ),
    "an end beyond all planning": (
        changed("end_date: 2018", "end_date: 2038"), "too_many_years", 2, "end_date", "2038-12-31", None, {"most": 20},
    ),
    "no such day": (changed("2018-12-31", "2018-11-31"), "not_a_date", 2, "end_date", "2018-11-31", None, {}),
    "date with slashes": (
        changed("2018-12-31", "2018/12/31"), "not_a_date", 2, "end_date", "2018/12/31", "2018-12-31", {},
    ),
    "date without strokes": (
        changed("2018-12-31", "20181231"), "not_a_date", 2, "end_date", "20181231", "2018-12-31", {},
    ),
    "Chinese date": (
        changed("2018-12-31", "2018年12月31日"),
        "not_a_date", 2, "end_date", "2018年12月31日", "2018-12-31", {},
    ),
    "date with an hour": (
        changed("2018-12-31", "2018-12-31 10:00:00"),
        "not_a_date", 2, "end_date", "2018-12-31 10:00:00", None, {},
    ),
    "start without margins": (
        changed("start_date: 2018-01", "start_date: 2018-02"),
        "no_margins", 1, "start_date", "2018-02-01", None, {},
    ),
    "decision after the end": (
        added("decide_on: 2019-06-30"), "outside_dates", 15, "decide_on", "2019-06-30", None,
        {"start": "2018-01-01", "end": "2018-12-31"},
    ),
    # choices
    "history that nothing starts from": (
        added("history: 2016-2017.yaml"), "history_unused", 15, "history", "2016-2017.yaml", None, {},
    ),
    "history": (added("start: history"), "needs_file", 15, "start", "history", None, {"key": "history"}),
    "misspelt choice": (added("parameters: priors"), "not_one_of", 15, "parameters", "priors", "prior", {}),
    "empty gate": (added("gate: null"), "empty_value", 15, "gate", "null", None, {}),
    "misspelt gate": (added("gate: None"), "not_one_of", 15, "gate", "None", "none", {}),
    "rule of neither": (
        added("rules: {replanning: no}"), "not_one_of", 15, "rules.replanning", "no", "off", {},
    ),
    "rule of half": (added("rules: {housing: hafl}"), "not_one_of", 15, "rules.housing", "hafl", "half", {}),
    # families
    "unknown family": (
        added("families: {wroks: off}"), "unknown_family", 15, "families.wroks", "off", "works", {},
    ),
    "unknown state": (added("families: {works: of}"), "not_one_of", 15, "families.works", "of", "off", {}),
    "family of a truth": (
        added("families: {works: false}"), "not_one_of", 15, "families.works", "false", "off", {},
    ),
    "households off": (
        added("families: {households: off}"), "cannot_be_off", 15, "families.households", "off", None, {},
    ),
    "households unlimited": (
        added("families: {households: unlimited}"),
        "cannot_be_unlimited", 15, "families.households", "unlimited", None, {},
    ),
    "shocks unlimited": (
        added("families: {shocks: unlimited}"),
        "cannot_be_unlimited", 15, "families.shocks", "unlimited", None, {},
    ),
    "switch without a state": (
        added("families: {works: {from: 2018-06-01}}"),
        "missing_key", 15, "families.works.state", "", None, {},
    ),
    "switch after the end": (
        added("families: {works: {state: off, from: 2020-06-01}}"),
        "outside_dates",
        15, "families.works.from", "2020-06-01", None, {"start": "2018-01-01", "end": "2018-12-31"},
    ),
    # assumptions
    "unknown assumption": (
        added("assumptions: {works.road_day: 120}"),
        "unknown_assumption", 15, "assumptions.works.road_day", "120", "works.road_days", {},
    ),
    "assumption cut at its point": (
        added("assumptions: {works: {road_crews: 3, road_days: 100}}"),
        "unknown_assumption", 15, "assumptions.works", "{...}", "works.road_crews", {},
    ),
    "assumption out of range": (
        added("assumptions: {works.road_days: 60}"),
        "out_of_range", 15, "assumptions.works.road_days", "60", None,
        {"low": 90.0, "high": 180.0, "unit": "working days"},
    ),
    "assumption of text": (
        added("assumptions: {works.road_days: many}"),
        "not_a_number", 15, "assumptions.works.road_days", "many", None, {},
    ),
    "date for a day of the year": (
        added("assumptions: {money.tranche_1_day: {value: 2018-03-01}}"),
        "not_a_day", 15, "assumptions.money.tranche_1_day.value", "2018-03-01", "60", {},
    ),
    "date for a number": (
        added("assumptions: {works.road_days: 2018-03-01}"),
        "not_a_number", 15, "assumptions.works.road_days", "2018-03-01", None, {},
    ),
    "probability in per cent": (
        added("assumptions: {shock.flood_probability: 30 %}"),
        "not_a_number", 15, "assumptions.shock.flood_probability", "30 %", "0.3", {},
    ),
    "probability as a whole number": (
        added("assumptions: {shock.flood_probability: 30}"),
        "out_of_range", 15, "assumptions.shock.flood_probability", "30", "0.3",
        {"low": 0.25, "high": 0.5, "unit": "chance a year"},
    ),
    "assumption with a unit": (
        added("assumptions: {works.road_days: 120 天}"),
        "not_a_number", 15, "assumptions.works.road_days", "120 天", "120", {},
    ),
    "assumption not finite": (
        added("assumptions: {works.road_days: {value: -.inf, outside_range: true}}"),
        "not_finite", 15, "assumptions.works.road_days.value", "-.inf", None, {},
    ),
    "assumption with a key too many": (
        added("assumptions: {works.road_days: {value: 100, outside: true}}"),
        "unknown_key", 15, "assumptions.works.road_days.outside", "true", "outside_range", {},
    ),
    "assumption below zero": (
        added("assumptions: {works.road_crews: {value: -5, outside_range: true}}"),
        "negative_value", 15, "assumptions.works.road_crews", "{...}", None, {},
    ),
    "assumption of nothing that cannot be nothing": (
        added("assumptions: {responsibility.half_life: {value: 0, outside_range: true}}"),
        "zero_value", 15, "assumptions.responsibility.half_life", "{...}", None, {},
    ),
    "incomes that do not differ, by which entrants are found": (
        added("assumptions: {income.registered_sd: {value: 0, outside_range: true}}"),
        "zero_value", 15, "assumptions.income.registered_sd", "{...}", None, {},
    ),
    "assumption times nothing that cannot be nothing": (
        added("assumptions: {zones.leader_days: {times: 0}}"),
        "zero_value", 15, "assumptions.zones.leader_days", "{...}", None, {},
    ),
    "desk without anybody": (
        added("assumptions: {people.county_finance: {value: 0, outside_range: true}}"),
        "zero_value", 15, "assumptions.people.county_finance", "{...}", None, {},
    ),
    "assumption that leaves no time": (
        added("assumptions: {people.forms_share: {value: 1, outside_range: true}}"),
        "unplayable", 15, "assumptions.people.forms_share", "{...}", None, {},
    ),
    "share that leaves no time, in per cent": (
        added("assumptions: {people.forms_share: 35}"),
        "out_of_range", 15, "assumptions.people.forms_share", "35", "0.35",
        {"low": 0.25, "high": 0.5, "unit": "share of time"},
    ),
    "everybody poor": (
        added("assumptions: {county.incidence_end_2017: {value: 1, outside_range: true}}"),
        "unplayable", 15, "assumptions.county.incidence_end_2017", "{...}", None, {},
    ),
    "everybody poor where nobody is": (
        added("assumptions: {tier.exited.incidence_2018: {value: 1, outside_range: true}}"),
        "unplayable", 15, "assumptions.tier.exited.incidence_2018", "{...}", None, {},
    ),
    "weight beyond what numbers can hold": (
        added("assumptions: {inflow.nearness_power: {value: 1000, outside_range: true}}"),
        "unplayable", 15, "assumptions.inflow.nearness_power", "{...}", None, {},
    ),
    "assumption too small to be played": (
        added("assumptions: {integrity.misuse_yuan: {value: 1, outside_range: true}}"),
        "unplayable", 15, "assumptions.integrity.misuse_yuan", "{...}", None, {},
    ),
    "assumption times more than its range leaves room for": (
        added("assumptions: {people.forms_share: {times: 2}}"),
        "unplayable", 15, "assumptions.people.forms_share", "{...}", None, {},
    ),
    "times far below the range": (
        added("assumptions: {works.road_days: {times: 0.01}}"),
        "times_out_of_range", 15, "assumptions.works.road_days", "{...}", None,
        {"times": 0.01, "low": 90.0, "high": 180.0, "unit": "working days"},
    ),
    "twice of what has no room for it": (
        added("assumptions: {works.inspectors: {times: 2}}"),
        "times_out_of_range", 15, "assumptions.works.inspectors", "{...}", None,
        {"times": 2, "low": 6, "high": 20, "unit": "people"},
    ),
    "share times ten": (
        added("assumptions: {cooperation.keep: {times: 10, outside_range: true}}"),
        "unplayable", 15, "assumptions.cooperation.keep", "{...}", None, {},
    ),
    "share above one on purpose": (
        added("assumptions: {cooperation.keep: {value: 7, outside_range: true}}"),
        "unplayable", 15, "assumptions.cooperation.keep", "{...}", None, {},
    ),
    "chance above one on purpose": (
        added("assumptions: {shock.flood_probability: {value: 1.5, outside_range: true}}"),
        "unplayable", 15, "assumptions.shock.flood_probability", "{...}", None, {},
    ),
    "part of more than its whole": (
        added("assumptions: {county.deep_villages: {value: 43, outside_range: true}}"),
        "more_than_whole", 15, "assumptions.county.deep_villages", "{...}", None,
        {"parts": "county.deep_villages", "come": 43.0, "whole": "county.poor_villages", "most": 42.0},
    ),
    "whole of less than its parts": (
        added("assumptions: {county.villages: {times: 0.5, outside_range: true}}"),
        "more_than_whole", 15, "assumptions.county.villages", "{...}", None,
        {"parts": "county.poor_villages + county.high_incidence_villages", "come": 47.0, "whole": "county.villages",
         "most": 37.0},
    ),
    "one village for thousands": (
        added("assumptions: {county.deep_villages: {value: 1, outside_range: true}}"),
        "more_than_whole", 15, "assumptions.county.deep_villages", "{...}", None,
        {"parts": "county.exited_people_deep_villages", "come": 4542.0, "most": pytest.approx(0.85 * 168680 / 74),
         "whole": "village.ever_poor_limit x county.rural_population x county.deep_villages / county.villages"},
    ),
    "assumption twice": (
        added("assumptions: {works.road_crews: {value: 30, times: 2}}"),
        "value_or_times", 15, "assumptions.works.road_crews", "{...}", None, {},
    ),
    "assumption times less than none": (
        added("assumptions: {works.road_crews: {times: -2}}"),
        "negative_value", 15, "assumptions.works.road_crews", "{...}", None, {},
    ),
    "assumption against a fact": (
        added("assumptions: {county.villages: 70}"),
        "is_a_fact", 15, "assumptions.county.villages", "70", None, {},
    ),
    "year cut short": (
        added().replace("end_date: 2018-12-31", "end_date: 2018-06-30"),
        "not_year_end", 2, "end_date", "2018-06-30", "2018-12-31", {},
    ),
    "county too small": (added("scale: 0.0001"), "out_of_bounds", 15, "scale", "0.0001", None, {}),
    "assumption decided elsewhere": (
        added("assumptions: {plan.incidence: 0.03}"),
        "set_elsewhere", 15, "assumptions.plan.incidence", "0.03", None, {"other": "targets.incidence"},
    ),
    "assumption that plays nothing": (
        added("assumptions: {fact.patrol_weeks: {value: 2, outside_range: true}}"),
        "held_against", 15, "assumptions.fact.patrol_weeks", "{...}", None, {},
    ),
    "assumption that plays nothing beside one that does": (
        added("assumptions: {fact.zone_leaders: 4}"),
        "held_against", 15, "assumptions.fact.zone_leaders", "4", "zones.leaders", {},
    ),
    "assumption of years that are not played": (
        added("assumptions: {income.registered_median_2016: 2500}"),
        "other_year", 15, "assumptions.income.registered_median_2016", "2500", "income.registered_median_2018",
        {"year": "2016", "begins": 2018},
    ),
    "margin that is only checked": (
        added("assumptions: {missing.relocation_2018: 0.05}"),
        "held_against", 15, "assumptions.missing.relocation_2018", "0.05", "relocation.to_relocate", {},
    ),
    # texts
    "title without language": (added("title: plan"), "not_a_mapping", 15, "title", "plan", "{en: plan}", {}),
    "title without language, in Chinese": (
        added("title: 少三成资金"), "not_a_mapping", 15, "title", "少三成资金", "{zh: 少三成资金}", {},
    ),
    "title and total alone": (
        "title: {zh: 少三成资金}\ntotal: 15400 万元\n", "not_a_whole", 1, "", "", "extends: 2018.yaml", {},
    ),
    "scale that would be too small": (added("scale: 2"), "share_bounds", 15, "scale", "2", None, {}),
    "confidence in a whole number that would be too low": (
        added("confidence: 5"), "share_bounds", 15, "confidence", "5", None, {},
    ),
    "title in another language": (
        added("title: {fr: plan}"), "unknown_key", 15, "title.fr", "plan", None, {},
    ),
    "name of a number": (added("name: 2018"), "not_text", 15, "name", "2018", '"2018"', {}),
    "name of a path": (added("name: ../x"), "bad_scenario_name", 15, "name", "../x", "x", {"most": 80}),
    "name without end": (
        added(f"name: {'a' * 81}"), "bad_scenario_name", 15, "name", f"{'a' * 57}...", "a" * 80, {"most": 80},
    ),
    "name of two words": (added("name: 试 算"), "bad_scenario_name", 15, "name", "试 算", "试-算", {"most": 80}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_file_gone_wrong(problems, case):
    text, code, line, key, value, nearest, fields = CASES[case]
    (found,) = problems(text)
    seen = {name: str(v) if name in ("start", "end") else v for name, v in found.fields.items() if name != "titles"}
    assert (found.code, found.line, found.key, found.value, found.nearest) == (
        code,
        line,
        key,
        value,
        nearest,
    )
    assert seen == fields
    assert found.file.endswith("plan.yaml")


def test_allowed_words_are_listed(problems):
    assert problems(changed("{relocation: 4400", "{relocate: 4400"))[0].allowed == ALLOWED_LINES
    assert problems(added("families: {wroks: off}"))[0].allowed == ", ".join(FAMILIES)
    assert problems(added("gate: open"))[0].allowed == "plan | none"
    assert problems(added("compare: [x]"))[0].allowed == "even, works_first"
    assert problems(changed("replications: 4", "replications: 0"))[0].allowed == "1..100000"
    assert problems(added("assumptions: {works.road_days: 60}"))[0].allowed == "90..180"


def test_a_key_at_the_wrong_level_is_told_where_it_belongs(problems):
    text = added("tilt: 80 %", "people: 1", "times: 2", "倾斜: 30 %", "rules: {标题: x, total: 1}")
    assert [p.allowed for p in problems(text)] == [
        "allocations.*.tilt", "targets.people", "assumptions.*.times", "allocations.*.tilt",
        "^.title, allocations.*.title", "^.total",
    ]  # fmt: skip


def test_all_problems_of_a_file_are_told_at_once(problems):
    text = added(
        "seed: 2",
        "decide_on: 2019-01-01",
        "gate: plam",
        "rules: {replaning: on, housing: no}",
        "families: {households: off, wroks: off}",
        "assumptions: {works.road_days: 1, work.road_days: 2, works.house_days: .nan}",
        "compare: [evne]",
    )
    for old, new in (("housing: 0.5}", "housing: 0.4}"), ("-12-31", "-13-31"), ("220 M yuan", "30 M yuan")):
        text = changed(old, new, text)
    assert [(p.line, p.code, p.key) for p in problems(text)] == [
        (2, "not_a_date", "end_date"),
        (5, "over_committed", "total"),
        (11, "shares_sum", "allocations.even.shares"),
        (15, "duplicate_key", "seed"),
        (17, "not_one_of", "gate"),
        (18, "not_one_of", "rules.housing"),
        (18, "unknown_key", "rules.replaning"),
        (19, "cannot_be_off", "families.households"),
        (19, "unknown_family", "families.wroks"),
        (20, "out_of_range", "assumptions.works.road_days"),
        (20, "unknown_assumption", "assumptions.work.road_days"),
        (20, "not_finite", "assumptions.works.house_days"),
    ]


def test_a_cross_check_is_told_beside_a_misspelt_key(problems):
    text = changed("end_date: 2018", "end_date: 2017", added("colour: red", "compare: [evne]"))
    assert [(p.line, p.code) for p in problems(text)] == [
        (2, "end_before_start"),
        (15, "unknown_key"),
        (16, "unknown_allocation"),
    ]
