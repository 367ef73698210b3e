"""Read a suite's folder: its toml files, validated, and its feature files."""

from signoff.settings.integration import load
from signoff.settings.keys import reference
from signoff.settings.suite import Suite, find_suite

__all__ = ["Suite", "find_suite", "load", "reference"]
