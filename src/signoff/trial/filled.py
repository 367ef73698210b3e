"""Fill what the systems tell the connector into its settings: `{ats.url}`, `{app.token}`, `{setting.NAME}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.schema import Side
from signoff.scope import Integration

_PLACEHOLDER = re.compile(r"\{([a-z_.0-9]+)\}", re.IGNORECASE)


def filled_settings(
    integration: Integration, addresses: Mapping[Side, Mapping[str, str]], service: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the connector's settings with `{ats.url}`, `{app.token}`, `{address.key}` and `{setting.NAME}` filled in.

    Raises ScopeError naming the setting, the name that is unknown and the nearest known one.
    """
    known = {f"{side.value}.{key}": value for side, values in addresses.items() for key, value in values.items()}
    known |= {f"address.{key}": value for key, value in (service or {}).items()}
    known |= {f"setting.{key}": str(value) for key, value in integration.settings.items()}

    def fill(setting: str, text: str) -> str:
        def one(match: re.Match[str]) -> str:
            if match[1] not in known:
                raise ScopeError(
                    Problem(
                        Place(integration.file, cell=f"[connector.settings] {setting}"),
                        "a name that a system or [settings] gives",
                        match[0],
                        did_you_mean=nearest(match[1], known),
                        how=f"Known names: {', '.join(sorted(known))}.",
                        code="toml-placeholder",
                    )
                )
            return known[match[1]]

        return _PLACEHOLDER.sub(one, text)

    return {name: fill(name, str(text)) for name, text in integration.connector.settings.items()}
