"""Who is drawn, how the head is held, how it is lit, and what the camera adds."""

from dataclasses import dataclass

import numpy as np

HAIR_STYLES = ("bald", "short", "parted", "fringe", "long", "curly", "tied")


@dataclass(frozen=True)
class Identity:
    """A person. Lengths are factors of an average face (1.0), tones run from 0 (dark) to 1 (light)."""

    face_width: float = 1.0
    face_length: float = 1.0
    jaw_width: float = 1.0
    chin_width: float = 1.0
    eye_distance: float = 1.0
    eye_size: float = 1.0
    eye_tilt: float = 0.0
    lid: float = 1.0
    brow_height: float = 0.0
    brow_thickness: float = 1.0
    brow_arch: float = 1.0
    brow_tilt: float = 0.0
    nose_length: float = 1.0
    nose_width: float = 1.0
    mouth_width: float = 1.0
    mouth_height: float = 0.0
    mouth_curve: float = 0.0
    lip_fullness: float = 1.0
    skin: float = 0.75
    hair: float = 0.25
    hair_style: str = "short"
    hairline: float = 0.0
    iris: float = 0.3
    beard: float = 0.0
    moustache: float = 0.0
    glasses: bool = False
    age: float = 0.3
    background: float = 0.5
    texture: int = 0


@dataclass(frozen=True)
class Pose:
    """How the head is held: angles in degrees (yaw to the viewer's right, pitch down, roll clockwise), shifts as
    shares of the picture's side, scale as a factor; gaze from -1 to 1 (right, down)."""

    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    scale: float = 1.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0


@dataclass(frozen=True)
class Light:
    """Where the light comes from, in degrees (azimuth to the viewer's right, elevation up), how much of it is
    ambient (0 to 1), and how the camera renders it."""

    azimuth: float = -25.0
    elevation: float = 35.0
    ambient: float = 0.4
    gain: float = 1.0
    gamma: float = 1.0
    contrast: float = 1.0


@dataclass(frozen=True)
class Noise:
    """What the camera and the file add: blur in pixels (standard deviation), grain in gray levels (standard
    deviation), jpeg as the step of the block quantisation (0 none to about 40), and the grain's seed."""

    blur: float = 0.0
    grain: float = 0.0
    jpeg: float = 0.0
    seed: int = 0


def sample_identity(rng: np.random.Generator) -> Identity:
    """A random person."""

    def about(centre: float, spread: float) -> float:
        return centre + spread * float(np.clip(rng.standard_normal(), -2.2, 2.2))

    skin = float(rng.uniform(0.0, 1.0))
    age = float(rng.uniform(0.0, 1.0)) ** 1.5
    darkest = 0.18 if skin < 0.45 else 1.0
    hair = float(rng.uniform(0.0, 1.0)) ** 1.4 * darkest
    if rng.random() < 2.0 * (age - 0.45):
        hair = float(rng.uniform(0.88, 1.0))
    bearded = rng.random() < 0.25
    moustached = bearded or rng.random() < 0.06
    style = HAIR_STYLES[int(rng.choice(len(HAIR_STYLES), p=_STYLE_WITH_BEARD if bearded else _STYLE))]
    return Identity(
        face_width=about(1.0, 0.045),
        face_length=about(1.0, 0.04),
        jaw_width=about(1.0, 0.08),
        chin_width=about(1.0, 0.12),
        eye_distance=about(1.0, 0.04),
        eye_size=about(1.0, 0.07),
        eye_tilt=about(0.0, 0.03),
        lid=about(1.0, 0.1),
        brow_height=about(0.0, 0.028),
        brow_thickness=about(1.0, 0.22),
        brow_arch=about(1.0, 0.3),
        brow_tilt=about(0.0, 0.03),
        nose_length=about(1.0, 0.07),
        nose_width=about(1.0, 0.11),
        mouth_width=about(1.0, 0.07),
        mouth_height=about(0.0, 0.02),
        mouth_curve=about(0.0, 0.02),
        lip_fullness=about(1.0, 0.2),
        skin=skin,
        hair=hair,
        hair_style=style,
        hairline=about(0.0, 0.07),
        iris=float(rng.uniform(0.0, 1.0)) * (0.4 if skin < 0.4 else 1.0),
        beard=float(rng.uniform(0.3, 1.0)) if bearded else 0.0,
        moustache=float(rng.uniform(0.3, 1.0)) if moustached else 0.0,
        glasses=bool(rng.random() < 0.15),
        age=age,
        background=float(rng.uniform(0.0, 0.85)),
        texture=int(rng.integers(2**31)),
    )


_STYLE = (0.06, 0.24, 0.18, 0.12, 0.2, 0.1, 0.1)
_STYLE_WITH_BEARD = (0.2, 0.4, 0.24, 0.04, 0.04, 0.06, 0.02)


def sample_pose(rng: np.random.Generator) -> Pose:
    """A random pose, near enough to the front for a face detector."""
    roll, yaw, pitch = np.clip(rng.standard_normal(3), -2.2, 2.2) * (6.0, 11.0, 7.0)
    shift_x, shift_y = rng.uniform(-0.045, 0.045, 2)
    gaze_x, gaze_y = np.clip(rng.standard_normal(2), -2, 2) * (0.3, 0.15)
    scale = rng.uniform(0.92, 1.1)
    return Pose(*(float(x) for x in (roll, yaw, pitch, shift_x, shift_y, scale, gaze_x, gaze_y)))


def sample_light(rng: np.random.Generator) -> Light:
    """Random light: from any side, mostly from above, from soft to hard."""
    azimuth = float(rng.uniform(-75, 75))
    elevation = float(rng.uniform(-5, 60))
    ambient = float(rng.uniform(0.25, 0.65))
    gain = float(rng.uniform(0.75, 1.2))
    gamma = float(2.0 ** rng.uniform(-0.55, 0.25))
    contrast = float(rng.uniform(0.8, 1.3))
    return Light(azimuth, elevation, ambient, gain, gamma, contrast)


def sample_noise(rng: np.random.Generator) -> Noise:
    """Random camera noise: most pictures are fairly clean, a few are blurred, grainy or badly compressed."""
    blur = float(rng.uniform(0.0, 1.0)) ** 3 * 0.8
    grain = float(rng.uniform(0.0, 1.0)) ** 2 * 6.0
    jpeg = float(rng.uniform(4.0, 16.0)) if rng.random() < 0.4 else 0.0
    return Noise(blur, grain, jpeg, int(rng.integers(2**31)))
