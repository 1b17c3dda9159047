"""Histories from elsewhere: CSVLogger files, and event files that TensorFlow itself wrote."""

import codecs
import io
import struct

import numpy as np
import pandas as pd
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from fer_core.errors import FerError
from fer_core.runs.event_files import read_scalars
from fer_core.runs.history_table import TableReading
from fer_core.runs.importers import import_path, read_csv_history, read_tensorboard, write_run
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
    run = import_path(path, root=tmp_path, settings={"learning_rate": 0.01}, note="from last year")
    assert (run.name, run.status, run.config["note"]) == ("old-run", "imported", "from last year")
    history = run.history()
    assert list(history.columns) == ["epoch", "accuracy", "loss", "learning_rate", "val_accuracy", "val_loss"]
    np.testing.assert_array_equal(history["val_accuracy"], [0.35, np.nan, 0.45])
    assert run.config["best_epoch"] == 3
    with pytest.raises(FerError, match="already a run 'old-run'"):
        import_path(path, root=tmp_path)


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
    run = import_path(tmp_path / "logs", "board", root=tmp_path)
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


def framed(record: bytes) -> bytes:
    """A whole record with right checksums."""
    head = struct.pack("<Q", len(record))
    return head + struct.pack("<I", masked_crc32c(head)) + record + struct.pack("<I", masked_crc32c(record))


def events(tag: str, values: dict[int, float], time: float = 100.0) -> bytes:
    """An event file with a scalar a step, written by its definition, without TensorFlow."""
    data = b""
    for step, value in values.items():
        event = Event(step=step, wall_time=time + step)
        event.summary.value.add(tag=tag, simple_value=value)
        data += framed(event.SerializeToString())
    return data


def test_damaged_event_files(tf, tmp_path):
    data = bytearray(simple_events(tf, tmp_path / "e", [("loss", 2.0), ("loss", 1.0)]))
    data[20] ^= 1
    with pytest.raises(FerError, match="mine is damaged at byte 12"):
        read_scalars(bytes(data), "mine")
    with pytest.raises(FerError, match="no TensorBoard event file"):
        read_scalars(b"epoch,loss\n0,1.5\n1,1.2\n", "log.csv")
    with pytest.raises(FerError, match="it has 3 bytes"):
        read_scalars(b"abc", "short")
    with pytest.raises(FerError, match="no TensorBoard event"):
        read_scalars(framed(b"\xff\xff"), "odd")
    with pytest.raises(FerError, match="no file named"):
        import_path(_empty(tmp_path))


def test_whatever_bytes_come_the_answer_is_scalars_or_a_sentence():
    """Damage with right checksums, as a broken writer leaves it: 2,000 changed messages of both kinds."""
    rng = np.random.default_rng(0)
    tensor = Event(step=3, wall_time=2.0)
    tensor.summary.value.add(tag="loss").tensor.float_val.append(1.5)
    tensor.summary.value[0].tensor.dtype = 1
    plain = Event(step=3, wall_time=2.0)
    plain.summary.value.add(tag="loss", simple_value=1.5)
    for number in range(2_000):
        message = bytearray((tensor if number % 2 else plain).SerializeToString())
        for place in rng.integers(0, len(message), 3):
            message[place] = rng.integers(256)
        try:
            read_tensorboard({"e": framed(bytes(message))})
        except FerError as error:
            assert "\n" not in str(error)


def test_a_tensor_that_claims_to_be_vast_is_passed_over():
    event = Event(step=1)
    value = event.summary.value.add(tag="loss")
    value.tensor.dtype = 1
    value.tensor.float_val.append(1.0)
    value.tensor.tensor_shape.dim.add(size=1 << 40)
    assert read_scalars(framed(event.SerializeToString())) == []


def test_files_that_hold_too_much_are_refused(monkeypatch):
    monkeypatch.setattr("fer_core.runs.event_files.MOST_SCALARS", 5)
    with pytest.raises(FerError, match="e holds more than 5 scalars"):
        read_scalars(events("loss", dict.fromkeys(range(7), 1.0)), "e")
    monkeypatch.setattr("fer_core.runs.event_files.MOST_SMALL_BYTES", 100)
    with pytest.raises(FerError, match="e holds more than 0 MB of records"):
        read_scalars(events("loss", dict.fromkeys(range(4), 1.0)), "e")
    monkeypatch.setattr("fer_core.runs.board.MOST_TAGS", 1)
    with pytest.raises(FerError, match="more than 1 different scalars"):
        read_tensorboard({"a": events("loss", {0: 1.0}), "b": events("acc", {0: 1.0})})
    monkeypatch.setattr("fer_core.runs.board.MOST_TAGS", 9)
    monkeypatch.setattr("fer_core.runs.board.MOST_CELLS", 3)
    with pytest.raises(FerError, match="2 metrics at 2 steps are more than a table holds"):
        read_tensorboard({"a": events("loss", {0: 1.0}), "b": events("acc", {1: 1.0})})


