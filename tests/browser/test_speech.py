"""What the live view lets screen readers say: labels that stay, with a pause between, never each frame."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPO

pytestmark = pytest.mark.browser

SCRIPT = Path(REPO / "pages/ui/assets/live/speech.js").read_text(encoding="utf-8")
HEARD = r"""([moments]) => {
    SCRIPT;
    const place = {textContent: ""}, said = [];
    const live = {...speech, running: true, silent: 0, faces: [],
        settings: {classes: ["angry", "happy"], unsure: "not sure"},
        say: (text, fields = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole),
        called(at) { return this.settings.classes[at]; },
        find: () => place, person: (n) => ({name: n === 2 ? "Ada" : ""}), labelOf: (face) => face.label};
    for (const [now, change] of moments) {
        Object.assign(live, change);
        live.speak(now);
        if (said.at(-1)?.[1] !== place.textContent) said.push([now, place.textContent]);
    }
    return said.filter(([, words]) => words);
}"""


def heard(page: Any, *moments: tuple[int, dict[str, Any]]) -> list[tuple[int, str]]:
    return [tuple(one) for one in page.evaluate(HEARD.replace("SCRIPT", SCRIPT), [list(map(list, moments))])]


def face(number: int, label: int | None) -> dict[str, Any]:
    return {"number": number, "label": label}


def test_a_label_is_said_once_it_stays_and_not_again(page: Any) -> None:
    happy = {"faces": [face(1, 1), face(2, None)]}
    assert heard(page, (0, happy), (300, happy), (800, happy), (1000, happy), (9000, happy)) == [
        (800, "Face 1: happy, Ada: not sure")
    ]


def test_what_flickers_is_not_said_and_after_a_sentence_comes_a_pause(page: Any) -> None:
    frames = [(200 * k, {"faces": [face(1, k % 2)]}) for k in range(10)]
    assert heard(page, *frames) == []
    one, two = {"faces": [face(1, 0)]}, {"faces": [face(1, 1)]}
    assert heard(page, (0, one), (700, one), (800, two), (1600, two), (3600, two), (3700, two)) == [
        (700, "Face 1: angry"),
        (3700, "Face 1: happy"),
    ]


def test_silence_and_the_end_are_said(page: Any) -> None:
    none = {"faces": []}
    assert heard(page, (0, none), (700, none), (800, {"silent": 1}), (3700, {}), (3710, {"running": False})) == [
        (700, "No face is found"),
        (3700, "No answer from the server"),
        (3710, "Camera off"),
    ]
