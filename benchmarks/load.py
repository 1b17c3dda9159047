"""A crowd: sessions that walk through the pages at once, one growing pictures, and what light pages take meanwhile.

    python benchmarks/load.py [--sessions 20 60] [--seconds 120] [--soak 1800] [--think 3] [--growing 1]

Sessions speak the server's own protocol (websocket, protobuf), as a browser does, without a browser's own work: a
page's time is from asking for it to the end of its script run. First one session alone opens every page; what it was
shown (texts, and pictures with figures) is what all others must be shown. Then two rounds for each number of sessions,
and the soak: the first number of sessions for so many seconds. A row of docs/quality.md's table a round; memory is read
after each, in the soak each minute. Exits with 1 where a page had an error, or showed anything else.
"""

import argparse
import hashlib
import os
import random
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import dashboard  # noqa: E402 - the path comes first
from benchmarks.server_memory import resident_mb  # noqa: E402 - the path comes first

LIGHT = (
    "overview", "lessons", "runs", "runs?view=Table", "confusion", "confusion?view=Per+class", "predict", "guess",
    "playground", "dataset", "fairness", "robustness",
)  # fmt: skip
HEAVY = ("explain", "explain?method=occlusion", "filters?view=Feature+visualisation", "filters")


KINDS = ("words", "pictures")


def _digest(parts: list[str]) -> str:
    """Of what was shown: a text that is sent twice while a page waits for its turn is shown once."""
    return hashlib.sha256("\n".join(sorted(set(parts))).encode()).hexdigest()[:12]


def _difference(one: list[str], other: list[str]) -> str:
    """What stands in one of the two texts alone."""
    return "\n".join(f"  alone {text[:300]!r}" for text in one if text not in other) + "".join(
        f"\n  then  {text[:300]!r}" for text in other if text not in one
    )


@dataclass
class Seen:
    """What one script run brought."""

    seconds: float
    words: str = ""
    pictures: str = ""
    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Session:
    """One visitor's connection."""

    def __init__(self, address: str) -> None:
        from websockets.sync.client import connect

        self._connection = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"], max_size=None,
            open_timeout=60, origin=address,
        )  # fmt: skip
        self._socket = self._connection.__enter__()
        self.buttons: dict[str, str] = {}
        self._fragment = self._page = ""

    def open(self, address: str, press: str = "", fragment: bool = False) -> Seen:
        """Asks for a page, presses a button that was there, or has its moving part drawn anew; gives what came."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        page, _, query = address.partition("?")
        asked = BackMsg()
        asked.rerun_script.query_string = query
        if press or fragment:
            asked.rerun_script.page_script_hash = self._page
        else:
            asked.rerun_script.page_name = page
        if press:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self.buttons[press], True
        if fragment:
            asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = self._fragment, True
        begun = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        return self._until_done(begun)

    def _until_done(self, begun: float) -> Seen:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        seen, texts, pictures = Seen(0.0), [], []
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=120))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._take(message.delta.new_element, seen, texts, pictures)
            elif kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "auto_rerun":
                self._fragment = message.auto_rerun.fragment_id
            elif kind == "script_finished":
                break
        seen.seconds = time.perf_counter() - begun
        seen.words, seen.pictures, seen.said = _digest(texts), _digest(pictures), texts
        return seen

    def _take(self, element: Any, seen: Seen, texts: list[str], pictures: list[str]) -> None:
        what = element.WhichOneof("type")
        if what == "exception":
            seen.errors.append(element.exception.message[:300])
        elif what in ("markdown", "html"):
            texts.append(getattr(element, what).body)
        elif what == "imgs":  # a picture's address is made of its content
            pictures.extend(image.url for image in element.imgs.imgs)
        elif what == "plotly_chart":
            pictures.append(element.plotly_chart.spec)
        elif what == "button":
            self.buttons[element.button.label] = element.button.id

    def close(self) -> None:
        self._connection.__exit__(None, None, None)


class Crowd:
    """Sessions in threads, and what they saw."""

    def __init__(self, address: str, think: float) -> None:
        self.address, self.think = address, think
        self.light: list[float] = []
        self.heavy: list[float] = []
        self.looks = 0
        self.errors: Counter[str] = Counter()
        self.expected: dict[tuple[str, str], str] = {}
        self.said: dict[str, list[str]] = {}
        self.differing: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._lock = threading.Lock()

    def alone(self) -> None:
        """One session opens every page twice: what comes the same twice must come so for all."""
        for address in (*LIGHT, *HEAVY):
            first, second = self._once(address), self._once(address)
            for seen in (first, second):
                self.errors.update(seen.errors)
            self.said[address] = first.said
            for kind in KINDS:
                if getattr(first, kind) == getattr(second, kind):
                    self.expected[address, kind] = getattr(first, kind)

    def _once(self, address: str) -> Seen:
        session = Session(self.address)
        try:
            return session.open(address)
        finally:
            session.close()

    def walk(self, seconds: float, seed: int) -> None:
        """Opens pages by lot, a heavy one in five, each in a visit of its own as a link is, until the time is over."""
        rng, until = random.Random(seed), time.monotonic() + seconds
        time.sleep(rng.random() * self.think)
        while time.monotonic() < until:
            heavy = rng.random() < 0.2
            address = rng.choice(HEAVY if heavy else LIGHT)
            try:
                seen = self._once(address)
            except Exception as error:  # a lost connection is an error of the server's
                seen = Seen(120.0, errors=[f"{address}: {type(error).__name__} {error}"])
            with self._lock:
                (self.heavy if heavy else self.light).append(seen.seconds)
                self.errors.update(seen.errors)
                for kind in KINDS:
                    if not seen.errors and getattr(seen, kind) != self.expected.get(
                        (address, kind), getattr(seen, kind)
                    ):
                        self.differing[f"{address}, {kind}"] += 1
                        self.examples.setdefault(address, _difference(self.said[address], seen.said))
            time.sleep(self.think * rng.uniform(0.5, 1.5))

    def grow(self, seconds: float) -> None:
        """Grows pictures as long as the time lasts."""
        until, session = time.monotonic() + seconds, Session(self.address)
        try:
            address = "filters?view=Feature+visualisation"
            while "Grow pictures" not in session.buttons and time.monotonic() < until:
                session.open(address)
            seen = session.open(address, press="Grow pictures")
            while time.monotonic() < until and not seen.errors:
                seen = session.open(address, fragment=True)
                self.looks += 1
                time.sleep(0.05)
            self.errors.update(seen.errors)
        except Exception as error:
            self.errors[f"growing: {type(error).__name__} {error}"] += 1
        finally:
            session.close()


def percentile(values: list[float], share: float) -> float:
    """The value below which so great a share of the values lies."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1] if len(values) > 1 else 0.0


