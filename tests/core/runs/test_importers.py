"""Histories from elsewhere: CSVLogger files, and event files that TensorFlow itself wrote."""

import struct

import numpy as np
import pandas as pd
import pytest

from fer_core.errors import FerError
from fer_core.runs.event_files import masked_crc, read_scalars
from fer_core.runs.importers import import_csv, import_tensorboard, read_csv_history, read_tensorboard, write_run
from fer_core.runs.metric_names import canonical


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


def _columns(text: str) -> pd.DataFrame:
    return read_csv_history(text.encode(), "own.csv")


def test_metrics_of_like_names_replace_nothing() -> None:
    frame = _columns("epoch,accuracy,categorical_accuracy,train_loss,loss\n0,0.5,0.6,2,3\n")
    assert frame.iloc[0].to_dict() == {
        "epoch": 0, "accuracy": 0.5, "categorical_accuracy": 0.6, "train_loss": 2, "loss": 3,
    }  # fmt: skip


def test_the_index_of_a_data_frame_is_no_metric() -> None:
    assert list(_columns(",loss,acc\n0,1.5,0.2\n1,1.2,0.3\n").columns) == ["epoch", "loss", "accuracy"]


def test_lightnings_rows_of_one_epoch_are_one() -> None:
    frame = _columns(
        "epoch,step,train_loss,val_loss,val_acc\n0,9,1.5,,\n0,9,,1.4,0.3\n1,19,1.2,,\n1,19,,1.1,0.4\n2,29,1.0,,\n2,29,,0.9,0.5\n"
    )
    assert frame["epoch"].tolist() == [0, 1, 2] and frame["loss"].tolist() == [1.5, 1.2, 1.0]
    assert frame["val_accuracy"].tolist() == [0.3, 0.4, 0.5] and "joined" in frame.attrs["taken"][0]


def test_two_fits_in_one_file_are_not_joined() -> None:
    frame = _columns("epoch,loss\n0,3\n1,2\nepoch,loss\n0,1.5\n1,1\n")
    assert frame["loss"].tolist() == [3, 2, 1.5, 1] and frame["epoch"].tolist() == [0, 1, 2, 3]


def test_percent_and_decimal_commas_are_taken_and_said() -> None:
    frame = _columns("epoch;acc;val_acc;loss\n1;30,5;28;1,25\n2;41;35,5;1,1\n")
    assert frame["accuracy"].tolist() == pytest.approx([0.305, 0.41])
    assert frame["val_accuracy"].tolist() == pytest.approx([0.28, 0.355]) and frame["loss"].tolist() == [1.25, 1.1]
    said = "; ".join(frame.attrs["taken"])
    assert "accuracy was in percent" in said and "loss has decimal commas" in said


def test_history_as_json(tmp_path) -> None:
    frame = _columns('{"loss": [2, 1], "val_acc": [0.1, null]}')
    assert frame["loss"].tolist() == [2, 1] and np.isnan(frame["val_accuracy"][1])
    for wrong in ('{"loss": 3}', '{"loss": [1], "acc": [1, 2]}', "{"):
        with pytest.raises(FerError, match="no history as json"):
            _columns(wrong)


def test_two_runs_in_one_box_are_refused_with_a_choice(monkeypatch) -> None:
    from fer_core.runs import importers
    from fer_core.runs.event_files import Scalar

    scalars = {"a": [Scalar("epoch_loss", 0, 1.0, 2.0)], "b": [Scalar("epoch_loss", 0, 5.0, 1.0)]}
    monkeypatch.setattr(importers, "read_scalars", lambda data, path: scalars[data.decode()])
    with pytest.raises(
        FerError, match=r"epoch_loss was logged twice at step 0: 2 and 1. These are the files of several"
    ):
        importers.read_tensorboard({"train/0/x": b"a", "train/1/x": b"b"})
    apart = importers.read_tensorboard({"train/0/x": b"a", "validation/0/x": b"b"})
    assert apart[["loss", "val_loss"]].iloc[0].tolist() == [2.0, 1.0]
    again = importers.read_tensorboard({"train/0/x": b"a", "train/1/x": b"a"})  # the same file twice
    assert again["loss"].tolist() == [2.0]


def test_an_import_into_a_root_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "taken").write_text("a file")
    history = read_csv_history(b"epoch,loss\n0,1\n", "h.csv")
    with pytest.raises(FerError, match="can't be written"):
        write_run("mine", history, "a test", tmp_path / "taken")
