import re
from dataclasses import replace

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.languages import catalogue
from fer_core.runtime import import_keras
from fer_core.saliency import explain, get, network_for
from fer_core.saliency.trust import PARTS, curve, moved_share, randomisation, rank_correlation, trust_report
from fer_core.saliency.trust.curves import HidingCurve, hide_top, order_of, target_probability
from fer_core.saliency.trust.randomisation import layers_with_weights
from fer_core.saliency.trust.sensitivity import sensitivity
from fer_core.saliency.trust.words import sentences
from tests.core.graphs import zoo

ONE = np.array([1, 0], np.float32)


@pytest.fixture(scope="module")
def sees_corner():
    """2 x 2 pixels, two classes: logit 0 is 4 times the upper left pixel / 255, logit 1 is 0."""
    keras = import_keras()
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.set_weights([np.array([[4, 0], [0, 0], [0, 0], [0, 0]], float), np.zeros(2)])
    return model


def test_rank_correlation_by_hand():
    a = np.array([[1, 2], [3, 4]])
    assert rank_correlation(a, a**3) == pytest.approx(1)
    assert rank_correlation(a, -a) == pytest.approx(-1)
    assert rank_correlation(a, np.ones((2, 2))) == 0
    # 1 - 6 * sum d^2 / (n (n^2 - 1)) with d = (1, -1, 0, 0)
    assert rank_correlation(a, np.array([[2, 1], [3, 4]])) == pytest.approx(1 - 12 / 60)


