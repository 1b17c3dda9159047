"""Gradient ascent on a model's input: pictures that make objectives great (Erhan et al. 2009; Olah et al. 2017)."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.features.graph import nodes
from fer_core.features.objectives import Objective, Term
from fer_core.features.parametrisations import parameters_of, pictures
from fer_core.features.scoring import noise_scores
from fer_core.features.settings import Settings
from fer_core.features.steps import AscentPlan, compiled_scores, compiled_step
from fer_core.features.transforms import draw
from fer_core.runtime import import_tensorflow

CHUNK = 16
"""Pictures per compiled step: more at once are slower on a CPU, since they leave its cache."""

MOST_FRAMES = 60


class Ascent:
    """Pictures growing towards objectives, `settings.copies` of them for each; can be stopped and taken up at will.

    Pictures come objective by objective: those of objective k are k * copies to (k + 1) * copies - 1.

    Attributes:
        objectives: what is made great, one or more. Within one ascent all must have the same form (say all
            `FilterMean`s of one layer).
        steps: steps made so far.
    """

    def __init__(
        self,
        model: Any,
        objectives: Sequence[Objective],
        settings: Settings | None = None,
        start: np.ndarray | None = None,
    ) -> None:
        """start: u8 (K, h, w), a picture for each objective to begin with instead of noise; all its copies do.

        Raises FerError for an objective the model doesn't have, and for objectives of several forms.
        """
        if not objectives:
            raise FerError("There is nothing to make great: choose at least one filter or class.")
        self.settings = settings or Settings()
        self.objectives = list(objectives)
        self.steps = 0
        self._model = model
        self._side = tuple(model.inputs[0].shape[1:3])
        self._scale_free = scale_free(model)
        self._start = start
        if start is not None and start.shape != (len(self.objectives), *self._side):
            raise FerError(f"{len(self.objectives)} pictures grow; there are {len(start)} to start from.")
        terms = [objective.terms(model) for objective in self.objectives]
        self._plan = self._make_plan(terms)
        self._noise, self._spread = noise_scores(model, self.objectives, self._side)
        chunk = max(1, CHUNK // self.settings.copies)
        self._chunks = [self._make_chunk(terms, i, i + chunk) for i in range(0, len(terms), chunk)]
        self._history: list[np.ndarray] = []
        self._frames: list[np.ndarray] = []
        self._interval = 1

    def step(self, count: int = 1, seconds: float | None = None) -> int:
        """Makes up to count steps, fewer where the time in seconds runs out first (never less than one); returns
        how many. A stop between calls changes nothing in what comes out."""
        until = None if seconds is None else time.monotonic() + seconds
        run = compiled_step(self._model, self._plan)
        for made in range(count):
            maps = self._maps()
            found = [chunk.advance(run, self.steps, self.settings.rate, maps) for chunk in self._chunks]
            self._history.append(np.concatenate([scores.numpy() for scores, _ in found]))
            if self.steps % self._interval == 0:
                self._keep_frame(self._quantised(np.concatenate([images.numpy() for _, images in found])))
            self.steps += 1
            if until is not None and time.monotonic() >= until:
                return made + 1
        return count

    def images(self) -> np.ndarray:
        """The pictures as they are now: f32 (K, h, w), whole numbers 0 to 255."""
        return self._shown().astype(np.float32)

    def scores(self) -> np.ndarray:
        """Score of each picture exactly as `images` gives it, unmoved: f32 (K,)."""
        images = self.images()
        run = compiled_scores(self._model, self._plan.terms)
        parts, start = [], 0
        for chunk in self._chunks:
            parts.append(run(images[start : start + chunk.size], chunk.selections, chunk.places).numpy())
            start += chunk.size
        return np.concatenate(parts)

    def noise_scores(self) -> np.ndarray:
        """Mean score of pictures of uniform noise, for each picture's objective: f32 (K,)."""
        return self._per_picture(self._noise.mean(axis=1))

    def best_noise_scores(self) -> np.ndarray:
        """Best score of those pictures, for each picture's objective: f32 (K,)."""
        return self._per_picture(self._noise.max(axis=1))

    def awake(self) -> np.ndarray:
        """Whether each picture beats the best of the noise pictures: bool (K,)."""
        return self.scores() > self.best_noise_scores()

    @property
    def history(self) -> np.ndarray:
        """Scores before each step of the pictures as moved for that step: f32 (steps, K)."""
        count = len(self.objectives) * self.settings.copies
        return np.array(self._history, np.float32).reshape(-1, count)

    def frames(self) -> tuple[np.ndarray, np.ndarray]:
        """The way so far, evenly thinned to at most 60 pictures: (steps i64 (T,), u8 (T, K, h, w))."""
        steps = [*range(0, len(self._frames) * self._interval, self._interval), self.steps]
        return np.array(steps), np.array([*self._frames, self._shown()])

    def gif(self, columns: int | None = None, scale: int = 2, milliseconds: int = 80) -> bytes:
        """The way so far as an animated GIF of one sheet; the last picture stays for a second."""
        from fer_core.pictures.animation import animated_gif
        from fer_core.pictures.sheet import sheet

        frames = self.frames()[1]
        columns = columns or int(np.ceil(np.sqrt(frames.shape[1])))
        return animated_gif([sheet(frame, columns, scale=scale) for frame in frames], milliseconds)

    def _make_plan(self, terms: list[tuple[Term, ...]]) -> AscentPlan:
        forms = {tuple((t.layer, t.channel is not None, t.linear) for t in one) for one in terms}
        if len(forms) > 1:
            raise FerError("Pictures sought together need objectives of one form: the same kind, in the same layer.")
        settings = self.settings
        return AscentPlan(
            terms=forms.pop(),
            parametrisation=replace(settings.parametrisation, contrast=0.0),
            moved=bool(settings.transforms),
            regularisers=tuple(replace(r, weight=0.0) for r in settings.regularisers),
            optimiser=settings.optimiser,
            copies=settings.copies,
            diverse=settings.copies > 1 and settings.diversity > 0,
            side=self._side,
        )

    def _make_chunk(self, terms: list[tuple[Term, ...]], start: int, end: int) -> "_Chunk":
        settings, tf = self.settings, import_tensorflow()
        chosen = [one for one in terms[start:end] for _ in range(settings.copies)]
        units = np.repeat(self._spread[start:end], settings.copies) if settings.spread else np.ones(len(chosen))
        shapes = nodes(self._model)
        return _Chunk(
            parameters=tf.constant(self._first(start, start + len(terms[start:end]))),
            selections=[_selection([one[t] for one in chosen]) for t in range(len(self._plan.terms))],
            places=[
                _places([one[t] for one in chosen], shapes[one_term[0]].tensor.shape, one_term[2])
                for t, one_term in enumerate(self._plan.terms)
            ],
            units=tf.constant(units, tf.float32),
            weights=tf.constant([r.weight for r in settings.regularisers] + [settings.diversity], tf.float32),
        )

    def _first(self, start: int, end: int) -> np.ndarray:
        """First parameters of the objectives from start to end: of noise, the same for all, or of what was given."""
        settings = self.settings
        if self._start is not None:
            own = parameters_of(settings.parametrisation, self._start[start:end], self._side)
            return own.repeat(settings.copies, axis=0)
        noise = [
            settings.parametrisation.start(np.random.default_rng((settings.seed, copy)), self._side)
            for copy in range(settings.copies)
        ]
        return np.stack(noise * (end - start))

    def _maps(self) -> np.ndarray:
        """This step's moves, one for each copy: f32 (copies, 2, 3). All objectives are moved alike."""
        seed = self.settings.seed
        return np.stack([draw(self.settings.transforms, (seed, c, self.steps)) for c in range(self.settings.copies)])

    def _shown(self) -> np.ndarray:
        """The pictures as whole gray levels, u8 (K, h, w)."""
        found = np.concatenate(
            [pictures(self._plan.parametrisation, chunk.parameters, self._side).numpy() for chunk in self._chunks]
        )
        return self._quantised(found)

    def _quantised(self, found: np.ndarray) -> np.ndarray:
        """Pictures f32 (K, h, w) as whole gray levels u8, within 0 to 255."""
        if self._scale_free:  # contrast means nothing to the network, so none is lost to rounding or clipping
            low = found.min(axis=(1, 2), keepdims=True)
            found = (found - low) * (255 / np.maximum(found.max(axis=(1, 2), keepdims=True) - low, 1e-6))
        result: np.ndarray = np.rint(np.clip(found, 0, 255)).astype(np.uint8)
        return result

    def _keep_frame(self, frame: np.ndarray) -> None:
        self._frames.append(frame)
        if len(self._frames) > MOST_FRAMES:
            self._frames, self._interval = self._frames[::2], 2 * self._interval

    def _per_picture(self, values: np.ndarray) -> np.ndarray:
        return np.repeat(values, self.settings.copies).astype(np.float32)


