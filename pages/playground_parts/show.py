"""The face as it is drawn, as the network sees it, and what the network makes of it."""

import html
from collections.abc import Callable

import numpy as np
import streamlit as st

from fer_core.data.drawn.study import DrawnScene
from fer_core.pictures import data_url, encode_png
from pages.playground_parts import controls
from pages.ui import bars, downloads, links, spoken
from pages.ui.drawing import Drawing, intensities
from pages.ui.language import say
from pages.ui.states import FROM_PLAYGROUND

_STYLE = """<style>
.pg-now {display: flex; flex-wrap: wrap; gap: .9rem 1.4rem; align-items: flex-start;}
.pg-now figure, .pg-tiles figure {margin: 0;}
.pg-now figcaption, .pg-tiles figcaption, .pg-words p {font-size: .78rem; opacity: .8; line-height: 1.3;
  margin: .25rem 0 0;}
.pg-faces {display: flex; gap: .7rem; align-items: flex-end; flex: 1 1 100%;}
.pg-now img, .pg-tiles img {border-radius: .45rem; display: block; width: 100%;}
.pg-faces figure:first-child {flex: 3 1 0; max-width: 288px;}
.pg-faces figure:last-child {flex: 2 1 0; max-width: 192px;}
.pg-crisp {image-rendering: pixelated;}
.pg-words {flex: 1 1 230px; min-width: 0; max-width: 494px;}
.pg-tiles {display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: .8rem;}
/* The face stays in sight while its sliders are pulled. */
.stColumn:has(.st-key-pg_now) {position: sticky; top: 3.75rem; align-self: flex-start; z-index: 5;
  background: BACKGROUND;}
@media (max-width: 640px) {
  .pg-now {flex-wrap: nowrap; gap: .8rem;}
  .pg-faces {flex: 0 0 38%;}
  .pg-faces figure:last-child, .pg-words p, .pg-now figcaption {display: none;}
  .pg-words {flex: 1 1 0;}
  .pg-words .fer-pbar {font-size: .8rem; line-height: 1.35; grid-template-columns: 3.8rem 1fr 2.6rem;}
}
</style>"""


def style() -> None:
    """The page's own rules; once a run."""
    # Both themes at once: the browser may change from one to the other without a run.
    both = [st.get_option(f"theme.{theme}.backgroundColor") for theme in ("light", "dark")]
    background = f"light-dark({both[0]}, {both[1]})" if all(both) else "transparent"
    st.html(_STYLE.replace("BACKGROUND", background) + bars.STYLE)


def image(picture: np.ndarray, what: str, crisp: bool = True) -> str:
    """An <img> of a u8 picture, its pixels kept square where `crisp`."""
    style = ' class="pg-crisp"' if crisp else ""
    return f'<img{style} src="{data_url(picture)}" alt="{what}">'


def now(
    scene: DrawnScene, units: dict[int, float], seen: np.ndarray, probabilities: np.ndarray | None, whence: str
) -> None:
    """The face large and at 48 x 48, with seven bars and where they come from."""
    large = scene.draw(units, size=288)
    faces = (
        f"<figure>{image(large, say('The drawn face'), crisp=False)}<figcaption>{say('drawn')}</figcaption></figure>"
        f"<figure>{image(seen, say('The face at 48 by 48 pixels'))}"
        f"<figcaption>{say('what the network sees, 48 × 48')}</figcaption></figure>"
    )
    words = (
        ""
        if probabilities is None
        else f'<div class="pg-words">{bars.bars(probabilities)}<p>{html.escape(whence)}</p></div>'
    )
    st.html(f'<div class="pg-now"><div class="pg-faces">{faces}</div>{words}</div>')


def said(probabilities: np.ndarray | None) -> None:
    """The answer for those who hear it, and the units' intensities in words."""
    words = "" if probabilities is None else bars.spoken_words(probabilities)
    spoken.spoken(words, "playground_said", controls.unit_keys(), intensities())


def take_along(made: Drawing, text: str, seen: np.ndarray) -> None:
    """The face to explain and to be asked about, and to download in two sizes. text: the drawing in a link."""
    with st.container(horizontal=True, vertical_alignment="center"):
        here = {"picture": FROM_PLAYGROUND, "drawing": text or "face="}
        links.link("explain", say("See where the network looks"), icon=":material/center_focus_strong:", **here)
        links.link("filters", say("What each filter makes of it"), icon=":material/blur_on:", **here)
        _download(say("Face, 48 × 48"), lambda: seen, "drawn_face_48")
        _download(say("Face, 480 × 480"), lambda: made.scene.draw(made.units, size=480), "drawn_face_480")


def _download(label: str, picture: Callable[[], np.ndarray], name: str) -> None:
    downloads.button(
        label,
        lambda: encode_png(picture()),
        f"{name}.png",
        key=f"get_{name}",
        type="tertiary",
    )


def about() -> None:
    """What action units are, and what a drawing can't tell."""
    with st.expander(say("What are action units, and how far can a drawing be trusted?"), icon=":material/help:"):
        st.markdown(
            say(
                "The Facial Action Coding System (Ekman, Friesen and Hager, 2002) describes a face by what its "
                "muscles do: each action unit is one movement, scored from A (a trace, here 0.15) to E (the maximum, "
                "1). EMFACS (Friesen and Ekman, 1983) says which units together are read as which emotion; the "
                "buttons above set them.\n\nThe face is a parametric drawing whose control points and creases move "
                "with the units, a little more than life-size, and are then lit and reduced to 48 × 48 pixels. A "
                "network that learned from photographs sees a drawing here: what it says tells how it uses brows, "
                "eyes and mouth, not how well it reads people. And an expression is not a feeling: nobody's state of "
                "mind can be read off these units."
            )
        )
