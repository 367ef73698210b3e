"""The connector's settings, filled with what the systems give; knobs from a script."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stories import integration

from signoff.errors import ScopeError
from signoff.plugin.agreeing import agree, reader
from signoff.schema import Side
from signoff.scope import ConnectorSettings
from signoff.settings import find_suite
from signoff.systems.registry import dialect
from signoff.systems.service import service_dialect
from signoff.trial.filled import filled_settings
from signoff.trial.stage import knobs_of, staged

ADDRESSES = {Side.ATS: {"url": "https://ats.example.com", "token": "t"}, Side.APP: {"url": "https://app.example.com"}}


def filled(**settings: str) -> dict[str, str]:
    return filled_settings(
        integration(connector=ConnectorSettings(settings=settings), settings={"tenant": "northside", "author": 301}),
        ADDRESSES,
    )


def test_names_of_systems_and_settings_are_filled_in() -> None:
    assert filled(A="{ats.url}/rest?t={ats.token}", B="{setting.tenant}-{setting.author}", C="plain {1,2}") == {
        "A": "https://ats.example.com/rest?t=t",
        "B": "northside-301",
        "C": "plain {1,2}",
    }


def test_a_name_that_nobody_gives() -> None:
    with pytest.raises(ScopeError) as caught:
        filled(ATS_URL="{ats.ulr}")
    assert str(caught.value) == (
        'scope/crm-app.toml, cell "[connector.settings] ATS_URL"\n'
        "  expected: a name that a system or [settings] gives\n"
        "  found:    {ats.ulr}\n"
        "  did you mean: ats.url\n"
        "  Known names: app.url, ats.token, ats.url, setting.author, setting.tenant."
    )


def test_the_address_service_gives_names_too() -> None:
    given = integration(connector=ConnectorSettings(settings={"URL": "{address.url}", "KEY": "{address.key}"}))
    told = {"url": "https://addresses.example.com", "key": "k"}
    assert filled_settings(given, ADDRESSES, told) == {"URL": "https://addresses.example.com", "KEY": "k"}
    with pytest.raises(ScopeError, match=r"address\.url"):
        filled_settings(given, ADDRESSES)


def test_knobs() -> None:
    knobs = knobs_of({"page_cap": 7, "of_another_version": 1})
    assert knobs.page_cap == 7
    assert knobs == replace(knobs_of({}), page_cap=7)


def test_a_dialect_names_what_its_simulator_tells() -> None:
    suite = find_suite(Path(__file__))
    assert suite is not None
    agreement = agree(suite, "bullhorn-shiftline")
    integration, read = agreement.integration, reader(suite, agreement.integration)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with staged(integration, agreement.schemas, root=suite.root, read=read, now=now, knobs={}) as stage:
        for side, system in integration.systems.items():
            names = dialect(system.dialect, integration.file).names(agreement.schemas[side])
            assert names == set(stage.simulators[side].addresses())
        assert stage.service is not None
        assert integration.address is not None
        asked = integration.address
        assert service_dialect(asked.dialect, "").names(asked.options) == set(stage.service.addresses())
