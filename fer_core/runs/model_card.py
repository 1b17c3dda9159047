"""A run's model card, generated from run.json: what it was trained on, how good it is, what it must not be used for.

After Mitchell et al. 2019, "Model Cards for Model Reporting".
"""

from pathlib import Path

from fer_core.labels import CLASSES
from fer_core.runs import Run
from fer_core.types import Json

FILE = "MODEL_CARD.md"
_UNKNOWN = "-"

NOT_FOR = (
    "It must not be used to judge people: not in hiring, schools, border control, policing, health or insurance. A "
    "facial expression is not an emotion, and this network only guesses which of seven words a stranger would have "
    "given to a small gray picture."
)


def model_card(run: Run) -> str:
    """The card as Markdown; every figure comes from the run's run.json."""
    parts = [
        f"# {run.name}\n\n{run.config.get('note') or 'A facial expression network of FER Lab.'}",
        _network(run),
        _data(run),
        _training(run),
        _scores(run),
        _ferplus(run),
        _weakness(run),
        f"## Not for\n\n{NOT_FOR}",
        "This card is generated from run.json by `python -m fer_core export`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_model_card(run: Run) -> Path:
    """Writes the card into the run's folder and gives its path."""
    path = run.folder / FILE
    path.write_text(model_card(run), encoding="utf-8")
    return path


def _is_imported(run: Run) -> bool:
    """Whether the run is a network from elsewhere: what it was taught with is not known here."""
    return run.status == "imported" and run.config["model"].get("name") == "imported"


def _network(run: Run) -> str:
    model = run.config["model"]
    if _is_imported(run):
        count = model.get("parameters")
        size = f"{count:,} parameters" if count else "its number of parameters is not known"
        return (
            f"## Network\n\nOne from elsewhere; {size}. Takes raw gray pixels, 0 to 255, 48 x 48. "
            f"Gives probabilities of {', '.join(CLASSES)}."
        )
    options = ", ".join(f"{key} {value}" for key, value in (model.get("options") or {}).items()) or "none"
    return (
        f"## Network\n\n{model.get('name')} (options: {options}); {model.get('parameters') or 0:,} parameters, "
        f"{(model.get('multiply_adds') or 0) / 1e6:.1f} million multiply-adds an image. Takes raw gray "
        f"pixels, 0 to 255, 48 x 48; normalisation ({run.config['preprocessing'].get('normalisation')}) is inside it. "
        f"Gives probabilities of {', '.join(CLASSES)}."
    )


def _data(run: Run) -> str:
    data = run.config["dataset"]
    counts = data.get("counts") or {}
    if _is_imported(run):
        return f"## Data\n\nWhat it was trained on is not known here. It was judged on the set {data.get('name')!r}."
    if data.get("name") == "drawn":
        what = (
            "Drawn faces, made from facial action units; no photograph of a person. It saw no photograph and reads "
            "photographs far worse than drawn faces."
        )
    else:
        what = (
            "FER2013: photographs found by web search, labelled by few people, with many wrong labels; faces of "
            "some groups are rare in it, and nobody recorded which."
            if data.get("name") == "fer2013"
            else f"The set {data.get('name')!r}."
        )
    fitted, held = counts.get("fitted"), counts.get("validation")
    sizes = f" Trained on {fitted:,} pictures, {held:,} held out for validation." if fitted and held else ""
    return f"## Data\n\n{what}{sizes}"


def _training(run: Run) -> str:
    if _is_imported(run):
        limits = "".join(f"\n- {one}" for one in run.config.get("limits") or [])
        return f"## Training\n\nNot here; {run.config.get('source') or 'imported'}. Limits:\n{limits}" if limits else ""
    training = run.config["training"]
    seconds = run.config.get("seconds") or 0
    shown = ("optimizer", "learning_rate", "schedule", "batch_size", "weight_decay", "label_smoothing", "ema", "seed")
    settings = ", ".join(f"{key.replace('_', ' ')} {training[key]}" for key in shown if key in training)
    hardware = run.config.get("hardware") or {}
    return (
        f"## Training\n\n{training.get('epochs_run')} of {training.get('epochs_asked')} epochs ({run.status}), "
        f"{seconds / 3600:.1f} hours on {hardware.get('processor', 'an unknown machine')} "
        f"({hardware.get('device', 'cpu')}); kept: epoch {run.best_epoch}. {settings}."
    )


def _scores(run: Run) -> str:
    rows = []
    for split, score in run.scores.items():
        if not score.get("n"):
            continue
        rows.append(_row(split, score))
        rows += _rows_beside(split, score)
    head = "| split | pictures | accuracy | 95% interval | macro F1 | calibration error | after temperature |\n"
    fitted = f"\n\nTemperature, fitted on the validation part: {run.temperature:.3f}."
    temperature = fitted if run.config.get("calibration") else ""
    return (
        f"## Scores (measured)\n\n{head}|---|---|---|---|---|---|---|\n" + "\n".join(rows) + temperature if rows else ""
    )


def _rows_beside(name: str, score: Json) -> list[str]:
    rows = []
    if "without_twins" in score:
        rows.append(_row(f"{name}, without copies of training pictures", score["without_twins"]))
    for way, averaged in (score.get("averaged") or {}).items():
        rows += [_row(f"{name}, {way} averaging", averaged), *_rows_beside(f"{name}, {way} averaging", averaged)]
    return rows


def _ferplus(run: Run) -> str:
    """How often FER+'s voters agree with the predictions, and with the labels."""
    found = {split: score["ferplus"] for split, score in run.scores.items() if score.get("ferplus")}
    if not found:
        return ""
    lines = [
        f"- {split}: with the network's answer in {votes['predictions']:.1%} of {votes['n']:,} pictures, "
        f"with FER2013's own label in {votes['labels']:.1%}"
        for split, votes in found.items()
    ]
    return "FER+'s voters agree (a shared first place counts):\n\n" + "\n".join(lines)


def _row(split: str, score: Json) -> str:
    interval = " to ".join(f"{end:.4f}" for end in score.get("accuracy_interval") or []) or _UNKNOWN
    shown = [_four(score, key) for key in ("macro_f1", "ece", "ece_calibrated")]
    return f"| {split} | {score.get('n') or 0:,} | {_four(score, 'accuracy')} | {interval} | {' | '.join(shown)} |"


def _four(score: Json, key: str) -> str:
    value = score.get(key)
    return _UNKNOWN if value is None else f"{value:.4f}"


def _weakness(run: Run) -> str:
    split = next((name for name in ("private", "test", "public", "validation") if name in run.scores), None)
    recall = (
        {k: v for k, v in (run.scores.get(split, {}).get("recall") or {}).items() if v is not None} if split else {}
    )
    if not recall:
        return ""
    ordered = sorted(recall, key=recall.__getitem__)
    listed = ", ".join(f"{name} {recall[name]:.2f}" for name in ordered)
    return f"## Weak at\n\nRecall on {split}, worst first: {listed}."
