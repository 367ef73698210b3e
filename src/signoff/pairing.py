"""Find out which records belong together: by the link row, then by matching keys, then by unique values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from signoff.record import RecordId


@dataclass(frozen=True, slots=True)
class Paired:
    """Hold one binding's pairs at one moment.

    `partners` gives the receiving ids of a sending record (several: it arrived more than once). `loosely` are
    sending ids whose pair was found without the link, so that only the link row is to blame. `strays` are
    receiving ids that belong to nobody. `known` are sending ids whose matching key names one receiving record that
    nobody else's key names, so that there is no doubt who is meant.
    """

    partners: Mapping[RecordId, tuple[RecordId, ...]]
    loosely: frozenset[RecordId] = frozenset()
    strays: frozenset[RecordId] = frozenset()
    sender_of: Mapping[RecordId, RecordId] = field(default_factory=dict)
    known: frozenset[RecordId] = frozenset()


FEWEST_UNIQUE = 3
"""So many charted values must be equal before two records without a link are taken for a pair."""
MOST_OF = 0.75
"""This part of all charted values must be equal where each of them is others' too."""


def paired(
    senders: Sequence[RecordId],
    receivers: Sequence[RecordId],
    link_of_sender: Callable[[RecordId], str | None],
    link_of_receiver: Callable[[RecordId], str | None],
    keys: Sequence[Callable[[RecordId, RecordId], bool]],
    marks_of_sender: Callable[[RecordId], frozenset[tuple[str, str]]],
    marks_of_receiver: Callable[[RecordId], frozenset[tuple[str, str]]],
    remembered: Callable[[RecordId], RecordId | None] = lambda _: None,
) -> Paired:
    """Pair the records of one binding.

    `keys` tell of each matching key, in the order tried, whether two records agree in it. Who finds somebody by one
    asks no later one.
    `marks` are (receiving field, value) of charted values that the harness made unique; pairs by marks are only
    sought among what neither link nor key has paired, the closest first, and only where one candidate stands out; at
    last by all of them together.
    `remembered` gives the partner that a sender had before: records that once belonged together still do, whatever
    people did to them since.
    """
    by_link: dict[str, list[RecordId]] = {}
    for receiver in receivers:
        link = link_of_receiver(receiver)
        if link is not None:
            by_link.setdefault(link, []).append(receiver)
    partners: dict[RecordId, tuple[RecordId, ...]] = {}
    taken: set[RecordId] = set()
    for sender in senders:
        link = link_of_sender(sender)
        found = by_link.get(link, []) if link is not None else []
        if found:
            partners[sender] = tuple(found)
            taken.update(found)
    free = dict.fromkeys(one for one in receivers if one not in taken)
    loosely: set[RecordId] = set()
    known: set[RecordId] = set()

    def give(sender: RecordId, found: Sequence[RecordId]) -> None:
        partners[sender] = tuple(found)
        taken.update(found)
        loosely.add(sender)

    def left() -> list[RecordId]:
        return [one for one in senders if one not in partners] if len(taken) < len(receivers) else []

    # Each step for everybody before the next: a weaker reason must not take what is somebody else's for a stronger.
    for sender in left():
        former = remembered(sender)
        if former is not None and former not in taken and former in free:
            give(sender, [former])
    for agree in keys:
        for sender in left():
            agreeing = [one for one in free if one not in taken and agree(sender, one)]
            if agreeing:
                give(sender, agreeing)
                if len(agreeing) == 1 and sum(agree(one, agreeing[0]) for one in senders) == 1:
                    known.add(sender)
    pools = {one: marks_of_receiver(one) for one in free if one not in taken}
    whole = {one: marks_of_sender(one) for one in left()}
    common = _several(pools.values()) | _several(whole.values())
    marks = {one: own - common for one, own in whole.items()}
    closest = {one: max(len(own & pool) for pool in pools.values()) for one, own in marks.items()}
    for sender in sorted((one for one in marks if closest[one] >= FEWEST_UNIQUE), key=lambda one: -closest[one]):
        scored = [(len(marks[sender] & pool), one) for one, pool in pools.items() if one not in taken]
        best = max(scored, default=(0, ""))
        if best[0] >= FEWEST_UNIQUE and [score for score, _ in scored].count(best[0]) == 1:
            give(sender, [best[1]])
    # Each of their values is others' too; nearly all of them together are nobody else's.
    alike = {
        (one, receiver): shared
        for one in left()
        for receiver, pool in pools.items()
        if receiver not in taken
        and (shared := len(whole[one] & pool)) >= FEWEST_UNIQUE
        and shared >= MOST_OF * len(whole[one])
    }
    for (sender, receiver), shared in alike.items():
        rivals = (score for pair, score in alike.items() if pair[0] == sender or pair[1] == receiver)
        if sum(score >= shared for score in rivals) == 1:
            give(sender, [receiver])
    return Paired(
        partners,
        frozenset(loosely),
        frozenset(one for one in receivers if one not in taken),
        {receiver: sender for sender, found in partners.items() for receiver in found},
        frozenset(known),
    )


def _several(marks: Iterable[frozenset[tuple[str, str]]]) -> frozenset[tuple[str, str]]:
    """Return the marks that more than one record has."""
    return frozenset(mark for mark, count in Counter(mark for own in marks for mark in own).items() if count > 1)


def turned(found: Paired, senders: Iterable[RecordId]) -> Paired:
    """Return the same pairs as seen from the receiving side. `senders` are all records of the sending side."""
    partners: dict[RecordId, tuple[RecordId, ...]] = {}
    for sender, receivers in found.partners.items():
        for receiver in receivers:
            partners[receiver] = (*partners.get(receiver, ()), sender)
    loose = frozenset(one for sender in found.loosely for one in found.partners.get(sender, ()))
    return Paired(
        partners,
        loose,
        frozenset(one for one in senders if one not in found.partners),
        {sender: receivers[0] for sender, receivers in found.partners.items() if receivers},
    )
