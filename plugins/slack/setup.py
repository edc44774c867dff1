"""The distribution `resoto-plugin-slack`."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="resoto-plugin-slack",
    version="5.0.0",
    description="Collects the people, bots, groups and channels of Slack for resotoworker.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["resoto_plugin_slack", "resoto_plugin_slack.*"]),
    package_data={"resoto_plugin_slack": ["py.typed"]},
    install_requires=["resotoworker>=5,<6", "slack-sdk>=3.27,<4"],
    entry_points={"resoto.plugins": ["slack = resoto_plugin_slack"]},
    classifiers=["Operating System :: POSIX"],
)
