"""Whether a face detector finds a face in the data set's own small pictures."""

import numpy as np
import streamlit as st

from pages.confusion_parts.scene import SliceInView


def found_faces(scene: SliceInView) -> np.ndarray | None:
    """Bool (N,) where somebody has looked already, else None."""
    known = st.session_state.get("faces_looked", {})
    return look_for_faces(scene) if (scene.data.fingerprint, scene.split) in known else None


def look_for_faces(scene: SliceInView) -> np.ndarray:
    """Bool (N,): the detector finds a face in the picture; looked at once a split, with progress."""
    every = np.sort(scene.data.index_of(scene.every))
    found = _look(scene.data.fingerprint, every.tobytes(), scene.data.pixels, every)
    st.session_state.setdefault("faces_looked", {})[scene.data.fingerprint, scene.split] = True
    return found[np.searchsorted(every, scene.places)]


@st.cache_resource(show_spinner=False, max_entries=6)
def _look(fingerprint: str, places: bytes, _pixels: np.ndarray, _every: np.ndarray) -> np.ndarray:
    from fer_core.reading.detected import face_found

    said = f"Looking for faces in {len(_every):,} pictures, once. Changing anything on the page stops it."
    bar = st.progress(0.0, said)
    try:
        return face_found(_pixels[_every], progress=lambda share: bar.progress(share, said))
    finally:
        bar.empty()