class _Chunk:
    """The state of some of an ascent's pictures."""

    def __init__(self, parameters: Any, selections: list[Any], places: list[Any], units: Any, weights: Any) -> None:
        tf = import_tensorflow()
        self.parameters, self.first, self.second = parameters, tf.zeros_like(parameters), tf.zeros_like(parameters)
        self.selections, self.places, self.units, self.weights = selections, places, units, weights
        self.size = int(parameters.shape[0])

    def advance(self, run: Any, steps: int, rate: float, maps: np.ndarray) -> tuple[Any, Any]:
        """One step; returns the scores (B,) and the pictures (B, h, w) before it."""
        tf = import_tensorflow()
        self.parameters, self.first, self.second, scores, images = run(
            self.parameters,
            self.first,
            self.second,
            tf.constant(steps, tf.float32),
            tf.constant(rate, tf.float32),
            self.selections,
            self.places,
            self.units,
            self.weights,
            tf.constant(maps),
        )
        return scores, images


def scale_free(model: Any) -> bool:
    """Whether the model standardises each picture first, so that brightness and contrast change nothing."""
    graph = nodes(model)
    roots = {name for name, entry in graph.items() if not entry.feeds}
    first = [entry for entry in graph.values() if entry.feeds and set(entry.feeds) & roots]
    if len(first) != 1 or first[0].kind != "LayerNormalization":
        return False
    layer = first[0].layer
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    return sorted(a % 4 for a in axes) == [1, 2, 3] and not layer.center and not layer.scale


def _selection(terms: list[Term]) -> Any:
    tf = import_tensorflow()
    if terms[0].channel is not None:
        return tf.constant([term.channel for term in terms], tf.int32)
    return tf.constant([term.direction for term in terms], tf.float32)


def _places(terms: list[Term], shape: Sequence[int], linear: bool) -> Any:
    """Weight of each place, f32 (B, h, w): weight / (h w) for a mean, the weight at one place for a neuron."""
    height, width = (shape[1], shape[2]) if len(shape) == 4 and not linear else (1, 1)
    out = np.zeros((len(terms), height, width), np.float32)
    for row, term in zip(out, terms, strict=True):
        if term.place is None:
            row[:] = term.weight / (height * width)
        else:
            row[term.place] = term.weight
    return import_tensorflow().constant(out)
