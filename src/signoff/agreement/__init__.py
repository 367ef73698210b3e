"""Bind what was written to what the systems are: statements with rules and fields, or located errors."""
