"""Laws that hold for whatever is drawn: what is written is read back, statistics are scipy's, moves have an inverse.

By hypothesis, with few examples and always the same ones: a run is quick, and fails where the last one failed.
"""

import csv
import io
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw
from scipy import stats
from sklearn.metrics import cohen_kappa_score, f1_score

from fer_core import runs
from fer_core.data import verdicts
from fer_core.data.augmentation import Augmentation, affine_matrices, warp
from fer_core.data.csv_pixels import read_table
from fer_core.data.dataset import make_dataset
from fer_core.evaluation.calibration import apply_temperature, fit_temperature
from fer_core.evaluation.evaluate import variants_of
from fer_core.evaluation.intervals import newcombe, wilson
from fer_core.evaluation.metrics import confusion
from fer_core.evaluation.statistics import holm, macro_f1, mcnemar_exact
from fer_core.models.normalised import normalised
from fer_core.models.preprocessing import fit_statistics, standardise_samples
from fer_core.reading import faces
from fer_core.reading.faces import Square
from fer_core.reading.video import Sight
from fer_core.reading.video_copy import _scaled
from fer_core.saliency.methods import METHODS
from fer_core.spreadsheet import csv_text
from fer_core.table_text import table_of
from fer_core.training.journal import Journal
from tests.core.saliency.test_maps_by_hand import Bowl, Linear

law = settings(max_examples=25, derandomize=True, deadline=None, database=None)

