"""Look for the smallest company in which a finding is made again that no record makes alone."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from signoff.agreement.resolved import Agreement
from signoff.strategies.script import Script
from signoff.trial.cohort import cut, mentioned, settled_only
from signoff.trial.narrowing import Narrowing
from signoff.trial.steps import Steps
from signoff.verdict import Finding

SMALL_PAGE = 2
"""Records on a page while the company grows: what is lost on a second page is then lost among three records."""


def companions(
    agreement: Agreement, script: Script, statement: str, family: str, also: Sequence[str] = ()
) -> list[str]:
    """Return every family: the failing one, those whose records it shares, those of its binding, then the rest.

    `also` are families of its binding in which something else failed: they come first too, in their order, so that
    one company can serve all of these findings.
    """
    front = [name for name in also if name] or [family]
    own = next((one for one in script.families if one.name == family), None)
    pairs = {pair.name for pair in agreement.pairs}
    binding = own.binding if own is not None else statement.partition(":")[0].partition(".")[0]
    if binding not in pairs:
        binding = ""
    plans = [plan for phase in script.phases for plan in phase.plans]
    members = {name: one.name for one in script.families for name in (one.subject, *one.members)}
    linked: set[str] = set()
    around = {
        name for one in plans if members.get(one.name) == family for name in mentioned(one.fields) if name in members
    }
    for plan in plans:
        home = members.get(plan.name, "")
        named = set(mentioned(plan.fields))
        others = {members[name] for name in named if name in members}
        if home and home != family and named & around:
            linked.add(home)  # both belong to one record, as two items of its list do
        if home == family:
            linked |= others
        elif family and family in others:
            linked.add(home)

    def order(name: str, of: str) -> int:
        if name == family or name in front:
            return 0
        if name in linked:
            return 1
        return 2 if of == binding else 3

    return [one.name for one in sorted(script.families, key=lambda one: order(one.name, one.binding))]


class Company:
    """Look for the smallest company of one finding; each script is played by whoever calls `take`."""

    def __init__(
        self,
        statement: str,
        first: Finding,
        whole: Script,
        families: Sequence[str],
        until: str,
        steps: Steps,
        least: int = 1,
    ) -> None:
        self.statement = statement
        self.first = first
        self.found: tuple[Script, Finding] | None = None
        """The smallest company so far, and what was found in it."""
        self.tries = 0
        self.begun = False
        self.finished = False
        self._whole = whole
        self._families = list(families)
        self._until = until
        self._steps = steps
        self._least = least
        self._walk: Generator[Script, Finding | None, None] = self._search()
        self._next: Script | None = None
        self._started = False

    def next(self) -> Script | None:
        """Return the next script to try, or None when there is nothing left."""
        if not self._started:
            self._started = True
            self._next = next(self._walk, None)
        self.finished = self._next is None
        return self._next

    def take(self, finding: Finding | None) -> None:
        """Hear whether the last script still failed."""
        self.begun = True
        self.tries += 1
        assert self._next is not None
        if finding is not None:
            self.found = (self._next, finding)
        try:
            self._next = self._walk.send(finding)
        except StopIteration:
            self._next = None

    def begin_with(self, script: Script, finding: Finding) -> None:
        """Take a script that is known to fail as the company so far."""
        self.begun = True
        self.found = (script, finding)
        self._walk = self._narrow()
        self._started = False

    def _search(self) -> Generator[Script, Finding | None, None]:
        size = min(self._least, len(self._families))
        while (yield self._of(size, small=True)) is None:
            if size == len(self._families):
                # A smaller page may hide it, and so may the phases that are left out.
                yield from self._whole_company()
                break
            size = min(size * 2, len(self._families))
        if self.found is not None:
            yield from self._narrow()

    def _whole_company(self) -> Generator[Script, Finding | None, None]:
        if (yield self._of(len(self._families), small=False)) is None:
            yield self._whole

    def _narrow(self) -> Generator[Script, Finding | None, None]:
        """Make the company's records themselves fewer and simpler, one case at a time."""
        assert self.found is not None
        usual = replace(self.found[0], knobs=self._whole.knobs)
        if usual != self.found[0]:
            yield usual
        narrowing = Narrowing(self._steps, *self.found, crowded=len(self.found[0].families) > 2)
        while found := narrowing.candidates(1):
            finding = yield found[0].script
            narrowing.take([(found[0], finding)])

    def _of(self, size: int, *, small: bool) -> Script:
        script = cut(self._whole, self._families[:size], self._until, changed=True, children=True)
        if not small:
            return script
        script = settled_only(script)
        knobs = {
            side: {name: SMALL_PAGE if name == "page_cap" else value for name, value in values.items()}
            for side, values in script.knobs.items()
        }
        return replace(script, knobs=knobs)


def company_words(agreement: Agreement, script: Script, finding: Finding, together: str) -> str:
    """Return what a company is: `fails only together with 2 others: it is the 3rd of 3 Candidate records`."""
    others = len(script.families) - 1
    family = next((one for one in script.families if one.name == finding.counterexample.family), None)
    said = f"{together} with {others} {'other' if others == 1 else 'others'}"
    if family is None:
        return said
    pair = next((one for one in agreement.pairs if one.name == family.binding), None)
    same = {one.subject for one in script.families if one.binding == family.binding}
    made = [plan.name for phase in script.phases for plan in phase.plans if plan.kind == "create" and plan.name in same]
    if pair is None or family.subject not in made:
        return said
    return f"{said}: it is the {_ordinal(made.index(family.subject) + 1)} of {len(made)} {pair.source} records"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 // 10 != 1 else 0, "th")
    return f"{number}{ending}"
