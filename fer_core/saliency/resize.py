"""Maps of another size than the picture, brought to it."""

import numpy as np


def enlarge(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Bilinear, pixel centres aligned (as cv2.resize and tf.image.resize do): f32 (N, *size) from (N, h, w)."""
    rows = _matrix(maps.shape[1], size[0])
    columns = _matrix(maps.shape[2], size[1])
    result: np.ndarray = (rows @ maps @ columns.T).astype(np.float32)
    return result


def shared_out(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Maps of shares, f32 (N, *size) from (N, h, w): each share goes to the pixels around its place, and none is lost,
    so that the sum stays."""
    rows, columns = _shares(maps.shape[1], size[0]), _shares(maps.shape[2], size[1])
    result: np.ndarray = (rows @ maps @ columns.T).astype(np.float32)
    return result


def _shares(source: int, target: int) -> np.ndarray:
    """Weights f32 (target, source); columns sum to 1."""
    if source >= target:
        return _matrix(target, source).T
    matrix = _matrix(source, target)
    matrix /= matrix.sum(axis=0)
    return matrix


def _matrix(source: int, target: int) -> np.ndarray:
    """Weights f32 (target, source) of linear interpolation along one axis; rows sum to 1, ends are held."""
    centre = (np.arange(target) + 0.5) * source / target - 0.5
    low = np.floor(centre).astype(int)
    part = (centre - low).astype(np.float32)
    matrix = np.zeros((target, source), np.float32)
    index = np.arange(target)
    np.add.at(matrix, (index, np.clip(low, 0, source - 1)), 1 - part)
    np.add.at(matrix, (index, np.clip(low + 1, 0, source - 1)), part)
    return matrix
