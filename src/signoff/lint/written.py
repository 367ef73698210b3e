"""Name the codes of what is wrong with the text of a document: Gherkin, tags, tables, cells."""

from __future__ import annotations

from signoff.lint.codes import code

code(
    "syntax",
    what="The text is no Gherkin.",
    why="Nothing below the line can be read.",
    bad="A line that begins with no keyword, or a second `Feature:` in a file.",
    fix="Begin the line with one of the words named, or with # for a comment.",
)
code(
    "language",
    what="`# language:` names none that Gherkin knows.",
    why="Its keywords cannot be told from text.",
    bad="`# language: klingon`",
    fix="Write a language of Gherkin, for instance `# language: de`.",
)
code(
    "no-feature",
    what="A file without `Feature:`.",
    why="Reports have no name for it, and it holds no rows.",
    bad="An empty file, or one that begins with a table.",
    fix="Begin it with `Feature: Workers`.",
)
code(
    "no-name",
    what="A Feature, Rule or Scenario without a name.",
    why="Reports and ids need one.",
    bad="`Feature:`",
    fix="Write a name after the colon.",
)
code(
    "uneven-row",
    what="A row with more or fewer cells than its heading.",
    why="Cells would slip under the wrong heading.",
    bad="`| id | -> | external_id |` under four headings.",
    fix="Look for a missing `|`, or write a `|` inside a cell as `\\|`.",
)
code(
    "no-steps",
    what="A scenario without steps.",
    why="It would pass without testing anything.",
    bad="`Scenario Outline: <a>` followed by `Examples:`.",
    fix="Add its steps.",
)
code(
    "first-step",
    what="A first step that begins with And or But.",
    why="It continues nothing.",
    bad="`And the connector has been rehearsed` as the first step.",
    fix="Begin with Given, When or Then.",
)
code(
    "arrow-in-step",
    what="An arrow in the text of a step.",
    why="`<-` looks like the beginning of a placeholder, and the step would never fit.",
    bad="`Then firstName -> first_name`",
    fix="Say it in words; arrows stand in the cells of a chart.",
)
code(
    "placeholder",
    what="A `<name>` that is no column of the table.",
    why="It would stand there as it is.",
    bad="`Scenario Outline: <ATS feld>`",
    fix="Write the heading of a column.",
)
code(
    "missing-step",
    what="An outline that lacks the sentence by which its rows are judged.",
    why="Without it the rows would pass unjudged.",
    bad="A @chart outline without `Then this row of the chart holds`.",
    fix="Add the sentence that is named.",
)
code(
    "duplicate-scenario",
    what="Two scenarios of one name in a file.",
    why="Only the last of them would run.",
    bad="`Scenario: No leaks`, twice.",
    fix="Rename one.",
)
code(
    "unknown-sentence",
    what="A sentence among those of workflows that the vocabulary does not have, or not in this place.",
    why="Nobody would know what to do, or what to look at.",
    bad='`When the connector sinks`, or `Then "Maria" is deleted`',
    fix="Take one of the sentences that are listed; leave sentences of your own to scenarios of their own.",
)
code(
    "workflow-table",
    what="A table below a sentence of a workflow that cannot have one, or whose lines are not a field and a value.",
    why="It would say nothing.",
    bad="`When the connector syncs` with a table below.",
    fix='Put fields below `Given a candidate "Maria Lopez" with`, one on each line.',
)
code(
    "no-then",
    what="A workflow without a Then.",
    why="Nothing could fail.",
    bad="`Given a candidate …`, `When the connector syncs`, and no more.",
    fix="Say what must be so: `Then both systems agree`.",
)
code(
    "then-before-sync",
    what="A Then right after a change, `both systems agree` before the connector had its time, or lists that no sync "
    "meets.",
    why="What people have just done is known to nobody else before a sync.",
    bad="`When in the ATS … becomes …`, `Then in the app … has …`",
    fix="Write `When the connector syncs until it settles` between them.",
)
code(
    "unknown-person",
    what="A name in a workflow that no earlier sentence has given, or that is of another kind.",
    why="Nobody would be meant.",
    bad='`When "Mara Lopez" is deleted` after `Given a candidate "Maria Lopez"`.',
    fix="Write the name as it was given.",
)
code(
    "twice-named",
    what="A name that a workflow gives twice.",
    why="It would mean two records.",
    bad='`Given a candidate "Maria"` and `And a job order "Maria"`.',
    fix="Give the second one another name.",
)
code(
    "workflow-value",
    what="A value in a workflow that its field cannot have.",
    why="The sentence could not be done, or never be true.",
    bad='`Then in the app "Maria" has status "employed"`, where the app knows available, assigned, inactive.',
    fix="Write a value of the field's type: texts in quotes, days and numbers without.",
)
code(
    "binding",
    what="A sentence that binds records and cannot be read, or that stands in a scenario.",
    why="Without it nobody knows which record is which.",
    bad="`Given each Candidate becomes a worker`",
    fix="Write for instance `Given each Candidate is a worker, matched by external_id`, under Background.",
)
code(
    "two-bindings",
    what="Two bindings in one Background.",
    why="A chart belongs to one of them only.",
    bad="Two lines `Given each …` under one Background.",
    fix="Give each a `Rule:` of its own.",
)
code(
    "unbound",
    what="A chart or population that no binding covers.",
    why="Its rows have no records.",
    bad="A @chart without `Background: Given each … is a …`.",
    fix="Write the binding under Background.",
)
code(
    "not-yet",
    what="Something that the language knows and this version cannot test.",
    why="It would only look tested.",
    bad="A table of `@faults`.",
    fix="Take it out of the document for now, or do what the message offers instead.",
)
code(
    "untagged-table",
    what="An Examples table without a tag that says what it holds.",
    why="Beside tagged ones it would run as something else.",
    bad="Two tables under one outline, only one tagged.",
    fix="Put @chart, @values, @population or @exceptions above it.",
)
code(
    "unknown-tag",
    what="A tag that the language does not know.",
    why="A misspelt tag would select or waive nothing.",
    bad="`@ownr:dana`",
    fix='Correct it, or name your own in the toml: `tags = ["smoke"]`.',
)
code(
    "tag-value",
    what="A tag that lacks its value, or has one that it does not take.",
    why="It would say nothing.",
    bad="`@owner:`",
    fix="Write for instance `@owner:dana`.",
)
code(
    "two-tags",
    what="Two tags on one element that exclude each other.",
    why="Only one of them can count.",
    bad="`@must @should`",
    fix="Keep one.",
)
code(
    "waiver-day",
    what="A waiver without a day of the calendar.",
    why="It would never end.",
    bad="`@waived:until=soon`",
    fix="Write the last day as YYYY-MM-DD.",
)
code(
    "waiver-reason",
    what="A waiver without a reason.",
    why="Nobody could tell later who agreed to what.",
    bad="`@waived:until=2026-12-31` without a description below.",
    fix="Write below the heading why, and who agreed.",
)
code(
    "empty-table",
    what="A table without rows.",
    why="It would test nothing and look like something.",
    bad="`Examples: Worker chart` with headings only.",
    fix="Add its rows, or remove it.",
)
code(
    "empty-heading",
    what="A column without a heading.",
    why="Nothing can refer to it.",
    bad="`| ATS field | | rule |`",
    fix="Write a heading.",
)
code(
    "duplicate-column",
    what="Two columns of one heading.",
    why="Only the last would count.",
    bad="`| rule | rule |`",
    fix="Rename or remove one.",
)
code(
    "missing-column",
    what="A column that such a table needs is not there.",
    why="Its rows cannot be read.",
    bad="A @chart without the column `flow`.",
    fix="Add or rename the column.",
)
code(
    "chart-columns",
    what="The column `flow` does not stand between the two fields.",
    why="Which field is sent and which receives is told by their places.",
    bad="`| flow | ATS field | app field |`",
    fix="Write `| ATS field | flow | app field | rule |`.",
)
code(
    "table-columns",
    what="A value table with one column.",
    why="It needs a value of each side.",
    bad="`| ATS status |`",
    fix="Write two columns, the ATS's first.",
)
code(
    "wrong-side",
    what="A column of the other side.",
    why="Every row would be read the wrong way round.",
    bad="`| app field | flow | ATS field |`",
    fix="Put the ATS's column before the app's.",
)
code(
    "table-name",
    what="A value table without a name.",
    why="No rule could look up in it.",
    bad="`Examples:`",
    fix="Write `Examples: Worker status`.",
)
code(
    "flow",
    what="A flow that the language does not know.",
    why="Nobody could tell which way the value passes.",
    bad="`| firstName | => | first_name |`",
    fix="Write `->`, `<-`, `<->`, `never` or `kept`.",
)
code(
    "no-field",
    what="A row without the field that it is about.",
    why="There is nothing to test.",
    bad="`| | -> | |`",
    fix="Name the field, or remove the row.",
)
code(
    "protects-one",
    what="A never or kept row with fields on both sides.",
    why="It protects one field, where it is held.",
    bad="`| ssn | never | tax_id |`",
    fix="Give each field a row of its own.",
)
code(
    "rule-not-used",
    what="A never or kept row with a rule.",
    why="It carries no value, so the rule says nothing.",
    bad="`| ssn | never | | same text |`",
    fix="Move the text to the note.",
)
code(
    "required",
    what="A `required` cell that is neither yes nor no.",
    why="It would count as no.",
    bad="`| yess |`",
    fix="Write yes, no or nothing.",
)
code(
    "must",
    what="A `must` cell that is none of the three words.",
    why="It would select nothing.",
    bad="`| shall |`",
    fix="Write must, should, could or nothing.",
)
code(
    "empty-cell",
    what="A cell that must say something is empty.",
    why="The row says nothing without it.",
    bad='`| status is "DNU" | |` in a population.',
    fix="Fill it.",
)
code(
    "empty-value",
    what="A value row without the sending value.",
    why="Blank is written `(blank)`, so that it is meant.",
    bad="`| | available |`",
    fix="Write the value, `(blank)` or `anything else`.",
)
code(
    "anything-else-last",
    what="`anything else` is not the last row of its table.",
    why="The rows below it could never count.",
    bad="`| anything else | error |` above `| Active | available |`.",
    fix="Move it to the end.",
)
code(
    "rule-syntax",
    what="A rule cell that cannot be read.",
    why="Nobody could say what is right.",
    bad="`sme text`",
    fix="Write a phrase of the [rules](rules.md); names with signs stand in back-ticks, texts in quotes.",
)
code(
    "condition-syntax",
    what="A condition that cannot be read.",
    why="Nobody could say whom it fits.",
    bad="`status = Active`",
    fix='Write for instance `status is "Active"`.',
)
code(
    "formula-syntax",
    what="A formula that cannot be read.",
    why="Nothing can be worked out.",
    bad="`= payRate *`",
    fix="Complete it; names with signs stand in back-ticks.",
)
code(
    "cell-syntax",
    what="A field cell that cannot be read.",
    why="Nobody could say which fields are meant.",
    bad="`firstName lastName,`",
    fix="Separate names by commas; names with signs stand in back-ticks.",
)
code(
    "date",
    what="A day that the calendar does not have, or more than 100 years before or after today.",
    why="No record can be compared with it. 9999-12-31 is a day, and so is 0001-01-01.",
    bad="`dateBegin is after 2026-02-30`",
    fix="Correct the date; of a field that has no day yet, write `is blank`.",
)
code(
    "regex",
    what="A regular expression that cannot be read, or that can run for years.",
    why="Nothing can fit it; or a repetition within a repetition divides one text in endlessly many ways.",
    bad='`matches "(a"`',
    fix="Correct it, or use `contains`.",
)
code(
    "rule-order",
    what="A step behind a modifier.",
    why="Steps say what becomes of the value, modifiers when it counts.",
    bad="`on create only, upper case`",
    fix="Move the step before the first modifier.",
)
code(
    "encoding",
    what="A file that is not UTF-8.",
    why="Its signs cannot be told.",
    bad="A file saved as Windows-1252.",
    fix="Save it as UTF-8.",
)
code(
    "unreadable",
    what="A file that cannot be read.",
    why="What it says is not tested.",
    bad="A file without rights.",
    fix="Correct its rights, or rename what is no document.",
)
code(
    "stray-feature",
    what="A document that belongs to no integration.",
    why="It would never be tested.",
    bad="`features/crm/workers.feature`, and no `scope/crm.toml`.",
    fix="Move the file, or write its toml.",
)
code(
    "document",
    what="Something else is wrong with the documents.",
    why="The message says it.",
    bad="",
    fix="Do what the message says.",
)
