"""What the others say of a picture, and after the last one who agreed with whom."""

import html

import pandas as pd
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.votes import VOTE_NAMES, agreement, vote_targets
from fer_core.evaluation.guessing import agreements, people_say, split_to_guess
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.guess_parts.game import GuessGame
from pages.ui import downloads, layout
from pages.ui.bars import STYLE, bars


def answers(game: GuessGame, run: Run) -> None:
    """The guess, the label, the network's answer and the people's votes for the picture in view."""
    turn = game.turns()[game.place]
    st.html(STYLE)
    st.html(
        f"<p><strong>You:</strong> {CLASSES[turn.guess]} &nbsp; <strong>The label:</strong> {CLASSES[turn.label]} "
        f"&nbsp; <strong>The network:</strong> {CLASSES[turn.network]}</p>"
    )
    left, right = st.columns(2)
    with left:
        st.html(f"<strong>{html.escape(run.name)}</strong>{bars(game.probabilities[game.place])}")
    with right:
        if turn.votes is None:
            st.caption("This set has no votes of people: its label is all that is known.")
            return
        shares, _ = vote_targets(turn.votes[None])
        st.html(f"<strong>Ten people (FER+)</strong>{bars(shares[0])}")
        rest = [f"{VOTE_NAMES[k]} {turn.votes[k]}" for k in (7, 8, 9) if turn.votes[k]]
        confirmed = "People confirm" if people_say(turn.votes, turn.label) else "People outvote"
        st.caption(f"{confirmed} the label." + (f" Beside the seven: {', '.join(rest)}." if rest else ""))


def summary(game: GuessGame, there: Dataset, run: Run) -> None:
    """Who agreed with whom, beside what is measured on the whole split."""
    st.subheader("Who agreed with whom", anchor=False)
    found = agreements(game.turns())
    table = pd.DataFrame(
        {
            "who": [one.first for one in found],
            "with": [one.second for one in found],
            "same": [one.same for one in found],
            "of": [one.of for one in found],
            "95%": ["{:.0%} to {:.0%}".format(*one.interval) for one in found],
        }
    )
    downloads.table(table, f"guess-{run.name}", key="guess_summary")
    st.caption(
        "Ten pictures say little, as the intervals show. Each expression was as likely to be asked as any other, so "
        "the rare and hard ones come up more often here than in the set."
    )
    if (words := _ceiling(there)) is not None:
        layout.badge("measured", words)


def _ceiling(there: Dataset) -> str | None:
    if there.votes is None:
        return None
    split = split_to_guess(there)
    own = there.split == SPLITS.index(split)
    same, of = agreement(there.votes[own], there.labels[own])["all"]
    return (
        f"Over the whole {split} part, people's most frequent vote is the label for {same:,} of {of:,} pictures "
        f"({same / of:.1%}): more than about that can't be had by reading faces as people do."
    )
