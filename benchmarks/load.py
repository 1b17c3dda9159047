"""A crowd: sessions that walk through the pages at once, one growing pictures, and what light pages take meanwhile.

    python benchmarks/load.py [--sessions 20] [--seconds 60] [--think 3] [--growing 1]

Sessions speak the server's own protocol (websocket, protobuf), as a browser does, without a browser's own work: a
page's time is from asking for it to the end of its script run. First one session alone opens every page; what it was
shown (texts and answers) is what all others must be shown. Two rounds; memory is read after each.
"""

import argparse
import hashlib
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server_memory import resident_mb, wait_until_up  # noqa: E402 - the path comes first

LIGHT = (
    "overview", "lessons", "runs", "runs?view=Table", "confusion", "confusion?view=Per+class", "predict", "guess",
    "playground", "dataset", "fairness", "robustness",
)  # fmt: skip
HEAVY = ("explain", "explain?method=occlusion", "filters?view=Feature+visualisation", "filters")


@dataclass
class Seen:
    """What one script run brought."""

    seconds: float
    words: str = ""
    errors: list[str] = field(default_factory=list)


class Session:
    """One visitor's connection."""

    def __init__(self, port: int) -> None:
        from websockets.sync.client import connect

        self._connection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=60,
            origin=f"http://127.0.0.1:{port}",
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

        seen, texts = Seen(0.0), []
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=120))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._take(message.delta.new_element, seen, texts)
            elif kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "auto_rerun":
                self._fragment = message.auto_rerun.fragment_id
            elif kind == "script_finished":
                break
        seen.seconds = time.perf_counter() - begun
        seen.words = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
        return seen

    def _take(self, element: object, seen: Seen, texts: list[str]) -> None:
        what = element.WhichOneof("type")
        if what == "exception":
            seen.errors.append(element.exception.message[:300])
        elif what in ("markdown", "html"):
            texts.append(getattr(element, what).body)
        elif what == "button":
            self.buttons[element.button.label] = element.button.id

    def close(self) -> None:
        self._connection.__exit__(None, None, None)


class Crowd:
    """Sessions in threads, and what they saw."""

    def __init__(self, port: int, think: float) -> None:
        self.port, self.think = port, think
        self.light: list[float] = []
        self.heavy: list[float] = []
        self.looks = 0
        self.errors: Counter[str] = Counter()
        self.expected: dict[str, str] = {}
        self.differing: Counter[str] = Counter()
        self._lock = threading.Lock()

    def alone(self) -> None:
        """One session opens every page twice: what comes the same twice must come so for all."""
        for address in (*LIGHT, *HEAVY):
            first, second = self._once(address), self._once(address)
            for seen in (first, second):
                self.errors.update(seen.errors)
            if first.words == second.words:
                self.expected[address] = first.words

    def _once(self, address: str) -> Seen:
        session = Session(self.port)
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
                if address in self.expected and seen.words != self.expected[address]:
                    self.differing[address] += 1
            time.sleep(self.think * rng.uniform(0.5, 1.5))

    def grow(self, seconds: float) -> None:
        """Grows pictures as long as the time lasts."""
        until, session = time.monotonic() + seconds, Session(self.port)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each of two rounds")
    parser.add_argument("--think", type=float, default=3.0, help="seconds that somebody looks at a page")
    parser.add_argument("--growing", type=int, default=1, help="sessions that grow pictures")
    parser.add_argument("--port", type=int, default=8599)
    args = parser.parse_args()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(args.port)]
    server = subprocess.Popen([*command, "--server.headless", "true"], cwd=REPO, stdout=subprocess.DEVNULL)
    try:
        wait_until_up(f"http://127.0.0.1:{args.port}")
        crowd = Crowd(args.port, args.think)
        crowd.alone()
        alone = resident_mb(server.pid)
        print(
            f"one session: {len(crowd.expected)} of {len(LIGHT) + len(HEAVY)} pages are the same twice, {alone:,.0f} MB"
        )
        for number in (1, 2):
            run_round(crowd, args, number)
            print(report(crowd, number, resident_mb(server.pid)), flush=True)
        for words, count in crowd.errors.most_common(5):
            print(f"error, {count} times: {words}")
        print(f"other than a single session's: {dict(crowd.differing)}; load of the machine {os.getloadavg()[0]:.1f}")
    finally:
        server.terminate()
        server.wait(60)


def run_round(crowd: Crowd, args: argparse.Namespace, number: int) -> None:
    """All sessions at once."""
    crowd.light, crowd.heavy = [], []
    threads = [
        threading.Thread(target=crowd.walk, args=(args.seconds, 1000 * number + i)) for i in range(args.sessions)
    ]
    threads += [threading.Thread(target=crowd.grow, args=(args.seconds,)) for _ in range(args.growing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(crowd: Crowd, number: int, memory: float) -> str:
    """One round in one line."""
    parts = [
        f"{kind} {len(values)} pages, p50 {percentile(values, 0.5):.2f} s, p95 {percentile(values, 0.95):.2f} s"
        for kind, values in (("light", crowd.light), ("heavy", crowd.heavy))
    ]
    grown = f"{crowd.looks} looks at growing pictures so far"
    return f"round {number}: {'; '.join(parts)}; {grown}; {sum(crowd.errors.values())} errors; {memory:,.0f} MB"


if __name__ == "__main__":
    main()
