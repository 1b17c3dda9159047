"""Where a run's network looked: overlay pictures, raw maps and numbers, as on the Explain page.

python -m fer_core explain --run compact face.jpg                            # gradient, predicted class
python -m fer_core explain --run compact a.jpg b.png --method grad_cam --target sad --out maps
python -m fer_core explain --run compact face.jpg --method all --target sad-neutral    # why sad, not neutral
python -m fer_core explain --run compact face.jpg --method smoothgrad --set samples=100 --trust
python -m fer_core explain --methods                                     # what there is, with settings

Each face of a picture becomes <picture>_<face>_<method>.png, the overlay, 10 times enlarged, and .npy, the raw map
f32 (48, 48); explain.json tells target, probabilities, raw range, shares on the face's parts and, with --trust, the
trust report's numbers.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES, class_index
from fer_core.types import Json

HELP = "draw where a run's network looked in pictures, and test whether the map deserves trust"
ENLARGED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", dest="name", metavar="RUN", help="name of a run, or a run folder")
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="pictures with faces")
    parser.add_argument("--method", action="append", help="a method's name, or 'all'; may be given several times")
    parser.add_argument("--target", default="predicted", help="a class, 'predicted', or 'this-that' for a difference")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the method")
    parser.add_argument("--trust", action="store_true", help="measure the trust report too (seconds to minutes)")
    parser.add_argument("--out", type=Path, default=Path("explained"), help="folder to write to (default: explained)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--methods", action="store_true", help="list the methods and their settings, and do no more")


def run(args: argparse.Namespace) -> int:
    from fer_core import saliency
    from fer_core.runs import find_run, load_model

    if args.methods:
        _list_methods()
        return 0
    if not args.name or not args.images:
        raise FerError("Name a run and at least one picture to explain, or ask for --methods.")
    wanted = args.method or ["gradient"]
    methods = saliency.names() if "all" in wanted else wanted
    settings = {name: _settings(saliency.get(name), args.set) for name in methods}
    target = parse_target(args.target)
    faces = [face for path in args.images for face in read_faces(Path(path))]
    model = load_model(find_run(args.name, args.root))
    _make_folder(args.out)
    records = []
    for name, crop, how in faces:
        records.append(_explain_face(model, name, crop, how, target, settings, args))
    path = args.out / "explain.json"
    path.write_text(json.dumps({"run": args.name, "faces": records}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(faces)} face{'s' if len(faces) > 1 else ''}, {len(methods)} method{'s' if len(methods) > 1 else ''}: "
          f"{args.out}")  # fmt: skip
    return 0


def parse_target(text: str) -> Any:
    """None for "predicted", a class index for a name or number, a Difference for "this-that". Raises FerError."""
    from fer_core.saliency import Difference

    if text == "predicted":
        return None
    parts = [_class(part) for part in text.split("-")]
    if len(parts) > 2:
        raise FerError(f"A target is a class or two joined by a hyphen, not {text!r}.")
    return parts[0] if len(parts) == 1 else Difference(*parts)


def _class(text: str) -> int:
    if text.isdigit() and int(text) < len(CLASSES):
        return int(text)
    try:
        return class_index(text)
    except KeyError:
        raise FerError(f"There is no class {text!r}; the classes are {', '.join(CLASSES)}.") from None


def _settings(method: Any, pairs: list[str]) -> dict[str, Any]:
    """--set pairs that the method has, as its own types; raises FerError for one that no number can be read from."""
    known = {parameter.name: parameter for parameter in method.parameters()}
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise FerError(f"A setting is KEY=VALUE, not {pair!r}.")
        if key not in known:
            raise FerError(f"{method.name} has no setting {key!r}; it has {', '.join(known) or 'no settings'}.")
        kind = type(known[key].default)
        try:
            found[key] = kind(value)
        except ValueError:
            raise FerError(f"{method.name}: {key} must be a number, not {value!r}.") from None
    method(**found)  # checks the ranges before anything is loaded
    return found


def read_faces(path: Path) -> list[tuple[str, np.ndarray, str]]:
    """(name, crop u8 (48, 48), how it was found) of each face in a picture file."""
    from fer_core import pictures
    from fer_core.reading import faces

    try:
        data = path.read_bytes()
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}); check the name.") from None
    found = faces.find_faces(pictures.decode(data, path.name), whole=True)
    return [(f"{path.stem}_{i}", face.crop, faces.HOW[face.how]) for i, face in enumerate(found, start=1)]


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FerError(f"The folder {path} can't be made ({error.strerror}); choose another with --out.") from None


def _explain_face(
    model: Any, name: str, crop: np.ndarray, how: str, target: Any, settings: dict[str, Json], args: argparse.Namespace
) -> dict[str, Any]:
    from fer_core import saliency
    from fer_core.saliency.regions import face_regions, find_points, shares

    probabilities = saliency.network_for(model).probabilities(saliency.as_images(crop[None]))[0]
    points = find_points(crop)
    regions = face_regions(points)
    record: Json = {
        "face": name,
        "found": how,
        "parts_from": "average places" if points is None else "the face's points",
        "probabilities": {c: round(float(p), 5) for c, p in zip(CLASSES, probabilities, strict=True)},
        "target": args.target if target is not None else CLASSES[int(probabilities.argmax())],
        "methods": {},
    }
    for method, given in settings.items():
        raw = saliency.explain(model, crop[None], method, target, **given)[0]
        _write(args.out / f"{name}_{method}", crop, raw, saliency.get(method))
        found = shares(saliency.get(method).importance(raw), regions)
        record["methods"][method] = {
            "settings": given,
            "activations_rewritten": saliency.network_for(model, saliency.get(method).rule).rewritten,
            "explained": saliency.network_for(model).score_of.kind,
            "raw_range": [float(raw.min()), float(raw.max())],
            "shares": {part: round(share, 4) for part, share in found.items()},
        }
        if args.trust:
            record["methods"][method]["trust"] = _trust(model, crop, method, target, given)
    return record


def _write(stem: Path, crop: np.ndarray, raw: np.ndarray, method: Any) -> None:
    from fer_core.figures.overlay import enlarged, overlay
    from fer_core.pictures import encode_png
    from fer_core.saliency import normalise

    values = normalise(raw[None], signed=method.signed, percentile=99.5)[0]
    picture = enlarged(overlay(crop, values, method.signed, 0.75), ENLARGED)
    stem.with_name(stem.name + ".png").write_bytes(encode_png(picture))
    np.save(stem.with_name(stem.name + ".npy"), raw)


def _trust(model: Any, crop: np.ndarray, method: str, target: Any, settings: dict[str, Any]) -> dict[str, Any]:
    from fer_core.saliency.trust import trust_report

    for report in trust_report(model, crop, method, target, settings):
        if report.doing:
            print(f"  {method}: {report.doing.lower()}", file=sys.stderr)
    if report.deletion is None or report.insertion is None or report.sensitivity is None:
        raise RuntimeError("The report ended before all was measured.")
    return {
        "deletion": {"area": report.deletion.area, "random_area": report.deletion.random_area},
        "insertion": {"area": report.insertion.area, "random_area": report.insertion.random_area},
        "shuffled_layers": {step.layer: step.correlation for step in report.randomisation},
        "noise": {"mean": float(report.sensitivity.mean()), "least": float(report.sensitivity.min())},
        **({"complete": vars(report.complete)} if report.complete is not None else {}),
        "verdict": report.verdict(),
        "in_words": report.sentences(),
    }


def _list_methods() -> None:
    from fer_core import saliency

    for name in saliency.names():
        method = saliency.get(name)
        print(f"{name:22} {method.summary()}")
        for p in method.parameters():
            room = ", ".join(p.choices) if p.choices else "" if p.low is None else f"{p.low:g} to {p.high:g}"
            print(f"{'':24}--set {p.name}={p.default}  {p.label.lower()}{': ' if room else ''}{room}")
