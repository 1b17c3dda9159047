"""The house's mutation testing: which faults are drawn, which tests are asked, and what a kept result is worth."""

import sys
from pathlib import Path

import pytest

from benchmarks.mutation import choosing
from benchmarks.mutation import running as mutation_running
from benchmarks.mutation.choosing import MOST, by_likelihood, words, words_of
from benchmarks.mutation.faults import Fault, drawn, equivalent, is_equivalent, running
from benchmarks.mutation.results import Results, table, wilson
from benchmarks.mutation.running import CAUGHT, LATE, PASSED, UNTESTED, Outcome, Tree

CODE = """def least(one, other):
    if one < other:
        return one
    return other
"""
TEST = """from fer_core.small import least
def test_of_equal_ones():
    assert least(2, 2) == 2
def test_of_different_ones():
    assert least(2, 5) == 2
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A tree with two rooms, a page and tests, none of which is ours."""
    texts = {
        "fer_core/__init__.py": "",
        "fer_core/small.py": CODE,
        "fer_core/room/__init__.py": "from fer_core.room.inner import sum_of",
        "fer_core/room/inner.py": "def sum_of(a, b):\n    return a + b\n",
        "fer_core/room/outer.py": "from fer_core.room import sum_of",
        "pages/show.py": "",
        "pages/show_parts/left.py": "",
        "tests/core/test_small.py": TEST,
        "tests/core/room/test_all.py": "",
        "tests/core/room/test_outer.py": "from fer_core.room.outer import sum_of",
        "tests/core/test_far.py": "from fer_core.room import sum_of",
        "tests/pages/test_show.py": "",
        "tests/pages/test_other.py": "OPENED = 'show.py'",
        "tests/pages/test_third.py": "OPENED = 'third.py'",
        "tests/pages/test_words_transcript.py": "OPENED = 'show.py'",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_who_is_asked_about_a_file(house: Path) -> None:
    assert choosing.tests_for("fer_core/small.py", house) == ["tests/core/test_small.py"]
    # named after it; nothing else imports it
    room = ["tests/core/room/test_outer.py", "tests/core/room/test_all.py"]
    assert choosing.tests_for("fer_core/room/outer.py", house) == room
    # through the package's face; then by what imports it; then the room
    assert choosing.tests_for("fer_core/room/inner.py", house) == ["tests/core/test_far.py", *room]
    assert choosing.tests_for("pages/show_parts/left.py", house) == [
        "tests/pages/test_show.py",
        "tests/pages/test_words_transcript.py",
        "tests/pages/test_other.py",
    ]


def test_every_file_of_ours_is_asked_about_few_tests() -> None:
    assert choosing.tests_for("fer_core/evaluation/statistics.py")[0] == "tests/core/evaluation/test_statistics.py"
    assert choosing.tests_for("pages/explain_parts/cells.py")[0] == "tests/pages/test_explain.py"
    assert len(choosing.tests_for("fer_core/types.py")) == MOST


def test_words_of_a_line_put_tests_in_order() -> None:
    assert words_of("fer_core/small.py", CODE, 2) == {"small", "least", "one", "other"}
    assert words("plotFlips_by(seenNow)") == {"plot", "flips", "seen", "now"}
    # "least" is in all, "other" in one of three: the third comes first, the rest as they stood
    tests = [{"least", "of"}, {"least"}, {"least", "other"}]
    assert by_likelihood(tests, {"least", "other", "nowhere"}) == [2, 0, 1]


def test_the_same_seed_draws_the_same_faults_and_another_others(tmp_path: Path) -> None:
    pytest.importorskip("cosmic_ray")
    lines = "".join(f"    if one < {number} and other:\n        return {number}\n" for number in range(40))
    file = tmp_path / "many.py"
    file.write_text(f"def least(one, other):\n{lines}")
    first, again, other = ([fault.title for fault in drawn([file], seed)][:9] for seed in (1, 1, 2))
    assert first == again != other
    for fault in drawn([file], seed=3):
        pairs = zip(file.read_text().splitlines(), fault.code.splitlines(), strict=True)
        changed = [at for at, (before, after) in enumerate(pairs) if before != after]
        assert [at + 1 for at in changed] == [fault.line] and fault.before != fault.after


def test_what_does_not_run_is_no_fault() -> None:
    plain = "def f(a: int | None = 2) -> float | str:\n    kept: int | None = a\n    return kept\n"
    assert running(plain) == running(plain.replace("|", "&"))
    assert running(plain) != running(plain.replace("2", "3")) != running(plain.replace("return kept", "return a"))
    assert running("f(%options)") is None


def test_a_fault_of_a_listed_kind_is_left_out() -> None:
    marks = ("fer_core/small.py", 2, "core/ReplaceTrue", 0)
    assert is_equivalent(Fault(*marks, "zip(a, b, strict=True)", "zip(a, b, strict=False)", ""))
    assert not is_equivalent(Fault(*marks, "sort(a, stable=True)", "sort(a, stable=False)", ""))


def test_a_fault_is_caught_by_the_test_that_sees_it_and_the_file_is_put_back(house: Path) -> None:
    tree, file = Tree(house), "fer_core/small.py"
    tests = ["tests/core/test_small.py"]
    turned = CODE.replace("one < other", "one > other")
    found = tree.outcome(file, turned, tests, 30)
    assert (found.word, found.test) == (CAUGHT, "tests/core/test_small.py::test_of_different_ones")
    assert "assert 5 == 2" in found.why
    # of two equal ones either may be given: nothing to see
    assert tree.outcome(file, CODE.replace("one < other", "one <= other"), tests, 30).word == PASSED
    assert tree.outcome(file, "def broken(:", tests, 30).word == CAUGHT
    assert tree.outcome(file, turned, [], 30).word == UNTESTED
    # files without a test, or that know nothing of it, come first
    others = ["tests/core/room/test_all.py", "tests/pages/test_show.py"]
    assert tree.outcome(file, turned, [*others, *tests], 30).word == CAUGHT
    assert tree.outcome(file, turned, others, 30).word == PASSED
    assert (house / file).read_text() == CODE


def test_a_fault_without_end_is_not_counted_as_caught(house: Path) -> None:
    endless = CODE.replace("    if one < other", "    while True: pass\n    if one < other")
    assert Tree(house).outcome("fer_core/small.py", endless, ["tests/core/test_small.py"], 1.5).word == LATE


def test_a_fault_that_waits_for_ever_is_given_up(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutation_running, "_SILENT", 4.0)
    waiting = "import time\n" + CODE.replace("    if one < other", "    time.sleep(600)\n    if one < other")
    assert Tree(house).outcome("fer_core/small.py", waiting, ["tests/core/test_small.py"], 60).word == LATE


def test_a_stopped_run_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    fault = Fault("fer_core/small.py", 2, "core/ReplaceLt", 0, "if a < b:", "if a > b:", CODE)
    other = Fault("fer_core/small.py", 2, "core/ReplaceLt", 1, "if a < b:", "if a > b:", CODE)
    Results(path).add(fault, Outcome(CAUGHT, "test_small.py::test", "E assert", 2.5))
    with path.open("a") as file:
        file.write('{"file": "fer_core/sm')  # the machine went off in the middle of a line
    kept = Results(path)
    moved = Fault("fer_core/small.py", 7, "core/ReplaceLt", 0, "if a < b:", "if a > b:", CODE)
    assert kept.of(fault) == kept.of(moved) == Outcome(CAUGHT, "test_small.py::test", "E assert", 2.5)
    assert kept.of(other) is None
    assert Results(None).of(fault) is None


def test_the_table_counts_by_room_and_folder() -> None:
    seen = [("fer_core/a/x.py", CAUGHT)] * 9 + [("fer_core/a/y.py", PASSED), ("fer_core/z.py", LATE)]
    lines = table([*seen, ("pages/q_parts/x.py", CAUGHT), ("pages/q.py", UNTESTED)]).splitlines()[2:]
    assert lines == [
        "| fer_core/(files) | 1 | 0 (0%) | 0% to 79% | 0 | 1 | 0 |",
        "| fer_core/a | 10 | 9 (90%) | 60% to 98% | 1 | 0 | 0 |",
        "| fer_core | 11 | 9 (82%) | 52% to 95% | 1 | 1 | 0 |",
        "| pages/(files) | 1 | 0 (0%) | 0% to 79% | 0 | 0 | 1 |",
        "| pages/q | 1 | 1 (100%) | 21% to 100% | 0 | 0 | 0 |",
        "| pages | 2 | 1 (50%) | 9% to 91% | 0 | 0 | 1 |",
    ]


def test_wilson_s_interval_is_that_of_the_textbook() -> None:
    # 81 of 263: Newcombe 1998, Table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_what_is_called_equivalent_has_its_reason() -> None:
    for one in equivalent():
        assert set(one) == {"file", "before", "after", "why"} and len(one["why"]) > 20
        assert any(one["before"] == line.strip() for line in Path(one["file"]).read_text().splitlines()), one


if sys.platform == "win32":
    pytest.skip("faults run in forks", allow_module_level=True)
