"""Name the codes of what is wrong with the toml, and with the documents of the systems that it names."""

from __future__ import annotations

from functools import partial

from signoff.lint.codes import Level
from signoff.lint.codes import code as _code

code = partial(_code, section="The toml and the systems")

code(
    "toml-syntax",
    what="The file is no TOML.",
    why="Nothing in it can be read.",
    bad="`zone = America/Chicago`",
    fix="Put texts in quotes; the message names line and column.",
)
code(
    "toml-key",
    what="A key that the toml does not have.",
    why="A misspelt key would say nothing.",
    bad='`zoen = "UTC"`',
    fix="Correct or remove it; [the toml](toml.md) lists every key.",
)
code(
    "toml-value",
    what="A value of the wrong kind.",
    why="It cannot be used.",
    bad='`sync_every = "often"`',
    fix="Write what the message says that the key takes.",
)
code(
    "toml-missing",
    what="A key that must be there is not.",
    why="The integration cannot be run without it.",
    bad="No `[systems.app]`.",
    fix="Add it.",
)
code(
    "toml-version",
    what="A version of the toml's language that this signoff does not know.",
    why="Its keys may mean something else.",
    bad="`signoff = 2`",
    fix="Upgrade signoff, or write 1.",
)
code(
    "integration-name",
    what="The integration is called like something that the reports folder holds.",
    why="Its own reports would lie among other things, and a later run would take them away.",
    bad="`scope/selected.toml`; a run of selected rows reports into `reports/selected/`.",
    fix="Rename the toml and its folder in `features/` alike.",
)
code(
    "toml-placeholder",
    what="A setting of the connector names in braces what no system gives.",
    why="The connector would be told a name instead of an address or a token.",
    bad='`TOKEN = "{app.tokn}"`',
    fix="Write one of the names that the message lists.",
)
code(
    "toml-connector",
    what="`[connector]` does not say what is run, or says it twice.",
    why="There would be nothing to test.",
    bad='`kind = "program"` without `command`.',
    fix="Write `target` for Python, or `command` for a program.",
)
code(
    "unknown-environment",
    what="An environment that the toml does not have.",
    why="Nobody could say where to run.",
    bad="`--environment stagin`",
    fix="Name one of `[environments]`.",
)
code(
    "missing-variable",
    what="An environment variable that the chosen environment needs is not set.",
    why="Addresses and credentials come from there only.",
    bad="`${APP_TOKEN}`, and no such variable.",
    fix="Set it before the run; its value is never shown.",
)
code(
    "environment-name",
    what="An environment called `simulated`, or like nothing.",
    why="Nobody could name it with `--environment`: simulated is what runs without it.",
    bad="`[environments.simulated]`",
    fix="Give it a name of its own, such as staging.",
)
code(
    "environment-key",
    what="An environment says something of a system that its dialect does not take, or leaves out what it needs.",
    why="Nobody could get in, or not in the way that was meant.",
    bad='`[environments.staging] app = { url = "…", tokn = "${APP_TOKEN}" }`',
    fix="Write the names that the message lists.",
)
code(
    "environment-secret",
    what="A password, a token or another secret stands in the toml itself.",
    why="The toml is kept and mailed with the documents; whoever reads it could get in.",
    bad='`token = "s3cr3t"` under `[environments.staging.app]`',
    fix="Put it into an environment variable, write `${NAME}` here, and choose a new secret.",
)
code(
    "environment-address",
    what="The `url` of the chosen environment is no address, or holds a question mark or a password.",
    why="Nobody could get there, or the secret in it would be sent and logged with every request.",
    bad='`url = "api.example.com"`',
    fix="Write it as https://api.example.com/v1; credentials have keys of their own.",
)
code(
    "unknown-integration",
    what="An integration that the suite does not have.",
    why="There is nothing to read.",
    bad="`--integration bullhorn-shiftlin`",
    fix="Name one of the files in `scope/`.",
)
code(
    "no-documents",
    what="An integration without documents.",
    why="It promises nothing.",
    bad="An empty `features/bullhorn-shiftline/`.",
    fix="Write what was agreed on there.",
)
code(
    "unknown-type",
    what="A type or a way of writing it that the language does not have.",
    why="Values could not be read.",
    bad='`"Candidate.mobile" = "fone"`',
    fix="Write one of the types that [the toml](toml.md#types) lists.",
)
code(
    "unknown-dialect",
    what="A dialect that is not installed.",
    why="Nobody could speak with the system.",
    bad='`dialect = "bulhorn"`',
    fix="Correct it, or install what brings the dialect.",
)
code(
    "missing-file",
    what="A file that the toml names does not exist.",
    why="The system's records are not known.",
    bad='`document = "schemas/shiftlin.yaml"`',
    fix="Put the file there, or correct the path.",
)
code(
    "system-options",
    what="An option of a system or an entity that its dialect does not take, or lacks.",
    why="It would be passed over, and the system spoken with in the wrong way.",
    bad='`paging = { style = "cursr" }`',
    fix="Correct it; [systems](systems.md) lists every key.",
)
code(
    "openapi-document",
    what="The system's document is no OpenAPI 3.0 or 3.1, has a key twice, or unfolds without end.",
    why="The system's records are not known.",
    bad='`swagger: "2.0"`',
    fix="Convert the document, or ask its owner for one.",
)
code(
    "openapi-impossible",
    what="A field of the document that no value fits, or whose pattern cannot be read or matched.",
    why="Whatever the integration sends is refused, and it would look like its fault.",
    bad="`minLength: 10, maxLength: 5`, or `pattern: 'a^'`, which no text matches",
    fix="Correct the document, or ask its owner what is meant.",
)
code(
    "openapi-reference",
    what="A `$ref` that leads nowhere, or out of the document.",
    why="A part of the schema is missing.",
    bad="`$ref: '#/components/schemas/Wroker'`",
    fix="Correct it, or put what it names into the document.",
)
code(
    "openapi-schema",
    what="A schema or a field that the document does not have, or one that cannot be used.",
    why="The system's records are not known.",
    bad='`schema = "Wroker"`',
    fix="Name one of the document's schemas.",
)
code(
    "openapi-path",
    what="A path or a method that the document does not have.",
    why="The record could not be read or written.",
    bad='`collection = "/wokers"`',
    fix="Name a path of the document.",
)
code(
    "openapi-query",
    what="A query parameter that the toml uses and the document does not declare.",
    why="The system may ignore it, and lists would be incomplete.",
    bad='`updated_since = "since"`',
    fix="Correct it, or let the vendor declare it.",
)
code(
    "connector-target",
    level=Level.WARNING,
    what="`[connector] target` names what cannot be found: a file, a module, or a name in it.",
    why="The documents can be checked, but no run could begin. Nothing of the connector is executed to see this.",
    bad='`target = "fixtures/conector:Connector"`',
    fix="Correct it; the message names what stands there.",
)
code(
    "transition-field",
    what="`[transitions]` names what is no field that a row looks up in a value table.",
    why="Its changes of status would never be tried.",
    bad='`"Candidate.stats" = ["Active -> Placed"]`',
    fix="Correct or remove it; the message names the fields that there are.",
)
code(
    "transition",
    what="`[transitions]` names a change that is none, or a status that neither the table nor the system has.",
    why="Nobody could make such a change.",
    bad='`"Candidate.status" = ["Active -> Plced"]`',
    fix="Write `FROM -> INTO` with two statuses of the table or of the system.",
)
