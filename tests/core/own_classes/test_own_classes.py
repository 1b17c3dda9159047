"""Classes of one's own: pictures kept in memory, a head taught, and an accuracy that is not too good."""

import io
import json
import zipfile

import numpy as np
import pytest

from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.errors import FerError
from fer_core.evaluation.neighbours import last_hidden
from fer_core.own_classes import MOST, Collection, features, teach
from fer_core.own_classes.cutting import cut_face, cut_middle
from fer_core.own_classes.example import drawn_example
from fer_core.own_classes.head import held_out


def tones(value: int, count: int) -> np.ndarray:
    return np.full((count, 48, 48), value, np.uint8)


def two_classes(takes: int = 2, each: int = 6) -> Collection:
    made = Collection().with_class("thumb").with_class("  tongue   out ")
    for take in range(takes):
        made = made.add("thumb", tones(10 + take, each)).add("tongue out", tones(200 + take, each + 1))
    return made


@pytest.mark.parametrize("kind", [np.int8, np.bool_, np.uint16, np.float32])
def test_only_pictures_of_bytes_are_taken(kind: type) -> None:
    with pytest.raises(FerError, match="Pictures are u8"):
        Collection().with_class("thumb").add("thumb", tones(1, 2).astype(kind))
    for shape in ((48, 48), (2, 47, 48), (2, 48, 47), (2, 48, 48, 1)):
        with pytest.raises(FerError, match="Pictures are u8"):
            Collection().with_class("thumb").add("thumb", np.zeros(shape, np.uint8))


def test_classes_and_takes_come_and_go() -> None:
    made = two_classes()
    assert made.names == ("thumb", "tongue out") and made.counts() == {"thumb": 12, "tongue out": 14} and made.ready
    assert made.takes.tolist() == [0] * 6 + [1] * 7 + [2] * 6 + [3] * 7
    assert made.without_last("thumb").counts() == {"thumb": 6, "tongue out": 14}
    left = made.without_class("thumb")
    assert left.names == ("tongue out",) and left.labels.tolist() == [0] * 14 and (left.pixels >= 200).all()
    full = made.add("thumb", tones(12, 60))
    assert full.counts()["thumb"] == MOST and full.of("thumb")[-1, 0, 0] == 12


@pytest.mark.parametrize(
    ("name", "says"),
    [(" ", "needs a name"), ("x" * 31, "at most 30 letters, not 31"), ("THUMB", "a class 'THUMB' already")],
)
def test_names_that_can_not_be(name: str, says: str) -> None:
    with pytest.raises(FerError, match=says):
        two_classes().with_class(name)


def test_eight_classes_are_enough() -> None:
    made = Collection()
    for k in range(8):
        made = made.with_class(f"class {k}")
    with pytest.raises(FerError, match="8 classes already"):
        made.with_class("ninth")


def test_a_downloaded_class_opens_again() -> None:
    made = two_classes()
    opened = Collection.from_zip(made.to_zip())
    assert opened.names == made.names
    for name in ("pixels", "labels", "takes"):
        assert np.array_equal(getattr(opened, name), getattr(made, name))
    assert Collection.from_zip(Collection().to_zip()).names == ()


def changed(**record: object) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(two_classes().to_zip())) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, json.dumps({**json.loads(data), **record}) if name == "class.json" else data)
    return made.getvalue()


