"""What a network sees: one picture normalised in each way, and the variants that augmentation makes of it."""

import numpy as np
import streamlit as st

from fer_core.data.augmentation import PRESETS, Augmentation, augment
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.figures.dataset import value_histograms
from fer_core.models.normalised import normalised
from fer_core.models.preprocessing import NORMALISATIONS
from fer_core.pictures.sheet import sheet
from pages.dataset_parts import chosen
from pages.dataset_parts.image_row import image_row, picture_button, stretched
from pages.ui import downloads
from pages.ui.plain import plain
from pages.ui.states import DATASET

VARIANTS = 16


def show(dataset: Dataset) -> None:
    """A picture by its row, its normalised versions, its augmented variants."""
    position = _position(dataset)
    if position is None:
        return
    st.caption(chosen.describe_picture(dataset, position))
    _normalise(dataset, position)
    _augment(dataset, position)


def _position(dataset: Dataset) -> int | None:
    if st.session_state.setdefault("data_row_of", dataset.fingerprint) != dataset.fingerprint:
        st.session_state.data_row_of = dataset.fingerprint  # another set: its rows are others
        DATASET.drop("row")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = st.number_input(
            "Row of the picture",
            step=1,
            width=200,
            **DATASET.widget("row", default=int(dataset.rows[0])),
        )
        st.button("Another one", icon=":material/casino:", on_click=_another, args=(dataset,), key="data_another")
    try:
        return int(dataset.index_of(np.array([row]))[0])
    except FerError as error:
        st.error(plain(error))
        return None


def _another(dataset: Dataset) -> None:
    DATASET.put("row", int(np.random.default_rng().choice(dataset.rows)))


def _normalise(dataset: Dataset, position: int) -> None:
    st.subheader("Normalisation", anchor=False)
    picture = dataset.pixels[position : position + 1]
    inputs = {name: normalised(picture, name, chosen.statistics(dataset, name))[0] for name in NORMALISATIONS}
    pictures = [stretched(values, float(values.min()), float(values.max())) for values in inputs.values()]
    captions = [f"{name}: {values.min():.2f} to {values.max():.2f}" for name, values in inputs.items()]
    image_row(
        [picture[0], *pictures],
        ["as it is: " + f"{picture.min()} to {picture.max()}", *captions],
        side="8.5rem",
        widest="60rem",
    )
    st.caption(
        "Each version is stretched to full contrast for the screen; the numbers are what the network gets. "
        "Featurewise statistics are fitted on the training pictures of this set."
    )
    for name, what in NORMALISATIONS.items():
        st.markdown(f"- **{name}**: {what}")
    with st.expander("How its values lie"):
        downloads.figure(value_histograms(inputs), f"row_{dataset.rows[position]}_values", key="data_values")
    with st.expander("The statistics of featurewise normalisation"):
        _statistics(dataset)


def _statistics(dataset: Dataset) -> None:
    fitted = chosen.statistics(dataset, "featurewise")
    if fitted is None:
        return
    mean, deviation = fitted.mean[..., 0], np.sqrt(fitted.variance[..., 0])
    pictures = [stretched(values, float(values.min()), float(values.max())) for values in (mean, deviation)]
    image_row(
        pictures,
        [
            f"mean of each position: {mean.min():.0f} to {mean.max():.0f}",
            f"its standard deviation: {deviation.min():.0f} to {deviation.max():.0f}",
        ],
        side="8rem",
        widest="24rem",
    )


def _augment(dataset: Dataset, position: int) -> None:
    st.subheader("Augmentation", anchor=False)
    names = [name for name in PRESETS if PRESETS[name] is not None]
    options = [*names, "own"]
    preset = st.segmented_control(
        "Strength", options, required=True, **DATASET.widget("augmentation", default=names[0], options=options)
    )
    settings = PRESETS.get(preset) or _own()
    st.caption(_words(settings))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Seed", step=1, width=160, **DATASET.widget("seed"))
    batch = np.repeat(dataset.pixels[position : position + 1], VARIANTS, axis=0)
    variants = augment(batch, settings, np.random.default_rng(seed))
    image_row(list(variants), [""] * VARIANTS, side="4.7rem", widest="56rem")
    picture_button(
        lambda: sheet(variants, 8, gap=2, scale=3), f"row_{dataset.rows[position]}_{preset}", key="data_variants"
    )


def _own() -> Augmentation:
    first, second = st.columns(2)
    return Augmentation(
        rotation=first.slider("Rotation", 0, 90, 20, format="%d°", key="data_rotation"),
        shift=second.slider("Shift, share of the side", 0.0, 0.5, 0.1, format="percent", key="data_shift"),
        zoom=first.slider("Zoom", 0.0, 0.5, 0.1, format="percent", key="data_zoom"),
        contrast=second.slider("Contrast", 0.0, 1.0, 0.0, format="percent", key="data_contrast"),
        brightness=first.slider("Brightness", 0.0, 0.5, 0.0, format="percent", key="data_brightness"),
        erase=second.slider("Chance of an erased rectangle", 0.0, 1.0, 0.0, format="percent", key="data_erase"),
        flip=first.toggle("Mirror half of them", True, key="data_flip"),
    )


def _words(settings: Augmentation) -> str:
    parts = [f"up to {settings.rotation:g} degrees either way", f"shifts up to {settings.shift:.0%} of the side"]
    if settings.zoom:
        parts.append(f"scale {1 - settings.zoom:g} to {1 + settings.zoom:g}")
    if settings.flip:
        parts.append("half of them mirrored")
    if settings.contrast:
        parts.append(f"contrast changed by up to {settings.contrast:.0%}")
    if settings.brightness:
        parts.append(f"brightness by up to {settings.brightness:.0%}")
    if settings.erase:
        parts.append(f"a rectangle erased in {settings.erase:.0%}")
    return f"{VARIANTS} variants of the picture, as training would see it in {VARIANTS} epochs: {', '.join(parts)}."