HEAD = "| sessions | round | light pages | p50, s | p95, s | heavy pages | p95, s | looks | errors | other | MB after |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sessions", type=int, nargs="+", default=[20], help="one number or several, one after another"
    )
    parser.add_argument("--seconds", type=float, default=120.0, help="of each of two rounds")
    parser.add_argument(
        "--soak", type=float, default=0.0, help="seconds of a last round, with the first number of sessions"
    )
    parser.add_argument("--think", type=float, default=3.0, help="seconds that somebody looks at a page")
    parser.add_argument("--growing", type=int, default=1, help="sessions that grow pictures")
    args = parser.parse_args()
    with dashboard() as app:
        crowd = Crowd(app.address, args.think)
        crowd.alone()
        every, same = len(LIGHT) + len(HEAVY), Counter(kind for _, kind in crowd.expected)
        print(
            f"one session: of {every} pages {same['words']} say and {same['pictures']} picture the same twice, "
            f"{resident_mb(app.pid):,.0f} MB, load of the machine {os.getloadavg()[0]:.1f}\n\n{HEAD}\n|{'---|' * 11}"
        )
        for sessions in args.sessions:
            for number in (1, 2):
                run_round(crowd, sessions, args.growing, args.seconds, 1000 * number)
                print(row(crowd, f"{sessions}, {args.seconds:.0f} s", str(number), resident_mb(app.pid)), flush=True)
        if args.soak:
            soak(crowd, args, app.pid)
        for words, count in crowd.errors.most_common(5):
            print(f"error, {count} times: {words}")
        print(f"other than a single session's: {dict(crowd.differing)}; load of the machine {os.getloadavg()[0]:.1f}")
        for address, example in crowd.examples.items():
            print(f"{address}:\n{example}")
        return int(bool(crowd.errors or crowd.differing))


def run_round(crowd: Crowd, sessions: int, growing: int, seconds: float, seed: int) -> None:
    """All sessions at once."""
    crowd.light, crowd.heavy, crowd.looks = [], [], 0
    threads = [threading.Thread(target=crowd.walk, args=(seconds, seed + i)) for i in range(sessions)]
    threads += [threading.Thread(target=crowd.grow, args=(seconds,)) for _ in range(growing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def soak(crowd: Crowd, args: argparse.Namespace, server: int) -> None:
    """One long round; memory each minute."""
    seen, over = [resident_mb(server)], threading.Event()

    def watch() -> None:
        while not over.wait(60):
            seen.append(resident_mb(server))

    watching = threading.Thread(target=watch)
    watching.start()
    run_round(crowd, args.sessions[0], args.growing, args.soak, 9000)
    over.set()
    watching.join()
    print(row(crowd, f"{args.sessions[0]}, {args.soak:.0f} s", "soak", resident_mb(server)))
    shown = [f"{seen[place]:,.0f}" for place in range(0, len(seen), max(1, len(seen) // 12))]
    print(f"\nMB in the soak, evenly spread: {', '.join(shown)}; greatest {max(seen):,.0f}", flush=True)


def row(crowd: Crowd, what: str, number: str, memory: float) -> str:
    """One round as a row of the table; errors and what was other are those so far."""
    light = f"{len(crowd.light)} | {percentile(crowd.light, 0.5):.2f} | {percentile(crowd.light, 0.95):.2f}"
    heavy = f"{len(crowd.heavy)} | {percentile(crowd.heavy, 0.95):.2f}"
    wrong = f"{sum(crowd.errors.values())} | {sum(crowd.differing.values())}"
    return f"| {what} | {number} | {light} | {heavy} | {crowd.looks} | {wrong} | {memory:,.0f} |"


if __name__ == "__main__":
    sys.exit(main())
