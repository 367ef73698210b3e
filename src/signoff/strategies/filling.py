"""Fill every arm of a rehearsal, in the order in which their records are drawn."""

from __future__ import annotations

from signoff.strategies.alone import fill_alone
from signoff.strategies.answered import fill_addresses
from signoff.strategies.arms import Arms
from signoff.strategies.baddata import fill_bad_data
from signoff.strategies.bothways import fill_both_ways
from signoff.strategies.branching import fill_branches
from signoff.strategies.company import fill_company
from signoff.strategies.entering import fill_entering
from signoff.strategies.formulas import fill_formulas
from signoff.strategies.homes import fill_at_home
from signoff.strategies.leaving import fill_leaving
from signoff.strategies.listed import fill_items
from signoff.strategies.picked import fill_picked
from signoff.strategies.siblings import fill_siblings
from signoff.strategies.transitions import fill_walks
from signoff.strategies.turning import fill_turning


def fill(arms: Arms) -> None:
    """Make the families of every arm. A new arm comes last, so that it shifts no draw of the others."""
    arms.fill()
    fill_both_ways(arms)
    fill_walks(arms)
    fill_company(arms)
    fill_leaving(arms)
    fill_entering(arms)
    fill_siblings(arms)
    fill_alone(arms)
    fill_addresses(arms)
    fill_bad_data(arms)
    fill_formulas(arms)
    fill_turning(arms)
    fill_picked(arms)
    fill_at_home(arms)
    fill_branches(arms)
    fill_items(arms)
