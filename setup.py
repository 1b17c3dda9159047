"""Beside pyproject.toml, for the one thing that it can't say: the networks in checkpoints/ go into the package."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["fer_core", "fer_core.*"]), "fer_core.checkpoints"],
    package_dir={"fer_core.checkpoints": "checkpoints"},
    package_data={
        "fer_core": ["**/*.npy", "**/*.toml", "**/*.html"],
        "fer_core.checkpoints": ["*/*.json", "*/*.csv", "*/*.npz", "*/*.keras", "*/*.tflite", "*/*.md", "*/epochs/*/*"],
    },
)
