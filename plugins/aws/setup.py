"""The distribution `resoto-plugin-aws`."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="resoto-plugin-aws",
    version="5.0.0",
    description="Collects, tags and cleans up Amazon Web Services for resotoworker.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["resoto_plugin_aws", "resoto_plugin_aws.*"]),
    package_data={"resoto_plugin_aws": ["py.typed"], "resoto_plugin_aws.kinds": ["*.json.gz", "*.tbl", "*.txt"]},
    install_requires=["resotoworker>=5,<6", "boto3>=1.43.11,<1.44"],
    entry_points={"resoto.plugins": ["aws = resoto_plugin_aws"]},
    classifiers=["Operating System :: POSIX"],
)
