"""Fill the arms in which several records refer to one, and not each of them fulfils what a condition asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.expressions import tree as t
from signoff.strategies.arms import Arms, Member
from signoff.strategies.imagined import lands_in, linked
from signoff.strategies.leaving import children_of
from signoff.strategies.witness import Demand, Way, Witness, consistent
from signoff.strategies.world import World

QUANTIFIERS = ("some", "no", "every")
MOST_FAILING = 3
"""So many siblings that fail, each another part of a condition, stand beside one that fulfils it."""
COMPANIES = 2
"""Records for each population row and each kind of linked records: the fitting sibling last, and first."""
FIRST_DAY = 400
"""Days before the world's at which the first of several siblings begins, where their order counts."""


class Siblings(Witness):
    """Find ways with several records that refer to one.

    Where one that fits decides, siblings that fail stand before it or after it, each failing one part of the condition
    alone. Where none may fit, there are only those: each part is fulfilled by one, and no one fulfils all.
    """

    def _quantified(self, one: t.Quantified, truth: bool) -> Iterator[Way]:
        found = list(self._companies(one, truth)) if one.quantifier in QUANTIFIERS else []
        yield from found or super()._quantified(one, truth)

    def _companies(self, one: t.Quantified, truth: bool) -> Iterator[Way]:
        def company(*ways: Way) -> Way:
            return tuple(Demand(child=one.entity, by=one.by, inner=way) for way in ways)

        if one.condition is None:
            return
        fits, fails = self.ways(one.condition, True, one.entity), self._failing(one.condition, one.entity)
        if not fits or not fails:
            return
        if one.quantifier == "every" and truth:
            yield company(fits[0], fits[-1])
        elif one.quantifier == "every":
            yield from self._ordered(company(*fails), company(fits[0]))
        elif truth is (one.quantifier == "some"):
            yield from self._ordered(company(*fails), company(fits[0]))
            for way in fails if len(fails) > 1 else ():  # a row above may ask for one of them
                yield from self._ordered(company(way), company(fits[0]))
        elif len(fails) > 1:
            yield company(*fails)

    @staticmethod
    def _ordered(fails: Way, fits: Way) -> Iterator[Way]:
        yield (*fails, *fits)
        yield (*fits, *fails)

    def _failing(self, condition: t.Condition, entity: str) -> list[Way]:
        """Return ways to fail a condition: each part of it alone, where all its parts must hold."""
        if not isinstance(condition, t.And):
            return self.ways(condition, False, entity)[:1]
        found = []
        for part in condition.parts:
            ways = (way for way in self._alone(condition.parts, part, False, entity) if consistent(way))
            found.append(next(ways, None))
        return [way for way in found if way is not None][:MOST_FAILING]


def fill_siblings(arms: Arms) -> None:
    """Make the families with siblings, of every binding, for each row of its population."""
    world = arms.world
    for pair in world.agreement.pairs:
        witness = Siblings(world.finder(pair.sender), world.today, world.agreement.integration.settings)
        for case in pair.population:
            arm = "in scope" if case.reaches else "outsider"
            for index, way in enumerate(_ways(world, pair, case, witness)):
                member = arms.add(pair, arm, way=way, index=index, statement=case.statement, note="with siblings")
                _in_order(arms, pair, member, way)


def _ways(world: World, pair: Pair, case: PopulationCase, witness: Witness) -> list[Way]:
    """Return ways into a row of the population that show of each kind of linked records several companies."""
    usual = {linked(way) for way in world.ways(pair, case)}
    shown: dict[tuple[str, str], set[Way]] = {}
    found: list[Way] = []
    for way in world.into(pair, case, witness):
        companies: dict[tuple[str, str], Way] = {}
        for one in linked(way):
            companies[one.child, one.by] = (*companies.get((one.child, one.by), ()), one)
        new = any(
            len(company) > 1 and company not in shown.get(kind, ()) and len(shown.get(kind, ())) < COMPANIES
            for kind, company in companies.items()
        )
        if not new or linked(way) in usual or lands_in(world, pair, way) is not case:
            continue
        if case.reaches and not world.allows(pair, way):
            continue
        found.append(way)
        for kind, company in companies.items():
            shown.setdefault(kind, set()).add(company)
    return found


def _in_order(arms: Arms, pair: Pair, member: Member, way: Way) -> None:
    """Have siblings made in the order asked, and begin in it: the last made is the latest, and has the highest id."""
    world, link = arms.world, pair.linked
    asked = dict.fromkeys(one.child for one in linked(way))
    children = list(dict.fromkeys(made for words in asked for made in children_of(arms, member, words)))
    for first, second in pairwise(children):
        arms.in_order.append((first.name, second.name))
    if link is None or not link.by or any(one.path == link.by for demand in linked(way) for one in demand.inner):
        return
    known = world.entity(pair.sender, link.entity).field_at(link.by)
    for number, made in enumerate(one for one in children if one.entity == link.entity):
        if known is not None:
            day = world.today - timedelta(days=FIRST_DAY - number)
            world.put(made, link.by, world.raw(pair.sender, known, day))
