"""Addresses: what a connector makes of what an address service says, and of its silence."""

from __future__ import annotations

from typing import Any

from planted.register import altered, defect
from reference_connector import Connector

Row = dict[str, Any]


@defect("ADDRESS", "address:corrected")
class NeverAsksForAddresses(Connector):
    """The address service is asked, and what it corrects is not taken."""

    def verdict(self, result: Row) -> Any:
        right = super().verdict(result)
        return altered(right, {name: value for name, value in right.items() if name != "address"})


@defect("ADDRESS", "address:uncertain")
class TakesSuggestions(Connector):
    """Whatever the service shows of a place that it can find is taken for the address; doubts are told as ever."""

    def verdict(self, result: Row) -> Any:
        right = super().verdict(result)
        if "doubt" not in right or result["verdict"].get("validationGranularity") == "OTHER":
            return right
        sure = {**result["verdict"], "validationGranularity": "PREMISE", "addressComplete": True}
        taken = super().verdict({**result, "verdict": {**sure, "hasUnconfirmedComponents": False}})
        return altered(right, {**taken, **right})


@defect("ADDRESS", "address:uncertain", "address:unknown")
class DoubtsKeptQuiet(Connector):
    """Nobody is told which addresses nobody could confirm."""

    def verdict(self, result: Row) -> Any:
        right = super().verdict(result)
        return altered(right, {name: value for name, value in right.items() if name != "doubt"})
