"""The map of a network's features."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import embedding_map
from fer_core.evaluation.neighbours import unit


def groups() -> np.ndarray:
    """Three groups of 20 unit vectors in eight directions, each about one axis."""
    rng = np.random.default_rng(0)
    centres = np.eye(8)[[0, 3, 6]].repeat(20, axis=0)
    return unit(centres + rng.normal(0, 0.05, (60, 8)))


def test_pca_keeps_the_distances_of_points_on_a_plane():
    rng = np.random.default_rng(1)
    flat = np.zeros((30, 5), np.float32)
    flat[:, 1], flat[:, 4] = 3 * rng.normal(size=30), rng.normal(size=30)
    points = embedding_map.lay_out(flat, "PCA")

    def apart(at: np.ndarray) -> np.ndarray:
        return np.linalg.norm(at[:, None] - at[None], axis=2)

    np.testing.assert_allclose(apart(points), apart(flat), atol=1e-4)
    assert points[:, 0].std() > points[:, 1].std()


def test_tsne_holds_groups_together_says_how_far_it_is_and_repeats_itself():
    shares: list[float] = []
    points = embedding_map.lay_out(groups(), "t-SNE", shares.append)
    assert shares == [0.2, 0.6, 1.0]
    middle = points.reshape(3, 20, 2).mean(axis=1)
    own = np.linalg.norm(points.reshape(3, 20, 2) - middle[:, None], axis=2).max()
    others = min(np.linalg.norm(middle[a] - middle[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert others > own
    np.testing.assert_array_equal(points, embedding_map.lay_out(groups(), "t-SNE"))


def test_kept_neighbours_is_the_share_that_is_found_again():
    """Four pictures on a circle, each with one nearest; on the map the last two have moved to the first ones."""
    angles = np.radians([0, 10, 90, 101])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert embedding_map.kept_neighbours(vectors, vectors, count=1) == 1.0
    moved = np.array([[0, 0], [1, 0], [-0.5, 0], [9, 9]], np.float32)  # nearest: 2, 0, 0, 1
    assert embedding_map.kept_neighbours(vectors, moved, count=1) == pytest.approx(1 / 4)
    many = np.random.default_rng(2).normal(size=(2100, 2)).astype(np.float32)
    assert embedding_map.kept_neighbours(unit(many), unit(many)) > 0.95


@pytest.mark.parametrize(("count", "by", "says"), [(9, "PCA", "at least 10"), (20, "MDS", "not by 'MDS'")])
def test_too_few_pictures_and_unknown_ways_are_refused(count, by, says):
    with pytest.raises(FerError, match=says):
        embedding_map.lay_out(np.eye(count, 4, dtype=np.float32), by)