def test_large_records_are_passed_over_unread():
    graph = framed(bytes(1 << 17))
    read: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size=-1):
            read.append(size)
            return super().read(size)

    (scalar,) = read_scalars(Watched(graph + events("loss", {4: 2.0})))
    assert (scalar.step, scalar.value) == (4, 2.0) and max(read) < 1000


def test_validation_files_alone_are_validation(tmp_path):
    """By their folder, the one that is named included; and by what Keras writes with validation only."""
    for folder in ("logs/validation", "fold_val", "train-2024/eval"):
        path = tmp_path / folder / "events.out.tfevents.1"
        path.parent.mkdir(parents=True)
        path.write_bytes(events("epoch_loss", {0: 2.0, 1: 1.0}))
        history = import_path(path.parent, folder.replace("/", "-"), tmp_path / "runs").history()
        assert list(history.columns) == ["epoch", "val_loss", "time"]
    one = events("epoch_loss", {0: 2.0, 1: 1.0}) + events("evaluation_loss_vs_iterations", {5: 2.0, 10: 1.0})
    history = read_tensorboard({"events.out.tfevents.1": one})
    assert "val_loss" in history and "loss" not in history
    assert history.attrs["taken"] == ["events.out.tfevents.1 was taken for validation, by its evaluation_... scalars"]
    told = read_tensorboard({"events.out.tfevents.1": one}, {"events.out.tfevents.1": "training"})
    assert "loss" in told and "val_loss" not in told


def test_two_runs_below_one_folder_are_refused_by_name(tmp_path):
    for name, steps in (("first", {0: 3.0, 1: 2.0}), ("second", {5: 1.0, 6: 0.5})):
        for part in ("train", "validation"):
            path = tmp_path / "logs" / name / part / "events.out.tfevents.1"
            path.parent.mkdir(parents=True)
            path.write_bytes(events("epoch_loss", steps))
    with pytest.raises(FerError, match=r"epoch_loss stands in the folders of 2 runs \(logs/first, logs/second\)"):
        import_path(tmp_path / "logs", root=tmp_path / "runs")
    history = import_path(tmp_path / "logs/second", root=tmp_path / "runs").history()
    assert history["loss"].tolist() == history["val_loss"].tolist() == [1.0, 0.5]


def test_two_runs_in_one_folder_whose_steps_lie_in_between_are_refused():
    one, other = events("loss", {0: 3.0, 10: 2.0}), events("loss", {5: 1.0, 15: 0.5}, time=500.0)
    with pytest.raises(FerError, match=r"loss stands in 2 files that have steps in between each other \(10 and 5\)"):
        read_tensorboard({"a": one, "b": other})
    earlier = events("loss", {20: 1.0, 30: 0.5}, time=0.0)
    with pytest.raises(FerError, match="another order than their steps"):
        read_tensorboard({"a": one, "b": earlier})


def test_a_training_that_was_taken_up_again_is_one_run_and_said():
    one, other = events("loss", {0: 3.0, 10: 2.0}), events("loss", {20: 1.0, 30: 0.5}, time=500.0)
    history = read_tensorboard({"b": other, "a": one})
    assert history["loss"].tolist() == [3.0, 2.0, 1.0, 0.5]
    assert history.attrs["taken"] == [
        "2 files follow each other (steps 0 to 10, then 20 to 30) and were taken for one run, interrupted and taken up"
    ]


def test_a_folder_a_tag_is_one_run():
    """As PyTorch's add_scalars lays them out."""
    files = {
        "logs/loss_train/e": events("loss", {0: 2.0}),
        "logs/loss_val/e": events("loss", {0: 3.0}),
        "logs/acc_val/e": events("acc", {0: 0.5}),
    }
    history = read_tensorboard(files)
    assert history[["loss", "val_loss", "val_accuracy"]].iloc[0].tolist() == [2.0, 3.0, 0.5]


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


