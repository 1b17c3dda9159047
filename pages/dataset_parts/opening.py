"""Opening a set: an upload for this visit, or a file that stays."""

import streamlit as st

from fer_core.data import load_upload
from fer_core.errors import FerError
from pages.ui import layout
from pages.ui.plain import plain
from pages.ui.states import DATASET

TYPES = ["csv", "tsv", "txt", "zip", "npz", "gz", "tgz", "tar"]

HOW = """
**FER2013** was made for the ICML 2013 challenge in representation learning and may be used for research. It is not
part of this project.

1. Get `fer2013.csv` (in `fer2013.tar.gz`) or `icml_face_data.csv` from Kaggle's
   [challenge page](https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge/data);
   a free account is needed.
2. Put the file, or the archive as it came, into the folder `data/` of this project, or set `FER_DATA` to its path.
3. Reload the page. The first time takes some seconds; a converted copy in `~/.cache/fer-lab` (or `FER_CACHE`) opens at
   once from then on.

Other layouts that are read: the homework's `train.csv` (label,feature) and `test.csv` (id,feature), with `answers.csv`
where there is one; folders `train/CLASS/` and `test/CLASS/` with images of any size; an `.npz` with `pixels`, `emotion`
and `usage`; each of them zipped too. Other separators, encodings and folder names are recognised, and the page says
what was taken. FER+'s `fer2013new.csv` beside the csv adds what ten people saw in each picture.

`python -m fer_core data info PATH` says in the terminal what a file holds.
"""


def show() -> None:
    """The upload, and how to get FER2013."""
    layout.safe_dataset()  # says what is wrong with the set that is here
    st.subheader("For this visit", anchor=False)
    uploaded = st.session_state.get("uploaded_dataset")
    if uploaded is not None:
        st.success(f"{plain(uploaded.name)} is open: {len(uploaded):,} pictures. It is forgotten when this visit ends.")
        st.button("Close it", icon=":material/close:", key="data_close", on_click=_close)
    if problem := st.session_state.pop("data_problem_text", None):
        st.error(plain(problem))
    turn = st.session_state.setdefault("data_upload_turn", 0)
    st.file_uploader(
        "A csv, an .npz, or an archive of any layout below",
        TYPES,
        key=f"data_upload_{turn}",
        on_change=_open,
        args=(turn,),
    )
    st.subheader("To stay", anchor=False)
    st.markdown(HOW)


def _open(turn: int) -> None:
    """Reads the upload; on damage the set that was there stays."""
    file = st.session_state.get(f"data_upload_{turn}")
    if file is None:
        return
    try:
        st.session_state.uploaded_dataset = load_upload(file.name, file)
        DATASET.put("row", None)
    except FerError as error:
        st.session_state.data_problem_text = str(error)
    st.session_state.data_upload_turn = turn + 1  # an empty box: the file's bytes are let go


def _close() -> None:
    st.session_state.pop("uploaded_dataset", None)
