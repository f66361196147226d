"""What can be wrong with the file itself, before a word of it is read."""

import os
import time

import pytest

from sim.scenario import ScenarioError, load

from .plans import MINIMAL


def refused(path):
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (found,) = caught.value.problems
    return found


def test_missing_file_names_the_one_that_was_meant(write):
    there = write(MINIMAL, "flood-year.yaml")
    found = refused(there.with_name("flod-year.yaml"))
    assert (found.code, found.line, found.nearest) == ("missing_file", 0, str(there))
    assert found.file.endswith("flod-year.yaml")


def test_the_ending_alone_makes_no_two_files_alike(write):
    there = write(MINIMAL, "m32.yaml")
    assert refused(there.with_name("没有.yaml")).nearest is None
    assert refused(there.with_name("m32.yml")).nearest == refused(there.with_name("m23.yaml")).nearest == str(there)


@pytest.mark.parametrize("path", [None, 3])
def test_a_file_is_named_by_its_path(path):
    with pytest.raises(TypeError, match=rf"path\(={path}\) must be the path of a file, such as 'scenarios/2018\.yaml'"):
        load(path)


def test_missing_folder(tmp_path):
    assert refused(tmp_path / "nowhere" / "plan.yaml").code == "missing_file"


def test_directory(tmp_path):
    assert refused(tmp_path).code == "is_directory"


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refused(tmp_path / "pipe.yaml").code == "not_a_file"


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root reads everything")
def test_unreadable(write):
    path = write(MINIMAL)
    path.chmod(0)
    found = refused(path)
    assert found.code == "not_permitted"


@pytest.mark.parametrize("text", ["", "\n\n", "---\n", "# 只有注释\n", "~\n", "\ufeff"])
def test_empty(write, text):
    assert refused(write(text)).code == "empty_file"


def test_gbk(write):
    found = refused(write((MINIMAL + "title: {zh: 资源县}\n").encode("gbk")))
    assert (found.code, found.line, found.fields) == ("not_utf8", 7, {"encoding": "GBK"})


def test_utf16(write):
    assert refused(write(MINIMAL.encode("utf-16"))).fields == {"encoding": "UTF-16"}


def test_bytes_that_are_no_text(write):
    assert refused(write(b"seed: \xff\xff\xff\n")).code == "no_text"


def test_byte_order_mark_and_windows_line_ends_are_fine(write):
    text = MINIMAL.replace("\n", "\r\n")
    assert load(write(b"\xef\xbb\xbf" + text.encode())) == load(write(MINIMAL))


def test_ten_megabytes_are_refused_fast(write):
    path = write("a: 1\n" * 2_000_000)
    began = time.process_time()
    found = refused(path)
    assert (found.code, found.fields) == ("too_large", {"limit_kb": 64})
    assert time.process_time() - began < 20  # not a timing: a bomb would take minutes


def bomb(width, depth):
    rows = ["a0: &a0 [" + ", ".join("x" * width) + "]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * width)}]" for i in range(1, depth)]
    return "\n".join(rows) + "\n"


def test_alias_bomb_is_refused_fast(write):
    path = write(bomb(10, 12))
    began = time.process_time()
    found = refused(path)
    assert (found.code, found.line, found.fields) == ("too_many_nodes", 5, {"limit": 20_000})
    assert time.process_time() - began < 20  # not a timing: a bomb would take minutes


def test_alias_that_holds_itself(write):
    assert refused(write("a: &a [*a]\n")).code == "unknown_alias"


def test_brackets_without_end_are_refused_fast(write):
    path = write("a: " + "[" * 60_000)
    began = time.process_time()
    assert refused(path).code == "too_deep"
    assert time.process_time() - began < 20  # not a timing: a bomb would take minutes


def test_the_largest_file_that_is_read_takes_no_long_time(write):
    path = write("".join(f"k{i}: {i}\n" for i in range(5_500)))
    began = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert time.process_time() - began < 20  # not a timing: a bomb would take minutes
    assert sum(p.code == "unknown_key" for p in caught.value.problems) == 5_500


def test_an_alias_may_repeat_what_is_the_same(write):
    text = MINIMAL.replace("shares: {industry", "shares: &s {industry") + "  again: {shares: *s}\n"
    allocations = load(write(text)).allocations
    assert allocations["again"].shares == allocations["even"].shares
