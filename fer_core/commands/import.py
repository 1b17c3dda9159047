"""Bring in a network of Keras from elsewhere: a .keras or HDF5 file becomes a run that every page can show.

python -m fer_core import emotion_model.hdf5 --name theirs --scale=-1..1 \\
    --classes angry,disgust,fear,happy,sad,surprise,neutral
"""

import argparse
from pathlib import Path

from fer_core.commands.common import open_data
from fer_core.errors import FerError

HELP = "bring in a Keras network from elsewhere"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.models.wrapping import OUTPUTS, SCALES

    parser.add_argument("file", type=Path, metavar="FILE", help=".keras, .h5 or .hdf5, of a whole network")
    parser.add_argument("--name", required=True, help="of the run")
    parser.add_argument("--scale", required=True, choices=list(SCALES), help="what the network wants of the pixels")
    parser.add_argument("--classes", required=True, help="its outputs' names in order, commas between; - for none")
    parser.add_argument("--output", choices=list(OUTPUTS), default="softmax", help="what it gives (softmax)")
    parser.add_argument("--colour", choices=("rgb", "bgr"), default="rgb", help="order of its channels (rgb)")
    parser.add_argument("--data", help="data set to score it on: a path, or 'drawn'")
    parser.add_argument("--root", type=Path, help="folder of runs (default: FER_RUNS, then checkpoints/)")


def run(args: argparse.Namespace) -> int:
    from fer_core.importing.keep import keep_network
    from fer_core.importing.open import open_network
    from fer_core.models.wrapping import Wrapping

    model = open_network(args.file)
    shape = tuple(model.input_shape[1:])
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise FerError(f"The network takes {shape}; pictures (height, width, 1 or 3) are needed.")
    classes = tuple(args.classes.split(","))
    size = (shape[0] or 48, shape[1] or 48)
    wrapping = Wrapping(size, shape[2], args.scale, classes, args.output, args.colour)
    if len(classes) != model.output_shape[-1]:
        raise FerError(f"The network has {model.output_shape[-1]} outputs, and --classes names {len(classes)}.")
    kept = keep_network(model, wrapping, args.name, args.file.name, open_data(args.data), args.root)
    print(f"wrote {kept.folder}\n{kept.config['note']}")
    for split, score in kept.scores.items():
        print(f"{split}: accuracy {score['accuracy']:.4f} of {score['n']:,}")
    return 0
