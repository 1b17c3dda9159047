"""A step of a lesson: the question, the guess, the page to open, and what comes out."""

import numpy as np
import streamlit as st

from fer_core.labels import CLASSES
from fer_core.lessons import Lesson, LessonStep
from fer_core.pictures.sheet import sheet
from pages.lessons_parts import checked
from pages.ui import layout, lesson_bar, links, loaders
from pages.ui.language import count, say
from pages.ui.lesson_bar import Work, tame
from pages.ui.plain import plain
from pages.ui.states import LESSONS

_OWN_WORDS = 600
_MISSING = "lesson_guess_missing"


def show(lesson: Lesson) -> None:
    """The step in view, with the way to the next one."""
    number = min(LESSONS.value("step"), len(lesson.steps))
    step, work = lesson.steps[number - 1], lesson_bar.work(lesson)
    lesson_bar.under_way(lesson, number)
    st.progress(
        len(work.shown) / len(lesson.steps),
        text=say("Step {number} of {count}", number=number, count=len(lesson.steps)),
    )
    st.subheader(f"{number}. {tame(step.title)}", anchor=False)
    st.caption(count(step.minutes, "{count} minute", "{count} minutes"))
    if step.text:
        st.markdown(tame(step.text))
    _pictures(step)
    if step.look_first:
        _link(step)
    guessed = _question(lesson, number, step, work)
    if guessed:
        if step.open and not step.look_first:
            _link(step)
        _outcome(number, step, work)
    _onward(lesson, number, work)


def _pictures(step: LessonStep) -> None:
    if step.face and (face := checked.face_of(step.face, 240)) is not None:
        layout.badge("drawn", say("the face in question"))
        st.image(face, width=240, alt=say("A drawn face; the question below is about it."))
    if step.rows:
        tiles = checked.rows_of(step.rows)
        named = [str(k) for k in range(1, len(tiles) + 1)] if len(tiles) > 1 else None
        layout.badge("drawn", say("the faces in question" if named else "the face in question"))
        picture = sheet(tiles, min(3, len(tiles)), gap=6, scale=3, captions=named, background=255)
        st.image(picture, alt=say("{count} drawn faces; the question below is about them.", count=len(tiles)))


def _question(lesson: Lesson, number: int, step: LessonStep, work: Work) -> bool:
    """Asks; whether there is a guess already."""
    st.markdown(f"#### {tame(step.ask)}")
    key, given = f"guess_{lesson.name}_{number}", work.guess(step, number)
    if given:
        st.markdown(":material/how_to_vote: " + say("Your guess: **{guess}**", guess=plain(given)))
        if number not in work.shown:
            st.button(say("Guess anew"), type="tertiary", on_click=_forget, args=(work, number))
        return True
    with st.form(key, border=False):
        own = f"{key}_own"
        if step.choices:
            st.radio(say("Your guess"), step.choices, index=None, label_visibility="collapsed", key=own)
        else:
            st.text_area(
                say("Your answer"),
                max_chars=_OWN_WORDS,
                placeholder=say("In your own words"),
                label_visibility="collapsed",
                key=own,
            )
        st.form_submit_button(
            say("That is our guess"), icon=":material/how_to_vote:", type="primary", on_click=_take,
            args=(work, step, number, own),
        )  # fmt: skip
    if st.session_state.pop(_MISSING, False):
        st.caption(say("Guess first: whoever has guessed sees more."))
    return False


def _forget(work: Work, number: int) -> None:
    work.guesses.pop(number, None)


def _take(work: Work, step: LessonStep, number: int, own: str) -> None:
    guess = (st.session_state.get(own) or "").strip()
    if guess:
        work.take(step, number, guess)
    else:
        st.session_state[_MISSING] = True


def _link(step: LessonStep) -> None:
    page, state = links.read(step.open)
    with st.container(border=True):
        links.link(page, f"**{tame(step.press)}**", ":material/open_in_new:", **state)
        st.caption(say("It opens here. The bar at the top of that page leads back."))
        run = state.get("run")
        if run is not None and run not in {one.name for one in loaders.runs()[0]}:
            st.warning(
                say("This step is about the run {run}, which is not in the folder of runs in use.", run=plain(run))
            )


def _outcome(number: int, step: LessonStep, work: Work) -> None:
    if number not in work.shown:
        words = say("We have looked: what comes out?" if step.open else "What comes out?")
        st.button(words, icon=":material/visibility:", type="primary", on_click=work.shown.add, args=(number,))
        return
    guess = work.guess(step, number)
    if step.choices and step.answer:
        if guess == step.answer:
            st.success(say("As you guessed: **{answer}**.", answer=tame(step.answer)), icon=":material/check:")
        else:
            st.info(say("It comes out otherwise: **{answer}**.", answer=tame(step.answer)), icon=":material/lightbulb:")
    elif step.answer:
        st.info(say("One good answer: **{answer}**", answer=tame(step.answer)), icon=":material/lightbulb:")
    st.markdown(tame(step.reveal))
    st.markdown(say("**Why?** {text}", text=tame(step.why)))
    _measured(step)


def _measured(step: LessonStep) -> None:
    """Says where the network of the link answers otherwise here than the lesson tells."""
    if not step.says:
        return
    _, state = links.read(step.open)
    runs = {one.name: one for one in loaders.runs()[0]}
    face = checked.face_of(step.open)
    if face is None or state.get("run") not in runs:
        return
    found = CLASSES[int(np.argmax(loaders.predictor(runs[state["run"]]).probabilities(face[None])[0]))]
    if found != step.says:
        st.warning(
            say(
                "Here the run {run} says {found}, not {told}: it is another network.",
                run=plain(state["run"]),
                found=say(found),
                told=plain(say(step.says)),
            )
        )


def _onward(lesson: Lesson, number: int, work: Work) -> None:
    st.divider()
    last = number == len(lesson.steps)
    with st.container(horizontal=True):
        st.button(say("Step before"), disabled=number == 1, on_click=LESSONS.put, args=("step", number - 1))
        st.button(
            say("Next step"),
            disabled=last,
            icon=":material/arrow_forward:",
            type="primary" if number in work.shown and not last else "secondary",
            on_click=LESSONS.put,
            args=("step", number + 1),
        )
    if last and number in work.shown:
        st.success(say("That was the last step of this lesson."), icon=":material/school:")
