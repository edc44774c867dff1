"""The distribution `resoto-plugin-onelogin`."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="resoto-plugin-onelogin",
    version="5.0.0",
    description="Collects the people, groups, roles and apps of OneLogin for resotoworker.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["resoto_plugin_onelogin", "resoto_plugin_onelogin.*"]),
    package_data={"resoto_plugin_onelogin": ["py.typed"]},
    install_requires=["resotoworker>=5,<6", "onelogin==4.0.1"],
    entry_points={"resoto.plugins": ["onelogin = resoto_plugin_onelogin"]},
    classifiers=["Operating System :: POSIX"],
)
