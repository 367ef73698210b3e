"""Name the codes of what is wrong with a document once it is held against the schemas and the toml."""

from __future__ import annotations

from functools import partial

from signoff.lint.codes import code as _code

code = partial(_code, section="Names and rules")

code(
    "unknown-field",
    what="A field that the schema of its side does not have.",
    why="Nothing could be read or written.",
    bad="`| fone | -> | phone | same phone |`",
    fix="Write the field as the system names it, or give it a label in the toml's `[labels]`.",
)
code(
    "unknown-entity",
    what="An entity that the system does not have.",
    why="There are no such records.",
    bad='`some Placment has (status is "Approved")`',
    fix="Write the entity as the system names it.",
)
code(
    "unknown-word",
    what="A word that means no entity of the toml, or not on that side.",
    why="Nobody could say which records are meant.",
    bad="`the recruter with the same id`",
    fix="Use a word of `[entities]`, or add this one to its `words`.",
)
code(
    "linked-entity",
    what="A binding links an entity that does not refer to its own.",
    why="No record could be linked.",
    bad="`with their latest JobOrder`, where JobOrder does not refer to Candidate.",
    fix="Link an entity that refers to the record.",
)
code(
    "primary-flag",
    what="Nobody can tell which one is primary: no flag is named, or it is no yes/no field.",
    why="No record, or any, would be taken for the primary one.",
    bad="`with their primary Placement`, where Placement has no field isPrimary and the toml no line `[primary]`.",
    fix='Write `Placement = "FIELD"` under `[primary]` in the toml, with a yes/no field.',
)
code(
    "wrong-reference",
    what="A rule names another entity than the receiving field refers to.",
    why="The id would be that of another kind of record.",
    bad="`the client with the same id` for `recruiter_id`.",
    fix="Name the entity that the field refers to, or correct the field's type in `[types]`.",
)
code(
    "unknown-name",
    what="A rule uses a field that is not in the row's sending cell.",
    why="A reader must see in the cell what a value is made of.",
    bad='`| firstName | -> | name | firstName + " " + lastName |`',
    fix="Add the field to the sending cell.",
)
code(
    "rule-meaning",
    what="A rule that can be read and cannot apply to the row's fields.",
    why="The types do not fit, a phrase does not take this argument, or it is not built yet.",
    bad="`| isDeleted | -> | started_on | same date |`, where isDeleted is yes/no.",
    fix="Do what the message says: another comparison, a step that casts, or another field.",
)
code(
    "table-match",
    what="A `match` cell that the language does not know.",
    why="Nobody could say what fits.",
    bad="`| Active | available | fuzzy |`",
    fix="Write `ignoring case`, `contains`, `contains, ignoring case` or `from`.",
)
code(
    "table-band",
    what="A `from` row that is neither a number nor a date.",
    why="It has no place in the order of bands.",
    bad="`| low | 1 | from |`",
    fix="Write where the band begins: 0, 1000 or 2026-01-31.",
)
code(
    "table-twice",
    what="Two value tables of one name.",
    why="A rule could mean either.",
    bad="`Examples: Worker status`, twice.",
    fix="Rename one, or make them one table.",
)
code(
    "two-writers",
    what="Two unconditional rows for one receiving field.",
    why="Only one of them can hold.",
    bad="`| phone | -> | phone | same phone |` and `| mobile | -> | phone | same phone |`.",
    fix="Give one of them `only when …`, or write `first filled of mobile or phone`.",
)
code(
    "two-populations",
    what="Two populations for one binding.",
    why="The first row that fits decides, so there is one order.",
    bad="Two @population tables under one binding.",
    fix="Put all rows into one table.",
)
code(
    "bound-twice",
    what="An entity that is bound twice without names to tell the two apart.",
    why="Both would make the same ids.",
    bad="`Given each Candidate is a worker` in two Features, differently.",
    fix="Give each binding a `Rule:`, whose name tells them apart.",
)
code(
    "started",
    what="A binding that begins with the side where its records do not start.",
    why="Who sends would be told in two ways.",
    bad="`each worker is a Candidate` without `started in the app`.",
    fix="Turn the sentence round, or say where the records start.",
)
code(
    "matching-key",
    what="A matching key that no row of the chart carries, or only a branch's; one that cannot be read, or is double.",
    why="No value is there to match by, or another than was meant; on the other side nobody knows a record's branch.",
    bad="`matched by emial`, `matched by phone or name`",
    fix="Name fields of the chart, with `and` between the parts of a key and `, then` between keys.",
)
code(
    "outcome",
    what="An outcome that the population does not know.",
    why="Nobody could say what follows.",
    bad='`| status is "DNU" | stays away |`',
    fix="Write `reaches the app`, `reaches the app as STATE`, `leaves the app as STATE` or `never reaches the app`.",
)
code(
    "unknown-state",
    what="A state that the toml does not define, or one that the receiving system cannot be in.",
    why="Nobody could say which fields make it.",
    bad="`leaves the app as inctive`",
    fix="Name a state of `[states.ENTITY]`, or define it there.",
)
code(
    "lifecycle-when",
    what="A lifecycle row whose case is none of the language, or cannot be told by the record.",
    why="Nobody could say when it has happened.",
    bad="`| a candidate dissapears | the worker becomes inactive |`",
    fix="Write one of the cases in the words of the binding; for `archived` and `ends` the toml says how to tell.",
)
code(
    "lifecycle-then",
    what="A lifecycle row whose consequence is none of the language, or cannot follow from its case.",
    why="Nobody could say what is to be seen on the other side.",
    bad="`| a candidate is deleted | the worker fades away |`",
    fix="Write what becomes of the record on the other side, in the words of the binding.",
)
code(
    "lifecycle-twice",
    what="Two lifecycle rows for one case of one binding.",
    why="Nobody could say which of them counts.",
    bad="Two rows `a candidate is deleted`.",
    fix="Remove one of them.",
)
code(
    "anyone-else-last",
    what="`anyone else` is not the last row of its population.",
    why="The rows below it could never decide.",
    bad="`| anyone else | reaches the app |` as the first row.",
    fix="Move it to the end.",
)
code(
    "unknown-branch",
    what="A branch that the toml does not have.",
    why="Nobody could say which records belong to it.",
    bad="`@branch:chigaco`",
    fix="Correct it, or add `[branches.NAME]` with `where = '…'`.",
)
code(
    "unknown-statement",
    what="An exception for a statement that does not exist.",
    why="It would waive nothing.",
    bad="`| worker.fone | waived |`",
    fix="Write an id that `pytest --collect-only -q` lists.",
)
code(
    "exception-twice",
    what="Two exceptions for one statement.",
    why="Only one of them can be meant: a waiver with one day and another day, or a waiver of what is switched off. A "
    "row with another title may stand beside a waiver.",
    bad="`| worker.phone | waived |` and `| worker.phone | switched off |`",
    fix="Remove one of the two rows.",
)
code(
    "duplicate-id",
    what="Two statements of one id.",
    why="One verdict would hide the other.",
    bad="Two rows for `phone` under one binding.",
    fix="Give one of the two rows an `id` column with another id.",
)
code(
    "day",
    what="A cell that must hold a day holds none.",
    why="Nothing can be counted from it.",
    bad="`| soon |`",
    fix="Write the day as YYYY-MM-DD.",
)
code(
    "future-day",
    what="A day that lies ahead where one in the past is meant.",
    why="Nobody can have asked or attested then.",
    bad="`asked on` next year.",
    fix="Correct the day.",
)
code(
    "no-inputs",
    what="A worked example without inputs.",
    why="Nothing can be worked out.",
    bad="A @worked table with a result only.",
    fix="Add a column for each sending field.",
)
code(
    "attestation",
    what="An attestation without a name or a day.",
    why="Nobody could tell who vouches for it.",
    bad="`attested by`",
    fix="Write who attested it, and when.",
)
code(
    "evidence",
    what="A checklist item whose evidence cannot be read.",
    why="Nothing would prove it.",
    bad="An empty cell.",
    fix="Name statements by their ids, or who attested it.",
)
code(
    "worked-column",
    what="A column of a worked example that is no field of its row.",
    why="Its value would be used for nothing.",
    bad="`| frstName |`",
    fix="Write a field of the row's sending cell.",
)
code(
    "unknown-id",
    what="An id that no statement has.",
    why="It would prove nothing.",
    bad="`worker.fone`",
    fix="Write an id that `pytest --collect-only -q` lists.",
)
code(
    "worked-reference",
    what="A worked example of a rule that follows a reference.",
    why="Its result depends on other records.",
    bad="`the worker with the same id`",
    fix="Take the example out.",
)
code(
    "two-columns",
    what="Two columns for one field of a worked example.",
    why="Only one of them can be its value.",
    bad="`| phone | Candidate.phone |`",
    fix="Keep one.",
)
code(
    "worked-value",
    what="A value of a worked example that its field cannot hold.",
    why="The example says nothing.",
    bad="`| tomorrow |` for a date.",
    fix="Write it as the system does.",
)
code(
    "no-id",
    what="A question, goal or item without words to make an id of.",
    why="Its verdict could not be named.",
    bad="An empty cell.",
    fix="Write it, or give the row an `id`.",
)
code(
    "measure",
    what="A goal's measure that cannot be computed.",
    why="Nobody could say whether it is reached.",
    bad="`measured as hapiness`",
    fix="Write a measure of the reference.",
)

