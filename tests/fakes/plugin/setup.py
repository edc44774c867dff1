"""The smallest distribution that brings a cloud of its own."""

from setuptools import setup

setup(
    name="resoto-plugin-moon",
    version="1.0.0",
    py_modules=["resoto_plugin_moon"],
    install_requires=["resotoworker>=5,<6"],
    entry_points={"resoto.plugins": ["moon = resoto_plugin_moon"]},
)
