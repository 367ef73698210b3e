"""Serve and drive the systems at both ends: one folder a dialect, always the same file names."""
