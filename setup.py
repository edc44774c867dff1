"""The distribution `resotoworker`: the worker, the embedded core and the library that plugins import."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="resotoworker",
    version="5.0.0",
    description="Collects clouds into resotocore, cleans up what it flags and changes tags.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["resotolib", "resotolib.*", "resotoworker", "resotoworker.*"]),
    package_data={
        "resotolib": ["py.typed"],
        "resotoworker": ["py.typed"],
        "resotoworker.builtin": ["templates/*.html"],
        "resotoworker.localcore": ["templates/*.html", "*.lark", "*.sql"],
    },
    install_requires=[
        "cryptography>=42",
        "jinja2>=3.1,<4",
        "lark>=1.1.8,<2",
        "networkx>=3.2,<4",
        "pluggy>=1.4,<2",
        "prometheus-client>=0.20,<1",
        "pyjwt>=2.8,<3",
        "requests>=2.31,<3",
        "setproctitle>=1.3,<2",
        "starlette>=0.37,<2",
        "uvicorn>=0.35,<1",
        "websocket-client>=1.9.2,<2",
        "websockets>=14",
    ],
    entry_points={
        "console_scripts": [
            "resotoworker = resotoworker.__main__:main",
            "resotocore-local = resotoworker.localcore.cli:main",
        ],
    },
    classifiers=[
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
    ],
)