SEEDS = draw.integers(0, 2**32 - 1)
WORDS = draw.text(draw.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
SHARES = draw.floats(0, 1)
NUMBERS = draw.floats(allow_nan=False, allow_infinity=False)
JSON = draw.recursive(
    draw.none() | draw.booleans() | draw.integers(-(2**53), 2**53) | NUMBERS | WORDS,
    lambda inner: draw.lists(inner, max_size=3) | draw.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


# Written and read back -----------------------------------------------------------------------------------------------


@law
@given(draw.lists(draw.tuples(WORDS, NUMBERS, draw.integers(-999, 999)), min_size=1, max_size=4))
def test_a_table_taken_along_is_read_back(rows: list[tuple[str, float, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["word", "number", "count"])
    back = pd.read_csv(io.StringIO(csv_text(frame)), keep_default_na=False, dtype={"word": str})
    np.testing.assert_array_equal(back["number"].astype(float), frame["number"])
    assert back["count"].tolist() == frame["count"].tolist()
    for was, now in zip(frame["word"], back["word"], strict=True):
        assert now == was or (now == f"'{was}" and was[0] in "=+-@")
        assert now[:1] not in ("=", "@")


@law
@given(SEEDS, draw.integers(1, 6))
def test_pictures_written_as_fer2013s_csv_are_read_back(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 10 ** rng.integers(1, 4), (count, 48, 48)).clip(0, 255).astype(np.uint8)
    labels, split = rng.integers(0, 7, count).astype(np.int8), np.sort(rng.integers(0, 3, count)).astype(np.uint8)
    written = b"".join(verdicts.corrected_csv(make_dataset("x", pixels, labels, split, "npz"), {}))
    for data in (written, written.replace(b"\n", b"\r\n"), written.removesuffix(b"\n")):
        table = read_table(io.BytesIO(data), "x.csv")
        np.testing.assert_array_equal(table.pixels, pixels)
        assert [int(one) for one in table.columns["emotion"]] == labels.tolist()
        names = [b"Training", b"PublicTest", b"PrivateTest"]
        assert [one.strip() for one in table.columns["usage"]] == [names[part] for part in split]


@law
@given(draw.lists(draw.lists(WORDS.filter(str.strip), min_size=3, max_size=3), min_size=2, max_size=5))
def test_a_table_of_words_is_read_whatever_separates_them(rows: list[list[str]]) -> None:
    for separator in ",;\t":
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows([["a", "b", "c"], *rows])
        found, form = table_of(text.getvalue().encode(), "x.csv", separator)
        assert form.separator == separator and found == [["a", "b", "c"], *rows]


@law
@given(draw.dictionaries(WORDS, JSON, max_size=4))
def test_a_json_file_is_read_back(tmp_path_factory: pytest.TempPathFactory, value: dict[str, Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "law.json"
    runs.write_json(path, value)
    assert runs.read_json(path) == value


@law
@given(draw.lists(draw.tuples(NUMBERS, SHARES), min_size=1, max_size=5))
def test_a_history_is_read_back_to_six_digits(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]
) -> None:
    journal = Journal(tmp_path_factory.getbasetemp())
    journal.rows = [{"epoch": i, "loss": loss, "val_accuracy": share} for i, (loss, share) in enumerate(rows)]
    journal._write_history()
    back = pd.read_csv(journal.folder / "history.csv")
    assert back["epoch"].tolist() == list(range(len(rows)))
    np.testing.assert_allclose(back[["loss", "val_accuracy"]], rows, rtol=1e-5)


SAID = draw.tuples(
    draw.integers(0, 40), draw.sampled_from(verdicts.VERDICTS), draw.sampled_from(["ann", "b, o", '"c"'])
)


@law
@given(draw.lists(SAID, max_size=6))
def test_verdicts_are_read_back_and_taken_back_in_turn(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.csv"
    path.unlink(missing_ok=True)
    for row, word, who in said:
        verdicts.give(path, "set", row, word, who)
    kept = [(one.row, one.verdict, one.who) for one in verdicts.read(path, "set")]
    assert kept == said
    while own := [one for one in kept if one[2] == "ann"]:
        taken = verdicts.take_back(path, "set", "ann")
        assert taken is not None and (taken.row, taken.verdict) == own[-1][:2]
        place = len(kept) - 1 - kept[::-1].index(own[-1])
        kept = kept[:place] + kept[place + 1 :]
        assert [(one.row, one.verdict, one.who) for one in verdicts.read(path, "set", mixed=True)] == kept
    assert verdicts.take_back(path, "set", "ann") is None


# Statistics ----------------------------------------------------------------------------------------------------------

COUNTS = draw.integers(1, 400).flatmap(lambda n: draw.tuples(draw.integers(0, n), draw.just(n)))
LEVELS = draw.floats(0.5, 0.999)
CLASSES_SAID = draw.integers(2, 60).flatmap(
    lambda n: draw.tuples(*[draw.lists(draw.integers(0, 6), min_size=n, max_size=n)] * 2)
)


@law
@given(COUNTS, LEVELS)
def test_wilsons_interval_is_scipys(counts: tuple[int, int], level: float) -> None:
    theirs = stats.binomtest(*counts).proportion_ci(level, method="wilson")
    assert wilson(*counts, level) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@law
@given(COUNTS, COUNTS, LEVELS)
def test_a_difference_the_other_way_round_has_the_interval_the_other_way_round(
    a: tuple[int, int], b: tuple[int, int], level: float
) -> None:
    low, high = newcombe(*a, *b, level)
    assert newcombe(*b, *a, level) == pytest.approx((-high, -low), abs=1e-9)
    assert low <= a[0] / a[1] - b[0] / b[1] <= high


@law
@given(draw.lists(draw.tuples(draw.booleans(), draw.booleans()), min_size=1, max_size=60))
def test_mcnemars_p_is_scipys(pairs: list[tuple[bool, bool]]) -> None:
    a, b = np.array(pairs).T
    found, back = mcnemar_exact(a, b), mcnemar_exact(b, a)
    apart = int((a != b).sum())
    assert found.p == pytest.approx(stats.binomtest(int((a & ~b).sum()), apart).pvalue if apart else 1.0)
    assert (back.only_a, back.only_b, back.p) == (found.only_b, found.only_a, found.p)


@law
@given(draw.lists(SHARES, min_size=1, max_size=9), draw.floats(0.001, 0.5), SEEDS)
def test_holm_rejects_what_stepping_down_rejects_in_any_order(p: list[float], level: float, seed: int) -> None:
    found = holm(p)
    mixed = np.random.default_rng(seed).permutation(len(p))
    np.testing.assert_array_equal(holm(np.array(p)[mixed]), found[mixed])
    assert (found >= np.array(p)).all() and (found <= 1).all()
    rejected = np.zeros(len(p), bool)
    for step, place in enumerate(np.argsort(p, kind="stable")):
        if p[place] * (len(p) - step) > level:
            break
        rejected[place] = True
    assert ((found <= level) == rejected).all()


@law
@given(CLASSES_SAID)
def test_macro_f1_and_counts_are_scikit_learns(said: tuple[list[int], list[int]]) -> None:
    labels, answers = (np.array(one) for one in said)
    assert macro_f1(labels, answers) == pytest.approx(f1_score(labels, answers, average="macro", zero_division=0))
    counts = confusion(labels, answers)
    np.testing.assert_array_equal(counts.T, confusion(answers, labels))
    assert counts.sum() == len(labels) and np.trace(counts) == (labels == answers).sum()


@law
@given(CLASSES_SAID)
def test_kappa_is_scikit_learns_and_the_same_both_ways(said: tuple[list[int], list[int]]) -> None:
    first, second = ({row: verdicts.VERDICTS[k] for row, k in enumerate(one)} for one in said)
    found, back = verdicts.kappa(first, second, draws=2), verdicts.kappa(second, first, draws=2)
    assert (found.n, found.agreement) == (len(said[0]), float(np.mean(np.array(said[0]) == said[1])))
    if len(set(said[0]) | set(said[1])) == 1:
        assert math.isnan(found.kappa)
    else:
        assert found.kappa == pytest.approx(cohen_kappa_score(*said)) == pytest.approx(back.kappa)


@law
@given(SEEDS, draw.floats(0.5, 2))
def test_a_temperature_is_undone_by_its_inverse_and_found_again(seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    p, labels = rng.dirichlet(np.full(7, 0.8), 60).clip(1e-4), rng.integers(0, 7, 60)
    p /= p.sum(axis=1, keepdims=True)
    changed = apply_temperature(p, temperature)
    np.testing.assert_allclose(apply_temperature(changed, 1 / temperature), p, rtol=1e-3, atol=1e-5)
    assert (changed.argmax(axis=1) == p.argmax(axis=1)).all()
    own = fit_temperature(p, labels)
    if own < 15 and own / temperature < 15:
        assert fit_temperature(changed, labels) == pytest.approx(own / temperature, rel=0.02)


# Moves and their inverse ---------------------------------------------------------------------------------------------


@law
@given(SEEDS, draw.sampled_from([1, 2, 3]), draw.integers(1, 9), draw.integers(1, 9))
def test_a_find_in_a_turned_picture_is_turned_back(seed: int, quarters: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    marked = np.zeros((height, width), int)
    x, y = int(rng.integers(width)), int(rng.integers(height))
    marked[y, x] = 1
    (row,), (column,) = np.nonzero(np.rot90(marked, quarters))
    finds = np.zeros((1, 15), np.float32)
    finds[0, :4], finds[0, 4:14] = (column, row, 1, 1), [column + 0.5, row + 0.5] * 5
    back = faces._turned_back(finds, quarters, width, height)[0]
    assert back[:4].tolist() == [x, y, 1, 1] and back[4:14].tolist() == [x + 0.5, y + 0.5] * 5


@law
@given(draw.tuples(*[draw.floats(-500, 500)] * 3), draw.floats(0.05, 20))
def test_a_place_scaled_forth_and_back_is_where_it_was(place: tuple[float, float, float], scale: float) -> None:
    x, y, side = place
    sight = Sight(3, 0.5, 1, Square(x, y, abs(side), 12.0), np.eye(7)[2])
    there = _scaled(sight, scale)
    assert (there.square.x, there.square.roll, there.frame) == (pytest.approx(x * scale), 12.0, 3)
    back = _scaled(there, 1 / scale).square
    assert (back.x, back.y, back.side) == pytest.approx((x, y, abs(side)))


@law
@given(SEEDS, draw.integers(-6, 6), draw.integers(-6, 6))
def test_a_shift_is_undone_and_a_flip_twice_is_none(seed: int, across: int, down: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (2, 20, 31), dtype=np.uint8)
    there = np.array([[[1.0, 0, across], [0, 1, down]]]).repeat(2, axis=0)
    back = np.array([[[1.0, 0, -across], [0, 1, -down]]]).repeat(2, axis=0)
    inner = slice(6, -6)
    np.testing.assert_array_equal(warp(warp(pixels, there), back)[:, inner, inner], pixels[:, inner, inner])
    plain, mirrored = variants_of(pixels, "flip")
    np.testing.assert_array_equal(variants_of(mirrored, "flip")[1], plain)


@law
@given(SEEDS)
def test_augmentation_moves_the_middle_by_its_shift_alone(seed: int) -> None:
    given_ = Augmentation(rotation=40, shift=0.2, zoom=0.3)
    matrices = affine_matrices(9, 48, given_, np.random.default_rng(seed))
    centre = np.full(2, 23.5)
    moved = matrices[:, :, :2] @ centre + matrices[:, :, 2] - centre
    assert np.abs(moved).max() <= 0.2 * 48 + 1e-9
    inverse = np.linalg.inv(matrices[:, :, :2])
    np.testing.assert_allclose(inverse @ matrices[:, :, :2], np.eye(2)[None].repeat(9, 0), atol=1e-9)
    assert (np.abs(np.linalg.det(matrices[:, :, :2])) ** 0.5 - 1 <= 0.3 + 1e-9).all()


@law
@given(SEEDS, draw.integers(3, 8))
def test_normalisation_is_undone_by_its_statistics(seed: int, count: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 48, 48), dtype=np.uint8)
    fitted = fit_statistics(pixels, "featurewise")
    assert fitted is not None
    values = normalised(pixels, "featurewise", fitted)
    spread = np.sqrt(fitted.variance[..., 0])
    np.testing.assert_allclose(values * spread + fitted.mean[..., 0], pixels, atol=0.05)
    np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(standardise_samples(pixels).std(axis=(1, 2)), 1, atol=1e-3)
    # Contrast and brightness leave a samplewise picture as it is.
    softer = (pixels // 2 + 40).astype(np.float32)
    np.testing.assert_allclose(standardise_samples(2 * softer + 7), standardise_samples(softer), atol=1e-3)


# Saliency ------------------------------------------------------------------------------------------------------------


@law
@given(SEEDS, draw.sampled_from(["mean", "black"]))
def test_integrated_gradients_are_complete(seed: int, baseline: str) -> None:
    rng = np.random.default_rng(seed)
    shown = rng.integers(0, 256, (1, 3, 5, 1)).astype(np.float32)
    weights = np.array([[rng.choice([-1.0, 1.0, 2.0])]], np.float32)
    method = METHODS["integrated_gradients"](steps=40, baseline=baseline)
    for network in (Linear(rng.normal(size=(3, 5))), Bowl(np.ones((3, 5)))):
        found = method.maps(network, shown, weights)
        due = method.promised(network, shown, weights)
        scale = float(np.abs(found).sum()) + 1e-6
        assert abs(float(found.sum() - due[0])) < 0.01 * scale


@law
@given(SEEDS)
def test_a_linear_score_is_the_sum_of_gradient_times_input_and_of_what_hiding_takes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shown = rng.integers(0, 256, (2, 4, 6, 1)).astype(np.float32)
    network, weights = Linear(rng.normal(size=(4, 6))), np.array([[1.0], [-2.0]], np.float32)
    score = network.score(shown, weights)
    products = METHODS["gradient_x_input"]().maps(network, shown, weights)
    np.testing.assert_allclose(products.sum(axis=(1, 2)), score, rtol=1e-3, atol=1e-2)
    hidden = METHODS["occlusion"](size=2, stride=2, fill="black").maps(network, shown, weights)
    np.testing.assert_allclose(hidden.sum(axis=(1, 2)), 4 * score, rtol=1e-3, atol=5e-2)