def test_the_curves_by_hand(sees_corner):
    network = network_for(sees_corner)
    image = np.array([255, 0, 0, 0], np.float32).reshape(2, 2, 1)
    p = 1 / (1 + np.exp(-4))
    right, wrong = np.array([[9, 1], [1, 1]]), np.array([[0, 1], [1, 1]])
    found = curve(network, image, ONE, right, "deletion", steps=4, fill="black")
    np.testing.assert_allclose(found.shares, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(found.values, [p, 0.5, 0.5, 0.5, 0.5], atol=1e-6)
    assert found.area == pytest.approx((p + 0.5) / 2 / 4 + 0.75 * 0.5, abs=1e-6)
    late = curve(network, image, ONE, wrong, "deletion", steps=4, fill="black")
    np.testing.assert_allclose(late.values, [p, p, p, p, 0.5], atol=1e-6)
    assert found.gain > 0 > late.gain
    shown = curve(network, image, ONE, right, "insertion", steps=4, fill="black")
    np.testing.assert_allclose(shown.values, [0.5, p, p, p, p], atol=1e-6)
    assert shown.gain > 0 and shown.random.shape == (4, 5)


def test_the_target_probability_of_a_difference_counts_the_two_only(selu, images):
    network = network_for(selu)
    pixels = images[..., None].astype(np.float32)
    p = network.probabilities(pixels)
    weights = np.zeros(7, np.float32)
    weights[2], weights[5] = 1, -1
    np.testing.assert_allclose(target_probability(network, pixels, weights), p[:, 2] / (p[:, 2] + p[:, 5]), rtol=1e-5)


def test_hiding_the_top_share():
    image = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    hidden = hide_top(image, image[..., 0], 0.25, "mean")
    np.testing.assert_array_equal(hidden[3, :, 0], [7.5] * 4)
    np.testing.assert_array_equal(hidden[:3], image[:3])
    np.testing.assert_array_equal(hide_top(image, image[..., 0], 0), image)
    with pytest.raises(FerError, match=r"not 1\.5"):
        hide_top(image, image[..., 0], 1.5)


def test_ties_are_broken_at_random():
    orders = [order_of(np.zeros((8, 8)), np.random.default_rng(k)).tolist() for k in range(2)]
    assert orders[0] != orders[1] and sorted(orders[0]) == list(range(64)) != orders[0]


def test_shuffling_forgets_and_the_live_model_does_not(tiny, images):
    model = tiny()
    before, pixels = model.get_weights(), images[:2, ..., None].astype(np.float32)
    weights = np.eye(7, dtype=np.float32)[[3, 3]]
    method = get("gradient")()
    first = list(randomisation(model, pixels, weights, method, seed=1))
    assert [s.layer for s in first] == ["logits", "conv2", "conv1"] and [s.layers for s in first] == [1, 2, 3]
    assert all(-1 <= s.correlation < 0.9 for s in first)
    assert list(randomisation(model, pixels, weights, method, seed=1)) == first  # the copy starts anew
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert [name for name, _ in layers_with_weights(network_for(model))] == ["conv1", "conv2", "logits"]


def test_layers_are_shuffled_in_the_order_in_which_a_picture_meets_them_whatever_they_are_nested_in():
    def order(name: str) -> list[str]:
        return [layer for layer, _ in layers_with_weights(network_for(zoo.build(name)[0]))]

    assert order("nested") == ["conv1", "short", "conv2", "logits"]
    assert order("nested_twice") == ["conv", "logits"]
    assert order("shared")[:2] == ["first", "twice"] and len(order("shared")) == 3
    assert order("without_dense") == ["conv1", "last"]
    assert order("operators")[:2] == ["conv1", "conv2"] and len(order("operators")) == 3


def test_a_shuffled_nested_network_forgets_and_stays_as_it_was():
    model, _ = zoo.build("nested")
    before, pixels = model.get_weights(), zoo.faces()[..., None].astype(np.float32)
    steps = list(randomisation(model, pixels, np.eye(7, dtype=np.float32)[[3] * 3], get("gradient")()))
    assert [step.layer for step in steps] == ["logits", "conv2", "short", "conv1"]
    assert all(abs(step.correlation) < 0.95 for step in steps)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_map_of_the_picture_alone_survives_the_shuffling(tiny, images):
    pixels = images[:1, ..., None].astype(np.float32)
    steps = list(randomisation(tiny(), pixels, np.eye(7, dtype=np.float32)[[0]], get("random")()))
    assert [s.correlation for s in steps] == pytest.approx([1, 1, 1])


def test_a_linear_networks_gradient_is_not_sensitive(sees_corner):
    image = np.array([200, 10, 20, 30], np.float32).reshape(2, 2, 1)
    method = get("gradient")()
    values = sensitivity(network_for(sees_corner), image, ONE, method)
    np.testing.assert_allclose(values, 1, atol=1e-6)
    noisy = sensitivity(network_for(sees_corner), image, ONE, get("random")(), copies=4)
    assert noisy.shape == (4,) and noisy.min() < 0.9


def test_the_share_on_moved_pixels():
    importance = np.array([[3.0, 1.0], [-5.0, 0.0]])
    assert moved_share(importance, [[True, False], [True, False]]) == (0.75, 0.5)


def test_the_report_grows_can_be_left_and_ends(selu, images):
    reports = list(trust_report(selu, images[0], "grad_cam", target=2, moved=images[0] > 100))
    last = reports[-1]
    assert [r.progress for r in reports] == sorted(r.progress for r in reports)
    assert last.progress == 1 and last.doing == "" and len(last.sentences()) == 5
    assert [s.layers for s in last.randomisation] == [1, 2, 3] == [s.layers for s in last.reference]
    assert reports[0].deletion is None and reports[0].doing
    some = trust_report(selu, images[0], "gradient", parts=["sensitivity"])
    next(some)
    some.close()  # and nothing hangs
    assert list(trust_report(selu, images[0], "gradient", parts=["sensitivity"]))[-1].deletion is None
    with pytest.raises(FerError, match="no part 'x'"):
        list(trust_report(selu, images[0], parts=["x"]))
    assert set(PARTS) == {"curves", "randomisation", "sensitivity"}


def test_the_reports_numbers_are_those_of_the_parts(selu, images):
    network, weights = network_for(selu), np.eye(7, dtype=np.float32)[2]
    report = list(trust_report(selu, images[0], "guided", target=2, parts=["curves"]))[-1]
    importance = np.abs(explain(selu, images[:1], "guided", 2)[0])
    alone = curve(network, images[0, ..., None].astype(np.float32), weights, importance, "deletion")
    np.testing.assert_allclose(report.deletion.values, alone.values, atol=1e-5)
    np.testing.assert_allclose(report.deletion.random, alone.random, atol=1e-5)


def test_the_words_follow_the_numbers():
    from fer_core.saliency.trust import ShuffledStep, TrustReport

    line = np.linspace(0, 1, 3, dtype=np.float32)
    falls = HidingCurve("deletion", line, np.array([1, 0, 0], np.float32), np.array([[1, 1, 0]], np.float32))
    report = TrustReport(
        "guided",
        deletion=falls,
        randomisation=(ShuffledStep("logits", 1, 0.72),),
        reference=(ShuffledStep("logits", 1, 0.07),),
        sensitivity=np.array([0.4, 0.3]),
        moved=(0.5, 0.25),
    )
    said = sentences(report)
    assert "falls faster" in said[0] and "area 0.25, random 0.75" in said[0]
    assert "hardly changes" in said[1] and "0.72" in said[1] and "plain gradient 0.07" in said[1]
    assert "another map" in said[2] and "2.0 times" in said[3]
    other = TrustReport("gradient", randomisation=(ShuffledStep("logits", 1, 0.07),), sensitivity=np.array([0.95, 0.9]))
    assert "another one" in sentences(other)[0] and "as it is" in sentences(other)[1]


def test_the_verdict_comes_before_the_numbers():
    from fer_core.saliency import Completeness
    from fer_core.saliency.trust import ShuffledStep, TrustReport

    assert TrustReport("gradient").verdict() == ""
    blind = TrustReport(
        "guided", 1.0, randomisation=(ShuffledStep("logits", 1, 0.72),), sensitivity=np.array([0.4, 0.3])
    )
    assert blind.verdict().startswith("Do not read this map as the network's reasons: it hardly changes")
    assert blind.verdict().endswith(", and noise that the eye hardly sees makes another map.")
    careful = TrustReport("gradient", 0.5, randomisation=(ShuffledStep("logits", 1, 0.3),), moved=(0.5, 0.25))
    assert careful.verdict() == (
        "So far: read this map with care: much of it stays when the network forgets its classes."
    )
    grainy = TrustReport("gradient", 1.0, sensitivity=np.array([0.7, 0.6]))
    assert grainy.verdict() == "Read this map with care: noise that the eye hardly sees changes its single pixels."
    steady = TrustReport("gradient", 1.0, sensitivity=np.array([0.95, 0.9]))
    assert steady.verdict() == "This map passes on this picture: it bears a little noise."
    good = TrustReport("integrated_gradients", 1.0, moved=(0.5, 0.25), complete=Completeness(2.01, 2.0))
    assert good.verdict() == (
        "This map passes on this picture: it lies on what the expression moved, and its pixels add up."
    )


def test_a_verdict_follows_the_better_of_its_two_curves():
    from fer_core.saliency.trust import TrustReport

    line = np.array([0, 0.5, 1], np.float32)

    def curve_of(kind: str, gain: float) -> HidingCurve:
        """Flat at one half, against random orders flat above or below it by so much."""
        random = 0.5 + gain if kind == "deletion" else 0.5 - gain
        return HidingCurve(kind, line, np.full(3, 0.5, np.float32), np.full((2, 3), random, np.float32))

    def verdict(deletion: float, insertion: float) -> str:
        curves = {kind: curve_of(kind, gain) for kind, gain in (("deletion", deletion), ("insertion", insertion))}
        assert curves["deletion"].gain == pytest.approx(deletion, abs=1e-6)
        assert curves["insertion"].gain == pytest.approx(insertion, abs=1e-6)
        return TrustReport("gradient", 1.0, **curves).verdict()

    assert verdict(0.3, -0.2) == verdict(-0.2, 0.3) == "This map passes on this picture: what it marks matters."
    assert verdict(-0.3, -0.2).startswith("Do not read this map as the network's reasons: random pixels matter more")
    assert verdict(0.01, -0.3).startswith("Read this map with care: what it marks matters no more than random pixels")


def test_completeness_in_numbers_and_words():
    from fer_core.saliency import Completeness
    from fer_core.saliency.trust import TrustReport

    assert Completeness(2.01, 2.0).gap == pytest.approx(0.005) and Completeness(2.01, 2.0).words() == ""
    assert Completeness(-1.5, -2.0).words() == "adds up to -1.5, not -2 (off by 25%)"
    assert Completeness(0.1, 0.0).gap == float("inf") and Completeness(0.0, 0.0).gap == 0
    said = [TrustReport("x", complete=Completeness(total, 2.0)).sentences()[0] for total in (2.01, 2.1, 1.0)]
    assert "are complete" in said[0] and "nearly complete" in said[1] and "not complete" in said[2]
    assert "add up to +1, and +2 is shared out: off by 50%" in said[2]


def test_the_report_measures_completeness_where_it_is_promised(selu, images):
    ask = {"target": 2, "parts": ["sensitivity"]}
    rough = list(trust_report(selu, images[0], "integrated_gradients", parameters={"steps": 2}, **ask))[-1]
    raw = explain(selu, images[:1], "integrated_gradients", 2, steps=2)[0]
    assert rough.complete.total == pytest.approx(float(raw.sum()), rel=1e-4)
    fine = list(trust_report(selu, images[0], "integrated_gradients", **ask))[-1]
    assert fine.complete.gap < 0.01 < rough.complete.gap
    assert fine.complete.promised == pytest.approx(rough.complete.promised)
    assert list(trust_report(selu, images[0], "gradient", **ask))[-1].complete is None


def test_a_verdict_with_all_its_parts_is_said_in_another_language() -> None:
    from fer_core.saliency.trust import ShuffledStep, TrustReport

    step = ShuffledStep("last", 1, 0.91)
    half = TrustReport("guided", 0.5, randomisation=(step,), sensitivity=np.array([0.4, 0.1]), moved=(0.2, 0.4))
    for said in (half.verdict(), *half.sentences(), replace(half, progress=1.0).verdict()):
        chinese = catalogue("zh-TW").say(said)
        assert "{" not in chinese and not re.search("[A-Za-z]{3}", chinese), chinese
    assert catalogue("zh-TW").say(replace(half, progress=1.0).verdict()) == (
        "不要把這張圖當成網路的理由：網路忘記類別時，它幾乎沒變，眼睛幾乎看不出的雜訊就讓它變成另一張圖，而且它沒抓到表情移動的地方。"
    )
