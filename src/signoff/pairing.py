"""Find out which records belong together: by the link row, then by matching keys, then by unique values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from signoff.record import RecordId


@dataclass(frozen=True, slots=True)
class Paired:
    """Hold one binding's pairs at one moment.

    `partners` gives the receiving ids of a sending record (several: it arrived more than once). `loosely` are
    sending ids whose pair was found without the link, so that only the link row is to blame. `strays` are
    receiving ids that belong to nobody.
    """

    partners: Mapping[RecordId, tuple[RecordId, ...]]
    loosely: frozenset[RecordId] = frozenset()
    strays: frozenset[RecordId] = frozenset()
    sender_of: Mapping[RecordId, RecordId] = field(default_factory=dict)


FEWEST_UNIQUE = 3
"""So many charted values must be equal before two records without a link are taken for a pair."""


def paired(
    senders: Sequence[RecordId],
    receivers: Sequence[RecordId],
    link_of_sender: Callable[[RecordId], str | None],
    link_of_receiver: Callable[[RecordId], str | None],
    keys_agree: Callable[[RecordId, RecordId], bool],
    marks_of_sender: Callable[[RecordId], frozenset[tuple[str, str]]],
    marks_of_receiver: Callable[[RecordId], frozenset[tuple[str, str]]],
    remembered: Callable[[RecordId], RecordId | None] = lambda _: None,
) -> Paired:
    """Pair the records of one binding.

    `marks` are (receiving field, value) of charted values that the harness made unique; pairs by marks are only
    sought among what neither link nor key has paired, and only where one candidate stands out. `remembered` gives the
    partner that a sender had before: records that once belonged together still do, whatever people did to them since.
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
    free = [one for one in receivers if one not in taken]
    loosely: set[RecordId] = set()
    if free:
        waiting = [one for one in senders if one not in partners]
        pools = {one: marks_of_receiver(one) for one in free}
        # All keys go before all marks: a key says whose a record is, marks only whose it looks like.
        for sender, by_marks in [(one, False) for one in waiting] + [(one, True) for one in waiting]:
            if sender in partners:
                continue
            known = remembered(sender)
            agreeing = [known] if known is not None and known in pools and known not in taken else []
            agreeing = agreeing or [one for one in free if one not in taken and keys_agree(sender, one)]
            if not agreeing and by_marks:
                marks = marks_of_sender(sender)
                scored = [(len(marks & pools[one]), one) for one in free if one not in taken]
                best = max(scored, default=(0, ""))
                if best[0] >= FEWEST_UNIQUE and [score for score, _ in scored].count(best[0]) == 1:
                    agreeing = [best[1]]
            if agreeing:
                partners[sender] = tuple(agreeing)
                taken.update(agreeing)
                loosely.add(sender)
    return Paired(
        partners,
        frozenset(loosely),
        frozenset(one for one in receivers if one not in taken),
        {receiver: sender for sender, found in partners.items() for receiver in found},
    )
