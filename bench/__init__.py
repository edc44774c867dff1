"""Measures the worker against the budgets; `python -m bench` prints the table."""
