"""The distribution `resoto-plugin-gcp`."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="resoto-plugin-gcp",
    version="5.0.0",
    description="Collects, labels and cleans up Google Cloud for resotoworker.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["resoto_plugin_gcp", "resoto_plugin_gcp.*"]),
    package_data={"resoto_plugin_gcp": ["py.typed"], "resoto_plugin_gcp.kinds": ["*.json.gz", "*.tbl"]},
    install_requires=[
        "resotoworker>=5,<6",
        "google-auth>=2.29,<3",
        "google-cloud-compute>=1.30,<2",
        "requests>=2.31,<3",
    ],
    entry_points={"resoto.plugins": ["gcp = resoto_plugin_gcp"]},
    classifiers=["Operating System :: POSIX"],
)
