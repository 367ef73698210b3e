"""Weigh a workflow that held: put wrong observations in its history, and see whether its own sentences notice them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from signoff.agreement.played import Step
from signoff.checks.sentences import Judging
from signoff.sensitivity.draft import Draft, Edit
from signoff.sensitivity.observed import Wrong, wrong_fields, wrong_names, wrong_presence
from signoff.sensitivity.weight import ANYTHING, Weight, with_weight
from signoff.sensitivity.whole import disagreements, wrong_counts, wrong_removals, wrong_writes
from signoff.verdict import Outcome, Verdict

_WRONG: Mapping[str, Callable[[Judging, int, Step], Wrong]] = {
    "has": wrong_fields,
    "there": wrong_presence,
    "named": wrong_names,
    "nothing": wrong_writes,
    "once": wrong_counts,
    "nobody": wrong_removals,
}
"""What can be wrong with what each sentence says; `both systems agree` is weighed by rows."""


def weighed_workflow(judging: Judging, verdict: Verdict) -> Verdict:
    """Return the verdict on a workflow with what its sentences would have noticed.

    Each wrong observation is put into a copy of the workflow's history, and the sentence judges it again; the first
    that it notices of a sort is enough. A sentence that notices none would pass whatever is found: then the workflow is
    not exercised.
    """
    if verdict.outcome is not Outcome.VERIFIED:
        return verdict
    weight = Weight()
    for number, step in enumerate(judging.workflow.steps):
        if step.sentence.role == "then":
            _weigh(judging, number, step, weight)
    return with_weight(verdict, weight)


def _weigh(judging: Judging, number: int, step: Step, weight: Weight) -> None:
    said, place = step.sentence.text, step.sentence.place
    where = f"{place.file}:{place.line}"
    tried: dict[str, bool] = {}
    for name, found in _tried(judging, number, step):
        if found is None:
            weight.unfitting.append((said, name))
        else:
            tried[name] = tried.get(name, False) or found
    seen = [name for name, noticed in tried.items() if noticed]
    if seen:
        weight.noticed.setdefault(said, []).extend(seen)
        weight.missed += [(said, name, where) for name, noticed in tried.items() if not noticed]
    else:
        weight.missed.append((said, ANYTHING, where))


def _tried(judging: Judging, number: int, step: Step) -> Iterator[tuple[str, bool | None]]:
    """Yield each wrong observation by name: noticed, missed, or None where it would be right."""
    if step.kind == "agree":
        yield from disagreements(judging, number, step)
        return
    seen: set[str] = set()
    for name, edit in _WRONG[step.kind](judging, number, step):
        if edit is None:
            yield name, None
        elif name not in seen:
            noticed = _notices(judging, number, step, edit)
            if noticed:
                seen.add(name)
            yield name, noticed


def _notices(judging: Judging, number: int, step: Step, edit: Edit) -> bool:
    draft = Draft(judging.history)
    edit(draft)
    told = judging.again(draft.history()).told(number, step)
    return not told.right and not told.lacking
