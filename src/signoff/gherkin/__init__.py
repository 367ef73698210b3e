"""Read feature files into charts, tables, populations and bindings, keeping the place of every cell."""

from signoff.gherkin.document import read_document

__all__ = ["read_document"]
