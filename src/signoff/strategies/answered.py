"""Make the families that show what becomes of an address by what the service says, and let them move on."""

from __future__ import annotations

from signoff.strategies.addressed import ANSWERS, Asked
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing

ARM = "address"


def fill_addresses(arms: Arms) -> None:
    """Make families for every answer of the service; each moves to another answer in every phase."""
    world = arms.world
    for one in world.asked:
        for index in range(len(ANSWERS) * max(2, arms.count)):
            typed = world.addresses.draw(ANSWERS[index % len(ANSWERS)]).typed
            arms.add(one.pair, ARM, one.row, one.values(typed), index=index)


@changing(ARM)
def _moves(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people type another address, for which the service has another answer."""
    one = _asked(changes, member)
    answer = ANSWERS[(member.index + turn + 1) % len(ANSWERS)]
    changes.write(member, member.subject, one.values(changes.world.addresses.draw(answer).typed), label)


def _asked(changes: Changes, member: Member) -> Asked:
    return next(one for one in changes.world.asked if one.row is member.row)
