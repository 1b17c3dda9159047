"""The Filters page through AppTest: every view, links into it, and what it says without runs or data."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.transcript import agrees

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "filters.py")
WAIT = 120


def opened(**query: str) -> AppTest:
    at = AppTest.from_file(PAGE, default_timeout=WAIT)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def texts(at: AppTest) -> str:
    parts = [*at.caption, *at.markdown, *at.subheader, *at.info, *at.error]
    return "\n".join(str(part.value) for part in parts)


@pytest.fixture(autouse=True)
def _runs(model_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))


def test_opens_on_the_answers_to_a_drawn_face():
    at = opened()
    assert not at.exception and not at.error
    layer = next(box for box in at.selectbox if box.label == "Layer")
    assert layer.value == "conv1" and "conv1 (Conv2D, 48 × 48 × 4, sees 3 × 3 pixels)" in layer.options
    assert [box.label for box in at.selectbox] == ["Run", "Layer", "Picture", "Expression"]


def test_a_link_opens_the_filter_with_its_row_of_the_set():
    at = opened(run="tiny", layer="conv2", filter="4", row="3", view="One filter")
    assert not at.exception and not at.error
    assert "Filter 4 of conv2" in texts(at)
    assert "row 3 of drawn" in texts(at)  # no FER2013 here: the drawn set stands in, and is called so
    assert at.query_params["layer"] == "conv2"  # the address keeps what the link said


def test_the_picture_stands_beside_the_views_that_do_not_show_it():
    shown = [picture_shown(view=view) for view in ("Step by step", "One filter")]
    assert shown == [True, False]


def picture_shown(**query: str) -> bool:
    pictures = opened(**query).get("image")
    return any("The picture that the network is shown" in str(one.proto) for one in pictures)


def test_a_link_to_what_is_not_there_falls_back():
    at = opened(run="nobody", layer="conv9", filter="999", view="One filter")
    assert not at.exception and not at.error
    assert "Filter 0 of conv1" in texts(at)


def test_the_card_finds_what_wakes_a_filter_in_the_drawn_faces():
    at = opened(layer="conv2", view="One filter")
    for _ in range(60):
        if "looked through" not in texts(at) and all(
            looking.finished for looking, _ in at.session_state["scans"].values()
        ):
            break
        at.run()
    looking, positions = next(iter(at.session_state["scans"].values()))
    assert looking.finished and looking.total == len(positions) == 350
    assert "Top pictures" in texts(at) and "Which classes activate it" in texts(at)
    agrees(at, "filters-card-scanned", exact=False)


def test_pictures_grow_stop_and_go_on():
    at = opened(view="Feature visualisation", layer="conv2")
    next(box for box in at.text_input if box.label == "Filters").set_value("0, 2").run()
    at.slider(key="ascent_steps").set_value(10)
    at.button(key="grow").click().run()
    for _ in range(30):
        if not at.session_state["growing"].running:
            break
        at.run()
    growing = at.session_state["growing"]
    assert not at.exception and growing.ascent.steps == 10
    assert "Below each picture" in texts(at)
    at.button(key="more").click().run()
    for _ in range(60):
        if not at.session_state["growing"].running:
            break
        at.run()
    assert at.session_state["growing"].ascent.steps == 60


@pytest.mark.parametrize(("text", "says"), [("0-9", "not within the filters, 0 to 5"), ("x", "no filter number")])
def test_bad_filters_are_one_sentence(text: str, says: str):
    at = opened(view="Feature visualisation", layer="conv2")
    next(box for box in at.text_input if box.label == "Filters").set_value(text).run()
    at.button(key="grow").click().run()
    assert not at.exception and says in at.error[0].value


def test_two_layers_side_by_side():
    at = opened(view="Side by side", layer="conv1", layer2="conv2", filter="1", filter2="5")
    assert not at.exception and not at.error
    assert "tiny: conv1, filter 1" in texts(at) and "tiny: conv2, filter 5" in texts(at)
    assert "--keep-epochs" in texts(at)


def test_two_epochs_side_by_side(model_root: Path, tiny_model: Any, monkeypatch: pytest.MonkeyPatch):
    from fer_core.features.layers import kernel_of
    from fer_core.runs.kept_epochs import keep_epoch
    from fer_core.runtime import import_keras

    early = import_keras().models.clone_model(tiny_model)
    keep_epoch(model_root / "tiny", early, 1)
    monkeypatch.setenv("FER_RUNS", str(model_root))
    at = opened(view="Side by side", layer="conv1", filter="1")
    assert not at.exception and not at.error
    assert "tiny: conv1, filter 1" in texts(at) and "tiny-epoch-1: conv1, filter 1" in texts(at)
    for model in (tiny_model, early):  # the weights below each half are that epoch's
        span = np.abs(kernel_of(model, "conv1")[..., 1]).max()
        assert f"white {span:.2f}" in texts(at)


def test_kept_pictures_open_at_once_and_grow_on(model_root: Path, tiny_model: Any):
    from fer_core.features import gallery

    grown = gallery.grow(tiny_model, each=3, steps=2)
    gallery.write(model_root / "tiny", tiny_model, grown)
    at = opened(view="Feature visualisation", layer="conv2")
    assert not at.exception and not at.error
    assert "grown beforehand" in texts(at) and "The seven expressions" in texts(at)
    at = opened(view="One filter", layer="conv2", filter="2")
    assert f"score {grown['conv2'].scores[2]:.3f}" in texts(at)
    at = opened(view="Feature visualisation", layer="conv2")
    next(box for box in at.text_input if box.label == "Filters").set_value("1-2")
    at.checkbox(key="onwards").check()
    at.slider(key="ascent_steps").set_value(10)
    at.button(key="grow").click().run()
    first = at.session_state["growing"].ascent.frames()[1][0]
    assert np.abs(first.astype(int) - grown["conv2"].pictures[1:3]).max() <= 1


def test_pictures_of_other_weights_are_not_shown(model_root: Path, tiny_model: Any):
    from fer_core.features import gallery
    from fer_core.runtime import import_keras

    other = import_keras().models.clone_model(tiny_model)
    gallery.write(model_root / "tiny", other, gallery.grow(other, each=1, steps=1))
    at = opened(view="Feature visualisation", layer="conv2")
    assert not at.exception and "grown for other weights and are not shown" in texts(at)
    assert "grown beforehand" not in texts(at)


def test_an_output_step_by_step(tiny_model: Any):
    at = opened(view="Step by step", layer="conv2", filter="4")
    assert not at.exception and not at.error
    assert "conv2, filter 4" in texts(at) and at.query_params["view"] == "Step by step"
    at = opened(view="Step by step", layer="probabilities", filter="6")
    assert not at.exception and not at.error
    assert "probabilities, unit 6" in texts(at)


def test_dense_layers_answer_in_bars():
    at = opened(layer="logits")
    assert not at.exception and "one number per unit" in texts(at)
    agrees(at, "filters-dense", exact=False)


def test_without_a_run_that_has_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    at = opened()
    assert not at.exception and "has a network that can be looked into" in texts(at)


def test_nothing_imports_tensorflow_before_a_model_is_asked(tmp_path: Path):
    """In a process of its own, with no run to ask: the page comes without TensorFlow."""
    import os
    import subprocess
    import sys

    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"at = AppTest.from_file({PAGE!r}, default_timeout=60).run(); "
        "assert not at.exception and at.info; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    root = Path(PAGE).parents[1]
    env = {**os.environ, "FER_RUNS": str(tmp_path), "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_can_grow():
    from fer_core.errors import FerError
    from fer_core.features import FilterMean, LayerInfo, Neuron, Sum
    from pages.filters_parts import feature_visualization as views

    info = LayerInfo("conv2", "Conv2D", (12, 12, 6), None, 6)
    assert views._of_filters(info, views.EACH, "0, 3") == [
        FilterMean("conv2", 0),
        FilterMean("conv2", 3),
    ]
    assert views._of_filters(info, views.NEURON, "5") == [Neuron("conv2", 5)]
    assert views._of_filters(info, views.SUM, "1-2") == [Sum((FilterMean("conv2", 1), FilterMean("conv2", 2)))]
    one, other = views._of_filters(info, views.DIFFERENCE, "1, 4")
    assert (one.label, other.label) == ("filter 1 − filter 4", "filter 4 − filter 1")
    with pytest.raises(FerError, match="needs two filters"):
        views._of_filters(info, views.DIFFERENCE, "1-4")
    with pytest.raises(FerError, match="Choose a picture first"):
        views._like(None, info, None)


def test_the_sample_is_spread_over_the_set_and_repeats():
    from pages.filters_parts.scanning import sample
    from tests.conftest import tiny_faces

    dataset = tiny_faces()
    chosen = sample(dataset, 20)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, len(dataset) - 1, 20)
    assert len(set(dataset.labels[chosen].tolist())) == 7
    assert len(sample(dataset, len(dataset))) == len(dataset)