code(
    "starts-nowhere",
    what="Records that may start in either system, and no row that writes the other side.",
    why="What starts over there could not be made here.",
    bad="`started in either system`, and every row flows `->`.",
    fix="Let the rows that the other side needs flow `<->`, or say where the records start.",
)
code(
    "two-way-fields",
    what="A row that flows both ways with several sending fields, or none.",
    why="Nobody could say which of them a change goes back to.",
    bad="`| mobile, phone | <-> | phone |`",
    fix="Write one row for each field, or two rows, one -> and one <-.",
)
code(
    "two-way-elsewhere",
    what="A row that flows both ways over a field of another record.",
    why="A change would be written into a record that the row is not about.",
    bad="`| jobOrder.title | <-> | job_title |`",
    fix="Let it flow one way, or bind the other record in a chart of its own.",
)
code(
    "two-way-fixed",
    what="A row that flows both ways over a field that its system does not let anybody change.",
    why="What is changed on the other side could never arrive.",
    bad="`| smsOptIn | <-> | text_opt_in |`, where Bullhorn takes smsOptIn on create only.",
    fix="Let the row flow one way, away from that field.",
)
code(
    "two-way-modifier",
    what="A row that flows both ways with a modifier that makes sense in one direction.",
    why="The rule holds in both directions.",
    bad="`| email | <-> | email | same email, on create only |`",
    fix="Take the modifier away, or write two rows.",
)
code(
    "back-to",
    what="A table of a row that flows both ways, and no word on which ATS value is meant on the way back.",
    why="Several ATS values lead to one app value.",
    bad="`Days` and `1st shift` both mean `day`, and the table has no `back to`.",
    fix="Add a column `back to`, and name the ATS value there.",
)
code(
    "who-wins",
    what="A row that flows one way and says who wins.",
    why="Only one side leads; there is nobody to win against.",
    bad="`| email | -> | email | same email, ATS wins |`",
    fix="Let the row flow both ways, or take the words away; `kept right` says that a change over there does not stay.",
)
code(
    "every-field",
    what="A row of every field of a level, of which the two sides have none in common.",
    why="It stands for no field at all.",
    bad="`| customFields.* | -> | |`",
    fix="Write `.*` on both sides, or a row for each field.",
)
code(
    "unknown-system",
    what="A row of an @access table names a system that the toml does not have.",
    why="Nobody could say where access is tried.",
    bad="`| Bulhorn | Candidate | read |`",
    fix="Write the name of the system, `ATS` or `app`.",
)
code(
    "access",
    what="A row of an @access table asks for something that cannot be tried.",
    why="Access is read, create, update, delete or subscribe.",
    bad="`| Bullhorn | Candidate | look |`",
    fix="Name what the integration may do.",
)
code(
    "empty-chart",
    what="Documents without any row of a chart.",
    why="A connector that does nothing would fulfil them.",
    bad="A population and nothing else.",
    fix="Write a @chart table.",
)
code(
    "list-items",
    what="A binding of a list's items whose items cannot be records, or that does not say `each item of`.",
    why="Nobody could tell one item from another, or which record it belongs to.",
    bad='`ats = "Candidate.skills"` in the toml, where skills is a list of texts.',
    fix="Name a list of objects that have an `id`, or map the list with `[]` in the chart of its record.",
)