def test_two_runs_in_one_box_are_refused_with_a_choice() -> None:
    a, b = events("epoch_loss", {0: 2.0}), events("epoch_loss", {0: 1.0})
    with pytest.raises(FerError, match=r"logged twice at step 0: 2 and 1. These are the files of several runs"):
        read_tensorboard({"x": a, "y": b})
    apart = read_tensorboard({"x": a, "y": b}, {"y": "validation"})
    assert apart[["loss", "val_loss"]].iloc[0].tolist() == [2.0, 1.0]
    assert read_tensorboard({"x": a, "y": a})["loss"].tolist() == [2.0]  # the same file twice


def test_histories_in_any_encoding_and_separator() -> None:
    text = "epoch\tloss\tval_acc\tprénom\n1\t2,5\t61%\t1\n2\t1,5\t62,5%\t2\n"
    for data, said in (
        (text.encode("utf-16"), "the text is UTF-16"),
        (text.encode("cp1252"), "the text is Windows-1252"),
        (codecs.BOM_UTF8 + text.encode(), None),
        (("sep=\t\r\n" + text.replace("\n", "\r\n")).encode(), None),
        (text.replace("\n", "\r").encode(), None),
    ):
        frame = read_csv_history(data, "h.csv")
        assert frame["loss"].tolist() == [2.5, 1.5] and frame["val_accuracy"].tolist() == [0.61, 0.625]
        assert frame["epoch"].tolist() == [0, 1]
        taken = frame.attrs["taken"]
        assert "tabs separate the columns" in taken and "epochs are counted from 1 in the file" in taken
        assert (said in taken) == (said is not None)


def test_a_reading_takes_the_place_of_what_was_found() -> None:
    data = b"epoch,loss,acc\n1,2,1\n2,1,0.5\n"
    found = read_csv_history(data, "h.csv")
    assert (found["epoch"].tolist(), found["accuracy"].tolist()) == ([0, 1], [1, 0.5])
    other = read_csv_history(data, "h.csv", TableReading(percent=True, first=0))
    assert (other["epoch"].tolist(), other["accuracy"].tolist()) == ([1, 2], [0.01, 0.005])
    thousands = b"epoch;loss\n0;1,250\n1;0.5\n"
    assert read_csv_history(thousands, "h.csv")["loss"].tolist() == [1.25, 0.5]
    assert read_csv_history(thousands, "h.csv", TableReading(decimal="."))["loss"].tolist() == [1250, 0.5]
    with pytest.raises(FerError, match="is '1;2', which is not a number"):
        read_csv_history(b"epoch;time\n1;2\n", "h.csv", TableReading(separator="\t"))


def test_other_shapes_of_json() -> None:
    same = [
        '{"history": {"loss": [2, 1], "val_acc": [0.1, NaN]}, "epoch": [0, 1]}',
        '[{"loss": 2, "val_acc": 0.1}, {"loss": 1}]',
        '{"loss": 2, "val_acc": 0.1}\n{"loss": 1, "val_acc": null}\n',
        '{"log_history": [{"loss": 2, "val_acc": 0.1, "name": "x"}, {"loss": 1, "name": "y"}]}',
        '{"loss": {"0": 2, "1": 1}, "val_acc": {"0": 0.1, "1": null}}',
    ]
    for text in same:
        frame = _columns(text)
        assert frame["loss"].tolist() == [2, 1] and frame["val_accuracy"][0] == 0.1
        assert np.isnan(frame["val_accuracy"][1])


def test_a_vast_history_is_a_sentence(monkeypatch) -> None:
    with pytest.raises(FerError, match="has 2,001 columns; a history has one a metric"):
        _columns(",".join(f"m{i}" for i in range(2_001)) + "\n" + ",".join("1" * 2_001))
    with pytest.raises(FerError, match="has 300,002 lines; a history has a line an epoch"):
        _columns("epoch,loss\n" + "0,1\n" * 300_001)
    with pytest.raises(FerError, match="no history as json"):
        _columns("[" * 100_000)
    monkeypatch.setattr("fer_core.runs.history_table.MOST_BYTES", 10)
    with pytest.raises(FerError, match="has more than 0 MB; a history has a line an epoch"):
        _columns("epoch,loss\n0,1\n")


def test_an_import_into_a_root_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "taken").write_text("a file")
    history = read_csv_history(b"epoch,loss\n0,1\n", "h.csv")
    with pytest.raises(FerError, match="can't be written"):
        write_run("mine", history, "a test", tmp_path / "taken")
