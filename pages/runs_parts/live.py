"""Runs in training: progress, speed, time left, a Stop button; refreshed by itself."""

from pathlib import Path

import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.runs import PARTIAL, read_json
from fer_core.training import jobs, sweep
from fer_core.training.salvage import salvage
from pages.ui import downloads, loaders
from pages.ui.plain import plain

_EVERY = 2.0


def show() -> None:
    """The strip of runs in training; where one begins or ends, the whole page is drawn anew."""
    root = loaders.root()
    st.session_state["runs_live"] = _folders(root)
    _strip(root)


@st.fragment(run_every=_EVERY)
def _strip(root: Path) -> None:
    folders = _folders(root)
    if folders != st.session_state.get("runs_live"):
        st.rerun()
    _started_here(root)
    for folder in folders:
        _one(root / folder)
    _sweeps(root)


def _sweeps(root: Path) -> None:
    """The sweeps that are not through yet, each with a table of its runs."""
    for title, names in sweep.begun(root).items():
        found = sweep.states(names, root)
        done = sum(one.state in ("done", "stopped") for one in found)
        if done == len(found):
            continue
        ahead = [one for one in found if one.state not in ("done", "stopped")]
        left = [one.seconds_left for one in ahead if one.seconds_left is not None]
        known = f", about {duration(sum(left))} left" if len(left) == len(ahead) else ""
        with st.expander(f"{title}: {done} of {len(found)} runs done{known}", icon=":material/checklist:"):
            frame = pd.DataFrame(
                {
                    "run": [one.name for one in found],
                    "state": [one.state for one in found],
                    "epochs": [one.epochs for one in found],
                    "validation": [one.validation for one in found],
                    "minutes": [round(one.seconds / 60, 1) for one in found],
                    "minutes left": [one.seconds_left and round(one.seconds_left / 60) for one in found],
                }
            )
            downloads.table(frame, "sweep", key=f"sweep_{title}")
            st.caption("Minutes left are an estimate: waiting runs are taken to last as long as those that are done.")


def _folders(root: Path) -> list[str]:
    """Names of the folders of runs in training."""
    try:
        return sorted(p.name for p in root.iterdir() if p.name.endswith(PARTIAL) and (p / "run.json").is_file())
    except OSError:
        return []


def _one(folder: Path) -> None:
    name = folder.name.removesuffix(PARTIAL)
    seen = jobs.progress(folder)
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            if not seen.alive:
                if _logged(folder):
                    st.warning(
                        f"**{name}** was logged from somebody's own fit, whose process has died. What it had can be "
                        "kept as a run of its own.",
                        icon=":material/power_off:",
                    )
                    right.button(
                        "Keep it", key=f"salvage_{name}", icon=":material/save:", on_click=_salvage, args=(folder,)
                    )
                    return
                st.warning(
                    f"**{name}** has stopped without ending its run. The same `train` command goes on after its "
                    "last whole epoch; to forget it, delete its folder.",
                    icon=":material/power_off:",
                )
                return
            words = _words(seen)
            st.progress(seen.share, text=f"**{name}** is in training. {words}")
        with right:
            if seen.stopping:
                st.caption("Stopping; the best epoch so far is kept.")
            else:
                st.button(
                    "Stop", key=f"stop_{name}", icon=":material/stop_circle:", help="Ends it, keeps the best epoch.",
                    on_click=_stop, args=(folder,),
                )  # fmt: skip


def _logged(folder: Path) -> bool:
    """Whether the run comes from RunLogger: no command of ours goes on with it."""
    try:
        return bool(read_json(folder / "run.json").get("logged_by"))
    except FerError:
        return False


def _stop(folder: Path) -> None:
    try:
        jobs.stop(folder)
    except FerError as error:
        st.toast(str(error), icon=":material/error:")


def _salvage(folder: Path) -> None:
    salvage(folder)


def _words(seen: jobs.Progress) -> str:
    if seen.epoch is None:
        return "Starting: the first batches are on their way."
    parts = [f"Epoch {seen.epoch} of {seen.epochs}, batch {seen.batch} of {seen.batches}"]
    if seen.images_per_second:
        speed = seen.images_per_second
        parts.append(f"{speed:,.0f} images/s" if speed >= 10 else f"{speed:.1f} images/s")
    if seen.seconds_left is not None:
        parts.append(f"at most {duration(seen.seconds_left)} left")
    return ", ".join(parts) + "."


def duration(seconds: float) -> str:
    """Seconds in words: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _started_here(root: Path) -> None:
    """Says of a run started from this page that it is coming up, or why it is not."""
    for name, process in list(st.session_state.get("runs_started", {}).items()):
        partial, final = root / f"{name}{PARTIAL}", root / name
        if partial.is_dir() and (partial / "run.json").is_file() and process.poll() is None:
            continue
        if process.poll() is None:
            st.info(f"**{name}** is starting; TensorFlow takes some seconds.", icon=":material/hourglass_top:")
            continue
        st.session_state["runs_started"].pop(name)
        if final.is_dir() and process.returncode == 0:
            status = read_json(final / "run.json").get("status", "finished")
            st.toast(f"{name} is {status}.", icon=":material/check_circle:")
            st.rerun()
        st.session_state.setdefault("runs_failed", {})[name] = jobs.log_tail(name, root)
    for name, log in st.session_state.get("runs_failed", {}).items():
        last = next((line for line in reversed(log.splitlines()) if line.strip()), "it left no word")
        st.error(f"**{name}** could not be trained: {plain(last.removeprefix('error: '))}", icon=":material/error:")
