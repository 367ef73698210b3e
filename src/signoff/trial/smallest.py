"""Search the smallest case of every red statement: all of them together, round by round, within a budget.

Each round plays one joint script in which every case has records of its own, and one script for each finding that
needs company. The judge is a function, so that nothing here knows what a check is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from signoff.agreement.resolved import Agreement
from signoff.strategies.script import Script
from signoff.trial.budget import Budget
from signoff.trial.cohort import Weight, cut, eventful, lane_of, settled_only, together, weight
from signoff.trial.company import Company, companions, company_words
from signoff.trial.known import Fails, Known
from signoff.trial.narrowing import Candidate, Narrowing
from signoff.trial.smaller import smaller
from signoff.trial.steps import Steps
from signoff.verdict import Finding

MOST_STATEMENTS = 40
"""Red statements that are made smaller together; where more are red, the first ones tell enough."""
MOST_PLANS = 700
"""Operations of one joint script."""
WIDEST = 24
"""Candidates of one statement in one round."""
FEW = 4
"""Red statements up to which each is tried alone at once, to know early which of them need company."""
PLAYS = 3
"""Companies that are tried in one round, each after what the one before has shown."""
MOST_RESERVE = 20
"""Runs kept back, at most, for trying the smallest cases alone."""
MORE_RUNS = 40
"""Runs with which those that were not made smaller may be tried besides: each the records of its family alone."""
MORE_SECONDS = 10.0
"""Real seconds after which no further one of these is tried."""
NOT_ALONE = "tried together with the cases of other red rows, not alone; "
OF_WHOLE = ", that of the whole run,"
"""How a note says that the case shown is not one that was played again."""


@dataclass(frozen=True, slots=True)
class Smallest:
    """Hold the smallest case of one statement. `alone`: one family fails with nobody else there; None: not tried.

    `script` is None where nothing smaller than the whole rehearsal failed: then `finding` is the first one.
    `rounds`, `runs` are those after which it was found, of all statements together. `played`: the script itself was
    played and failed; it was not where the case failed only beside those of other statements.
    """

    statement: str
    finding: Finding
    script: Script | None
    alone: bool | None
    note: str
    before: Weight
    rounds: int
    runs: int
    played: bool = True


@dataclass(slots=True)
class _Lane:
    statement: str
    finding: Finding
    offers: list[Script]
    """Cases to begin with, the smallest first."""
    narrowing: Narrowing | None = None


class Search:
    """Search the smallest cases of one run. `whole` is the script in which the findings were made."""

    def __init__(
        self,
        agreement: Agreement,
        whole: Script,
        fails: Fails,
        budget: Budget | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.budget = budget or Budget()
        self._agreement = agreement
        self._whole = whole
        self._fails = fails
        self._progress = progress
        labels = [phase.label for phase in whole.phases]
        self._steps, self._company_steps = Steps(agreement, labels), Steps(agreement, labels, knobs=True)
        self._before = weight(whole)
        self._known = Known(self._played)
        self._done: dict[str, Smallest] = {}
        self._fronts: list[str] = []

    def smallest(self, red: Mapping[str, Finding]) -> Mapping[str, Smallest]:
        """Return the smallest case found for each statement; none is ever left out."""
        chosen = dict(list(red.items())[:MOST_STATEMENTS])
        self._fronts = [family for finding in chosen.values() if (family := self._family(finding))]
        lanes = {name: self._lane(name, finding) for name, finding in chosen.items() if self._family(finding)}
        crowd = {name: self._company(name, finding) for name, finding in chosen.items() if name not in lanes}
        while (lanes or crowd) and not self.budget.over:
            self.budget.spent_rounds += 1
            self._progress(f"making what failed smaller: round {self.budget.spent_rounds}")
            moved = self._round(lanes, crowd)
            if not self._crowds(crowd) and not moved:
                break  # nothing that is left can be paid for
        for name, lane in lanes.items():
            self._confirmed(name, lane, last=True)
        for name, company in crowd.items():
            self._adopt_known(company)
            self._told(name, company)
        why = f"not made smaller, because {len(red)} rows are red; {MOST_STATEMENTS} others were"
        for name in red.keys() - chosen.keys():
            self._done[name] = self._as_it_was(name, red[name], why)
        self._least(red, [name for name in red if not self._done[name].played and self._done[name].alone is None])
        return {name: self._done[name] for name in red}

    def _least(self, red: Mapping[str, Finding], names: Sequence[str]) -> None:
        """Give those that have no case of their own the smallest one that fails as it is."""
        runs, end = self.budget.runs, self.budget.elapsed + MORE_SECONDS
        self.budget.runs = self.budget.spent_runs + MORE_RUNS
        for name in names:
            done, kind = self._done[name], red[name].kind
            for script in self._least_offers(done, red[name]):
                tried = script in self._known or self.budget.elapsed < end
                finding = self._tried_alone(script, name, kind) if tried else None
                if finding is not None:
                    alone = True if len(script.families) <= 1 else None
                    note = done.note.replace(OF_WHOLE, "").replace(NOT_ALONE, "")
                    self._keep(name, finding, script, alone, note)
                    break
        self.budget.runs = runs

    def _least_offers(self, done: Smallest, first: Finding) -> Iterator[Script]:
        """Yield the case that failed beside others, one that was played for another row, all records of its family."""
        if done.script is not None:
            yield done.script
        known = self._known.smallest(done.statement, first.kind)
        if known is not None:
            yield known[0]
        if self._family(first):
            yield cut(self._whole, [self._family(first)], self._until(first), children=True)

    # Cases that fail by themselves, side by side in one script

    def _family(self, finding: Finding) -> str:
        name = finding.counterexample.family
        return name if any(one.name == name for one in self._whole.families) else ""

    def _until(self, finding: Finding) -> str:
        return finding.counterexample.label or self._whole.phases[-1].label

    def _lane(self, statement: str, finding: Finding) -> _Lane:
        family, until = self._family(finding), self._until(finding)
        failing = {statement: family}
        bare = smaller(self._agreement, self._whole, failing, until, bare=True)
        trimmed = smaller(self._agreement, self._whole, failing, until)
        offers = [
            settled_only(cut(bare, [family], until, changed=True)),
            settled_only(cut(bare, [family], until, changed=True, children=True)),
            settled_only(cut(trimmed, [family], until, changed=True)),
            cut(self._whole, [family], until, children=True),
        ]
        return _Lane(statement, finding, [one for at, one in enumerate(offers) if one not in offers[:at]])

    def _round(self, lanes: dict[str, _Lane], crowd: dict[str, Company]) -> bool:
        """Try the next candidates of every lane; return False if there was nothing to do."""
        moved = bool(lanes)
        width = max(2, min(WIDEST, 150 // max(1, len(lanes))))
        asked: list[tuple[_Lane, Candidate]] = []
        room = MOST_PLANS
        for lane in list(lanes.values()):
            found = [Candidate((), lane.offers[0])]
            if lane.narrowing is not None:
                found = lane.narrowing.candidates(width)
                if not found:
                    self._settle(lanes, crowd, lane)
            for at, one in enumerate(found):
                size = weight(one.script).operations
                if at == 0 or size <= room:
                    room -= size
                    asked.append((lane, one))
        if not asked:
            return moved
        heard = self._heard(asked, keep=min(MOST_RESERVE, sum(one.offers[0].runs for one in lanes.values())))
        for lane in list(lanes.values()):
            if heard is None:
                self._settle(lanes, crowd, lane)
                continue
            own = [(one, finding) for (other, one), finding in zip(asked, heard, strict=True) if other is lane]
            if lane.narrowing is not None:
                lane.narrowing.take(own)
            elif own:
                self._begin(lanes, crowd, lane, *own[0])
        return moved

    def _begin(
        self, lanes: dict[str, _Lane], crowd: dict[str, Company], lane: _Lane, offer: Candidate, finding: Finding | None
    ) -> None:
        if finding is not None and len(lanes) <= FEW:
            # Many cases side by side are a company too: a page may be full because of the others.
            finding = self._tried_alone(offer.script, lane.statement, lane.finding.kind)
        if finding is not None:
            lane.narrowing = Narrowing(self._steps, offer.script, finding)
        elif len(lane.offers) > 1:
            del lane.offers[0]
        else:
            del lanes[lane.statement]
            crowd[lane.statement] = self._company(lane.statement, lane.finding)

    def _settle(self, lanes: dict[str, _Lane], crowd: dict[str, Company], lane: _Lane) -> None:
        """Try the smallest case alone; look for company where it does not fail then."""
        del lanes[lane.statement]
        if not self._confirmed(lane.statement, lane, last=False):
            crowd[lane.statement] = self._company(lane.statement, lane.finding)

    def _confirmed(self, statement: str, lane: _Lane, *, last: bool) -> bool:
        """Keep a lane's case after trying it alone; return False where it should be looked for in company."""
        if lane.narrowing is None:
            self._done[statement] = self._as_it_was(statement, lane.finding, self._stopped(whole=True))
            return True
        script = lane.narrowing.script
        settled = eventful(settled_only(script))
        for one in (replace(settled, knobs={}), settled, *((script,) if script != settled else ())):
            if not self.budget.affords(one.runs):
                note = f"{NOT_ALONE}{self._stopped()}"
                self._keep(statement, lane.narrowing.finding, script, None, note, played=False)
                return True
            finding = self._tried_alone(one, statement, lane.finding.kind)
            if finding is not None:
                self._keep(statement, finding, one, True, self._stopped() if last and self.budget.over else "")
                return True
        if last:
            note = f"it failed among the cases of other red rows, not alone; {self._stopped(whole=True)}"
            self._keep(statement, lane.narrowing.finding, None, None, note, played=False)
            return True
        return False

    # Findings that need company

    def _company(self, statement: str, finding: Finding) -> Company:
        binding = {one.name: one.binding for one in self._whole.families}
        own = self._family(finding)
        front = list(dict.fromkeys(one for one in self._fronts if binding[one] == binding.get(own)))
        front = front if own in front and len(front) <= FEW else [own] if own else []
        families = companions(self._agreement, self._whole, statement, own, front)
        least = max(2, len(front)) if own else 1
        return Company(statement, finding, self._whole, families, self._until(finding), self._company_steps, least)

    def _crowds(self, crowd: dict[str, Company]) -> bool:
        """Try the next companies of the first finding that needs one; return False if nothing could be tried."""
        if not crowd:
            return False
        # One after the other: what was played for one serves the others too, for nothing.
        for company in crowd.values():
            self._adopt_known(company)
        name = min(crowd, key=lambda one: self._promise(crowd[one]))
        company = crowd[name]
        plays, moved = 0, False
        script = company.next()
        while script is not None and plays < PLAYS:
            if script not in self._known:
                if not self.budget.affords(script.runs):
                    return moved
                plays += 1
            moved = True
            company.take(self._known.found(script, name, company.first.kind))
            script = company.next()
        if script is None:
            del crowd[name]
            self._told(name, company)
        return True

    def _adopt_known(self, company: Company) -> None:
        """Begin with a case of another statement that fails for this one too: it was played already."""
        if company.found is None:
            fitting = self._known.smallest(company.statement, company.first.kind)
            if fitting is not None:
                company.begin_with(*fitting)

    @staticmethod
    def _promise(company: Company) -> tuple[int, int]:
        """Return how near the end of a search is: that with the smallest case so far goes first."""
        return (weight(company.found[0]).operations, 0) if company.found is not None else (MOST_PLANS * 10, 1)

    def _told(self, name: str, company: Company) -> None:
        if company.found is None and not company.finished:
            # Whether it needs company is not known: what might have shown it was not tried.
            self._done[name] = self._as_it_was(name, company.first, self._stopped(whole=True))
            return
        if company.found is None:
            many = f"in {company.tries} smaller companies" if company.tries > 1 else "in a smaller company"
            note = (
                f"fails only together with others ({self._before.records:,} records in the run): it did not fail "
                f"again alone{f' or {many}' if company.tries else ''}"
            )
            self._done[name] = self._as_it_was(name, company.first, note, alone=False)
            return
        script, finding = company.found
        families = len(script.families)
        alone = families <= 1
        # With one other only, it is known what it needs: its own family has been tried alone.
        proven = company.finished or (families == 2 and bool(self._family(company.first)))
        parts = [] if company.finished else [self._stopped()]
        if not alone:
            said = "fails only together" if proven else "it failed together"
            parts.append(company_words(self._agreement, script, finding, said))
        small = {side: knobs for side, knobs in script.knobs.items() if knobs != self._whole.knobs.get(side, {})}
        if small:
            sizes = {str(knobs["page_cap"]) for knobs in small.values() if "page_cap" in knobs}
            parts.append(f"with pages of {' and '.join(sorted(sizes))} records" if sizes else "")
        known = alone if alone or proven else None
        self._keep(name, finding, script, known, "; ".join(part for part in parts if part))

    # Playing

    def _heard(self, asked: Sequence[tuple[_Lane, Candidate]], keep: int) -> list[Finding | None] | None:
        """Play candidates together and return what was found of each; None where that cannot be paid for.

        A system that refuses some record of a joint script refuses the script: then its halves are played.
        """
        script = together(self._agreement, self._whole, [one.script for _, one in asked])
        if not self.budget.affords(script.runs, keep if self.budget.spent_runs else 0):
            return None
        findings = self._played(script)
        if findings is None:
            if len(asked) == 1:
                return [None]
            middle = len(asked) // 2
            left, right = self._heard(asked[:middle], keep), self._heard(asked[middle:], keep)
            return None if left is None or right is None else left + right
        heard: list[Finding | None] = []
        for at, (lane, _) in enumerate(asked):
            own = findings.get(lane.statement, ())
            fitting = (one for one in own if one.kind == lane.finding.kind and lane_of(one.counterexample.family) == at)
            heard.append(next(fitting, None))
        return heard

    def _tried_alone(self, script: Script, statement: str, kind: str) -> Finding | None:
        return self._known.found(script, statement, kind) if self.budget.affords(script.runs) else None

    def _played(self, script: Script) -> Mapping[str, Sequence[Finding]] | None:
        findings = self._fails(script)
        if findings is not None:
            self.budget.spent_runs += script.runs
        return findings

    # Telling

    def _stopped(self, *, whole: bool = False) -> str:
        """Say that the search was cut short; of a finding that is shown from the `whole` run, that too."""
        runs = self.budget.spent_runs
        after = f"{runs} {'run' if runs == 1 else 'runs'} of the connector"
        budget = self.budget.over or f"{self.budget.runs} runs"  # what is left of these pays for no further try
        case = f"the case shown{OF_WHOLE if whole else ''}"
        return f"the search was stopped after {after} (at most {budget}): {case} is the smallest seen so far"

    def _as_it_was(self, statement: str, finding: Finding, note: str, alone: bool | None = None) -> Smallest:
        return self._smallest(statement, finding, None, alone, note, played=False)

    def _keep(
        self,
        statement: str,
        finding: Finding,
        script: Script | None,
        alone: bool | None,
        note: str,
        *,
        played: bool = True,
    ) -> None:
        small = replace(script, statements=(statement,)) if script is not None else None
        self._done[statement] = self._smallest(statement, finding, small, alone, note, played=played)

    def _smallest(
        self, statement: str, finding: Finding, script: Script | None, alone: bool | None, note: str, *, played: bool
    ) -> Smallest:
        rounds, runs = self.budget.spent_rounds, self.budget.spent_runs
        return Smallest(statement, finding, script, alone, note, self._before, rounds, runs, played)