def packed(listed: bytes, flip: bool = False) -> bytes:
    """A zip of a list and no pictures, compressed; flip: with a broken stream."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("class.json", listed)
    data = bytearray(made.getvalue())
    if flip:
        data[45] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        changed(format=2),
        changed(names=["one"]),
        changed(names="ab"),
        changed(labels=[0, 1, 5], takes=[0, 0, 0]),
        changed(labels=[0] * 41, takes=[0] * 41),
        changed(labels=[[0]], takes=[[0]]),
        changed(labels=["x"], takes=[0]),
        two_classes().to_zip()[:-40],
        changed(names=["thumb", 3]),
        changed(labels={"a": 1}, takes=[0]),
        changed(labels=[None], takes=[0]),
        changed(labels=[0], takes=[10**30]),
        changed(labels=[0.5], takes=[0]),
        changed(labels=[0], takes=[2**63 - 1]),
        changed(labels=[0], takes=[-1]),
        changed(own=json.loads("[" * 200 + "]" * 200)),
        packed(b"[" * 90_000),
        packed(b"9" * 5000),
        packed(json.dumps({"format": 1, "names": ["a", "b"], "labels": [0], "takes": [0]}).encode(), flip=True),
    ],
)
def test_a_file_that_is_no_class_is_one_sentence(data: bytes) -> None:
    with pytest.raises(FerError, match="no class that was downloaded here"):
        Collection.from_zip(data)
    with pytest.raises(FerError, match="larger than 4 MB"):
        Collection.from_zip(b"x" * 4_000_001)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800", "\u202eabc"])
def test_a_name_that_can_not_be_shown_is_refused(name: str) -> None:
    with pytest.raises(FerError, match="letters that can be shown"):
        two_classes().with_class(name)
    with pytest.raises(FerError, match="letters that can be shown"):
        Collection.from_zip(changed(names=[name, "b"]))


def test_whole_takes_are_held_out_together() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    folds, by_take = held_out(labels, np.array([0, 0, 2, 1, 3, 3, 4, 4]))
    assert by_take and folds.tolist() == [0, 0, 1, 0, 1, 1, 0, 0]
    folds, by_take = held_out(np.array([0] * 5 + [1] * 10), np.array([0] * 5 + [1] * 10))
    assert not by_take and folds.tolist() == [0, 1, 2, 3, 4, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def vectors_of(collection: Collection, apart: float, rng: np.random.Generator) -> np.ndarray:
    """Features in which takes differ by much and classes by `apart`."""
    by_take = rng.normal(0, 3, (int(collection.takes.max()) + 1, 20))
    made = rng.normal(0, 0.1, (len(collection.labels), 20)) + by_take[collection.takes]
    if apart:
        made[:, :10] = apart * collection.labels[:, None] + rng.normal(0, 0.1, (len(made), 10))
    return made.astype(np.float32)


def test_what_can_be_learned_is_learned_and_the_head_answers_so() -> None:
    made = two_classes(takes=4)
    vectors = vectors_of(made, 5.0, np.random.default_rng(0))
    shares: list[float] = []
    taught = teach(made, vectors, shares.append)
    assert taught.by_take and shares[-1] == 1.0 and shares == sorted(shares)
    assert taught.accuracy > 0.9 and taught.counts.sum() == 52 and taught.counts.sum(axis=1).tolist() == [24, 28]
    found = taught.head.probabilities(vectors)
    assert found.dtype == np.float32 and np.allclose(found.sum(axis=1), 1, atol=1e-6)
    assert (found.argmax(axis=1) == made.labels).all()
    low, high = taught.interval
    assert low < taught.accuracy <= high <= 1


def test_what_only_a_take_tells_is_not_taken_for_knowledge() -> None:
    """Classes that differ by nothing but their takes: pictures held out one by one would give nearly 100%."""
    made = two_classes(takes=4)
    vectors = vectors_of(made, 0.0, np.random.default_rng(1))
    assert teach(made, vectors).accuracy < 0.8


def test_two_classes_answer_as_scikit_learn_does() -> None:
    from sklearn.linear_model import LogisticRegression

    made = two_classes()
    vectors = vectors_of(made, 1.0, np.random.default_rng(2))
    head = teach(made, vectors).head
    scaled = (vectors - vectors.mean(0)) / vectors.std(0)
    other = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500).fit(scaled, made.labels)
    assert np.allclose(head.probabilities(vectors), other.predict_proba(scaled), atol=1e-3)


def test_too_few_pictures_are_said() -> None:
    few = Collection().with_class("a").with_class("b").add("a", tones(1, 10)).add("b", tones(2, 9))
    with pytest.raises(FerError, match="each with 10 pictures or more: b has 9"):
        teach(few, np.zeros((19, 3), np.float32))
    with pytest.raises(FerError, match="there is none"):
        teach(Collection(), np.zeros((0, 3), np.float32))


def test_features_are_those_of_the_last_hidden_layer(tiny_model) -> None:
    found = features(last_hidden(tiny_model), two_classes().pixels)
    assert found.shape == (26, 6) and np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_picture_is_cut_to_its_face_or_to_its_middle() -> None:
    wide = np.zeros((60, 100, 3), np.uint8)
    wide[:, 20:80] = 90
    wide[:, 50:80] = 180
    middle = cut_middle(wide)
    assert middle.shape == (48, 48) and middle[:, :23].tolist() == [[90] * 23] * 48 and (middle[:, 25:] == 180).all()
    assert cut_face(np.full((200, 200, 3), 40, np.uint8)) is None
    person = draw_face(EXPRESSIONS["happy"], size=300)
    scene = np.full((400, 500), 226, np.uint8)
    scene[50:350, 150:450] = person
    found = cut_face(np.repeat(scene[..., None], 3, axis=2))
    assert found is not None and found.shape == (48, 48)


def test_the_example_is_ready_and_each_person_is_a_take() -> None:
    made = drawn_example(10)
    assert made.ready and made.counts() == {"brows up": 10, "brows down": 10}
    assert len(np.unique(made.takes)) == 20
