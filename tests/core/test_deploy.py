"""What goes onto the web: the image holds what the program needs, and nothing of anybody's."""

import re
import shlex

from tests.conftest import REPO


def test_the_image_holds_the_program_and_runs_without_root() -> None:
    lines = (REPO / "Dockerfile").read_text().splitlines()
    copied = {part for line in lines if line.startswith("COPY") for part in shlex.split(line)[1:-1]} - {
        "--chown=lab:lab"
    }
    assert copied == {"requirements.txt", ".streamlit", "fer_core", "pages", "dashboard.py", "LICENSE", "checkpoints"}
    assert all((REPO / name).exists() for name in copied)
    ignored = (REPO / ".dockerignore").read_text().splitlines()
    assert "*" in ignored and {line[1:] for line in ignored if line.startswith("!")} == copied
    assert lines.index("USER 10001") < next(i for i, line in enumerate(lines) if line.startswith("CMD"))
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_what_the_light_image_leaves_out_is_pinned_alone() -> None:
    pins = (REPO / "requirements.txt").read_text().splitlines()
    left_out = [line for line in pins if re.match(r"^(tensorflow|keras)==", line)]
    assert len(left_out) == 2 and r"'^(tensorflow|keras)=='" in (REPO / "Dockerfile").read_text()


def test_the_proxy_lets_in_what_the_dashboard_does() -> None:
    config = (REPO / ".streamlit" / "config.toml").read_text()
    inside = int(re.search(r"maxUploadSize = (\d+)", config).group(1))
    outside = int(re.search(r"max_size (\d+)MB", (REPO / "deploy" / "Caddyfile").read_text()).group(1))
    assert inside <= outside <= inside * 1.1
