"""Histories from elsewhere: CSVLogger files, and event files that TensorFlow itself wrote."""

import struct

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runs.event_files import masked_crc, read_scalars
from fer_core.runs.importers import canonical, import_csv, import_tensorboard, read_csv_history, read_tensorboard


@pytest.fixture(scope="module")
def tf():
    from fer_core.runtime import import_tensorflow

    return import_tensorflow()


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("loss", "loss"), ("val_acc", "val_accuracy"), ("epoch_loss", "loss"), ("Valid/Acc", "val_accuracy"),
        ("train/loss", "loss"), ("Loss/validation", "val_loss"), ("lr", "learning_rate"), ("epoch", "epoch"),
        ("validation/epoch_accuracy", "val_accuracy"),
    ],
)  # fmt: skip
def test_names(given, ours):
    assert canonical(given) == ours


def test_csv_as_keras_writes_it(tmp_path):
    path = tmp_path / "old-run.csv"
    path.write_text(
        "epoch,acc,loss,lr,val_acc,val_loss\n0,0.3,1.8,0.01,0.35,1.7\n1,0.4,1.6,0.01,NA,\n2,0.5,1.4,0.01,0.45,1.5\n"
    )
    run = import_csv(path, root=tmp_path, settings={"learning_rate": 0.01}, note="from last year")
    assert (run.name, run.status, run.config["note"]) == ("old-run", "imported", "from last year")
    history = run.history()
    assert list(history.columns) == ["epoch", "accuracy", "loss", "learning_rate", "val_accuracy", "val_loss"]
    np.testing.assert_array_equal(history["val_accuracy"], [0.35, np.nan, 0.45])
    assert run.config["best_epoch"] == 3
    with pytest.raises(FerError, match="already a run 'old-run'"):
        import_csv(path, root=tmp_path)


def test_csv_separators_and_epochs():
    history = read_csv_history(b"epoch;loss\n1;3\n2;2\n", "a.csv")
    assert history["epoch"].tolist() == [0, 1]  # counted from one there
    appended = read_csv_history(b"epoch,loss\n0,3\n1,2\n0,1.5\n", "a.csv")
    assert appended["epoch"].tolist() == [0, 1, 2]
    assert read_csv_history(b"loss\n3\n2\n", "a.csv")["epoch"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "mine.csv is empty"),
        (b"\x89PNG\r\n\xff\xfe", "not a text file"),
        (b"epoch,loss\n", "no epoch"),
        (b"0,1.5\n1,1.2\n", "must name the columns"),
        (b"epoch,loss\n0,1.5\n1,high\n", "row 2: loss is 'high'"),
        (b"epoch,lr\n0,0.1\n", "no metric"),
        (b"a,b\n1,2\n1,2,3,4\n", "can't be read as a table"),
    ],
)
def test_damaged_csv_is_one_sentence(data, words):
    with pytest.raises(FerError, match=words):
        read_csv_history(data, "mine.csv")


def test_crc_by_its_published_check_value():
    # CRC-32C of "123456789" is E3069283 (RFC 3720's polynomial); masked as TFRecord does.
    crc = 0xE3069283
    assert masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def write_keras_style(tf, folder):
    """What keras.callbacks.TensorBoard writes: a tensor a scalar, in train/ and validation/."""
    for part, values in {"train": [1.5, 1.25], "validation": [1.75, 1.125]}.items():
        writer = tf.summary.create_file_writer(str(folder / part))
        with writer.as_default():
            for step, value in enumerate(values):
                tf.summary.write("epoch_loss", tf.constant(value), step=step)
                tf.summary.write("evaluation_loss_vs_iterations", tf.constant(9.0), step=100 * step)
                tf.summary.write("kernel", tf.zeros([3, 3]), step=step)
        writer.close()


def test_event_files_of_tensorflow(tf, tmp_path):
    write_keras_style(tf, tmp_path / "logs")
    run = import_tensorboard(tmp_path / "logs", "board", root=tmp_path)
    history = run.history()
    assert history["epoch"].tolist() == [0, 1]
    assert history["loss"].tolist() == [1.5, 1.25]
    assert history["val_loss"].tolist() == [1.75, 1.125]
    assert set(history.columns) == {"epoch", "loss", "val_loss", "time"}
    assert run.config["best_epoch"] == 2


def simple_events(tf, path, values):
    """What TensorFlow 1 and PyTorch write: simple_value."""
    with tf.io.TFRecordWriter(str(path)) as writer:
        for step, (tag, value) in enumerate(values):
            summary = tf.compat.v1.Summary(value=[tf.compat.v1.Summary.Value(tag=tag, simple_value=value)])
            event = tf.compat.v1.Event(wall_time=100.0 + step, step=10 * step, summary=summary)
            writer.write(event.SerializeToString())
    return path.read_bytes()


def test_simple_values_by_step(tf, tmp_path):
    data = simple_events(tf, tmp_path / "e", [("train/loss", 2.0), ("val/loss", 2.5), ("train/loss", 1.0)])
    history = read_tensorboard({"events.out.tfevents.1": data})
    assert history["step"].tolist() == [0, 10, 20]
    np.testing.assert_array_equal(history["loss"], [2, np.nan, 1])
    np.testing.assert_array_equal(history["val_loss"], [np.nan, 2.5, np.nan])
    assert history["time"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", ["float64", "int32", "int64"])
def test_tensors_of_other_types(tf, tmp_path, kind):
    value = tf.compat.v1.Summary.Value(tag="score", tensor=tf.make_tensor_proto(3, dtype=kind))
    event = tf.compat.v1.Event(step=-1, summary=tf.compat.v1.Summary(value=[value]))
    with tf.io.TFRecordWriter(str(tmp_path / "e")) as writer:
        writer.write(event.SerializeToString())
    (scalar,) = read_scalars((tmp_path / "e").read_bytes())
    assert (scalar.tag, scalar.step, scalar.value) == ("score", -1, 3.0)


def test_cut_short_keeps_whole_records(tf, tmp_path):
    data = simple_events(tf, tmp_path / "e", [("loss", 2.0), ("loss", 1.0)])
    assert [s.value for s in read_scalars(data[:-3])] == [2.0]


def test_damaged_event_files(tf, tmp_path):
    data = bytearray(simple_events(tf, tmp_path / "e", [("loss", 2.0), ("loss", 1.0)]))
    data[20] ^= 1
    with pytest.raises(FerError, match="mine is damaged at byte 12"):
        read_scalars(bytes(data), "mine")
    with pytest.raises(FerError, match="no TensorBoard event file"):
        read_scalars(b"epoch,loss\n0,1.5\n1,1.2\n", "log.csv")
    with pytest.raises(FerError, match="it has 3 bytes"):
        read_scalars(b"abc", "short")
    record = b"\xff\xff"  # a whole record with right checksums that is no message
    framed = struct.pack("<Q", 2)
    framed += struct.pack("<I", masked_crc(framed)) + record + struct.pack("<I", masked_crc(record))
    with pytest.raises(FerError, match="no TensorBoard event"):
        read_scalars(framed, "odd")
    with pytest.raises(FerError, match="no file named"):
        import_tensorboard(_empty(tmp_path))


def _empty(tmp_path):
    folder = tmp_path / "nothing"
    folder.mkdir()
    return folder


def test_event_file_without_scalars(tf, tmp_path):
    with tf.io.TFRecordWriter(str(tmp_path / "e")) as writer:
        writer.write(tf.compat.v1.Event(file_version="brain.Event:2").SerializeToString())
    with pytest.raises(FerError, match="no scalar"):
        read_tensorboard({"e": (tmp_path / "e").read_bytes()})
