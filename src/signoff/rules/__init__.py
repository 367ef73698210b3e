"""Work out and compare what a chart's rule cells promise, one family of phrases a module."""
