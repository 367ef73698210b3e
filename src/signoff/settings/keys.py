"""Name every key that the toml may have: one list for the loader, its messages and the reference page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """Describe one key. `*` in the path stands for any name, `kind` is what its value must be.

    Kinds: text, whole number, yes/no, duration, zone, list of texts, texts (a table of text), one of A|B,
    path, table, anything.
    """

    path: str
    kind: str
    meaning: str
    default: str = ""
    needed: bool = False


KEYS: Final = (
    Key("signoff", "whole number", "Version of this file's language; opts the folder in. 1.", needed=True),
    Key("title", "text", "What reports call the integration.", "the systems' names"),
    Key("zone", "zone", "IANA zone in which the agency's days begin and end.", "UTC"),
    Key("default_country", "country", "Two-letter country of phones and states that name none.", "US"),
    Key("settles_within", "whole number", "Connector runs after which every promise must hold.", "2"),
    Key("sync_every", "duration", "How often the connector runs in production.", "15 minutes"),
    Key("first_link", "one of ATS|app", "Whose values win when two existing records are linked.", "ATS"),
    Key("conflict", "one of ATS wins|app wins|latest change wins", "Who wins when both sides changed.", "ATS wins"),
    Key("tags", "list of texts", "Tags of your own for scenarios and tables, without the @.", "none"),
    Key("connector.kind", "one of python|program", "How the connector under test is run.", "python"),
    Key("connector.target", "text", "For python: `path/to/package:Attribute` in the suite, or `module:attribute`."),
    Key("connector.command", "list of texts", "For program: the command and its arguments."),
    Key("connector.timeout", "duration", "Real time that one run may take.", "2 minutes"),
    Key(
        "connector.alone",
        "yes/no",
        "Only one of it may run at a time, for a lock or a port of which there is one: workflows then wait for the "
        "rehearsal instead of running on a second core.",
        "false",
    ),
    Key(
        "connector.settings",
        "texts",
        "What the connector is told, by the names of its environment variables; `{ats.url}`, `{address.key}` and "
        "`{setting.NAME}` are filled in.",
    ),
    Key("systems.ats", "table", "The applicant tracking system.", needed=True),
    Key("systems.app", "table", "The workforce app.", needed=True),
    Key(
        "systems.address", "table", "A service that corrects addresses, for rows that say `address corrected`.", "none"
    ),
    Key(
        "systems.*.dialect",
        "text",
        "Which kind of system it is: bullhorn, openapi, for addresses google-address, …",
        needed=True,
    ),
    Key("systems.*.name", "text", "What people call it; also the first word of its columns' headings.", "the dialect"),
    Key("systems.*.zone", "zone", "Zone in which its instants become days.", "UTC"),
    Key("systems.*.document", "path", "Its OpenAPI document or schema, as a path from the toml's folder."),
    Key("systems.*.*", "anything", "The dialect's own options; see the dialect's page."),
    Key(
        "entities.*.ats",
        "text",
        "The ATS's name of the entity, or of a list whose items are records of their own: `Candidate.workHistory`.",
        needed=True,
    ),
    Key(
        "entities.*.app",
        "text or table",
        "The app's name of it, or a table with `schema` and the dialect's own keys.",
        needed=True,
    ),
    Key("entities.*.words", "list of texts", "Further words for it in sentences.", "both names, split at capitals"),
    Key("entities.*.link", "text", "The link's fields where no row shows them: `id -> external_id`."),
    Key("entities.*.matching", "list of texts", "Keys that find an existing partner, in the order tried.", "none"),
    Key("entities.*.unique", "list of texts", "Sending fields that no two records share.", "none"),
    Key("entities.*.technical", "list of texts", "Fields that no chart needs to name.", "none"),
    Key("entities.*.period.begins", "text", "Sending field with the first day on which it runs."),
    Key("entities.*.period.ends", "text", "Sending field with the last day on which it runs, that day included."),
    Key("entities.*.archived", "text", "Condition that an archived record fulfils.", "the system's own, if it has one"),
    Key("entities.*.seeded", "yes/no", "Made on both sides before the first sync, by hand in real life.", "false"),
    Key("types.*", "text", "Type of a field, `Entity.path` = type, where the system's document does not say enough."),
    Key(
        "primary.*",
        "text",
        "Field that marks the primary one, yes or no: `Entity` = field for `with their primary ENTITY`, "
        "`Entity.list` = field for `the primary one`.",
        "isPrimary, primary or is_primary",
    ),
    Key(
        "states.*.*",
        "table",
        "A state of an app entity: its fields = a value, or a list of allowed values.",
    ),
    Key(
        "transitions.*",
        "list of texts",
        "Changes of status that the system allows, `Entity.path` = [`Active -> Placed`, …].",
        "all of them",
    ),
    Key("labels.*", "text", "The agency's own name of a field = its API name."),
    Key("branches.*.where", "text", "Condition that tells the records of a branch.", needed=True),
    Key("technical.*", "list of texts", "Entity = fields that no chart needs to name."),
    Key("settings.*", "anything", "Values that rules and the connector use by name."),
    Key("headings.*", "one of ats|app", "Whose column a heading, or its first words, names."),
    Key("environments.*.real", "yes/no", "Whether real people's records live there.", "false"),
    Key(
        "environments.*.writes",
        "yes/no",
        "Whether access may be tried there by making records, changing and removing them; else it is only read.",
        "true, but false where `real` is true",
    ),
    Key("environments.*.timeout", "duration", "Real time that one answer may take.", "30 seconds"),
    Key(
        "environments.*.ats",
        "texts",
        "`url` and the integration's credentials for the ATS; `${NAME}` is read from the environment variable.",
    ),
    Key("environments.*.app", "texts", "The same for the app."),
    Key(
        "environments.*.admin.ats",
        "texts",
        "Whoever may make and remove what the integration may not, to try its access: what differs from "
        "`environments.*.ats`.",
        "nobody",
    ),
    Key("environments.*.admin.app", "texts", "The same for the app.", "nobody"),
    Key(
        "environments.*.existing.ats",
        "texts",
        "Entity = id of a record that what is made to try access may refer to, such as a company for a contact.",
        "none",
    ),
    Key("environments.*.existing.app", "texts", "The same for the app.", "none"),
    Key("gate.level", "one of report|normal|strict", "Which verdicts refuse a release.", "normal"),
    Key(
        "gate.since",
        "path",
        "`signoff.json` of the last sign-off, as a path from the toml's folder: the sheet marks what changed since.",
    ),
)


def reference() -> str:
    """Return the keys as a Markdown table, for the reference page."""
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key in KEYS:
        default = "needed" if key.needed else key.default
        kind = key.kind.removeprefix("one of ").replace("|", ", ") if key.kind.startswith("one of") else key.kind
        lines.append(f"| `{key.path}` | {kind} | {default} | {key.meaning} |")
    return "\n".join(lines)
