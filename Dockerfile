# FER Lab's dashboard: slim, without root, on the CPU. docs/deploy.md says how to run it, and what of it was tried.
#   docker build -t fer-lab .                        with TensorFlow
#   docker build -t fer-lab --build-arg LIGHT=1 .    without: see FER_LIGHT in docs/deploy.md
FROM python:3.11-slim-bookworm

ARG LIGHT=0
ENV FER_LIGHT=$LIGHT \
    FER_CACHE=/cache \
    FER_DATA=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1

# No package of the system's is needed: OpenCV, LiteRT and TensorFlow ask for the C and C++ libraries alone.
RUN useradd --create-home --uid 10001 lab \
    && mkdir /cache /data \
    && chown lab:lab /cache
WORKDIR /app

# The list first: a change to the program does not fetch the packages anew.
COPY requirements.txt ./
RUN if [ "$LIGHT" = 1 ]; then grep -vE '^(tensorflow|keras)==' requirements.txt > asked.txt; \
    else cp requirements.txt asked.txt; fi \
    && pip install --disable-pip-version-check -r asked.txt

COPY .streamlit .streamlit
COPY fer_core fer_core
COPY pages pages
COPY dashboard.py LICENSE ./
# Runs are written beside those that come along, so the folder is the user's; a volume keeps it.
COPY --chown=lab:lab checkpoints checkpoints

# By its number, which orchestrators that refuse root can read.
USER 10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "dashboard.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
