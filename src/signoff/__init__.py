"""Run a mapping chart as an acceptance test for an integration between an ATS and a workforce app."""

__version__ = "0.1.0"
