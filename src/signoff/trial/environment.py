"""Try what the integration may do in a real environment: on marked records, which are removed again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from signoff.agreement.matters import BoundAccess
from signoff.agreement.resolved import Agreement
from signoff.errors import Blocked, Place, Problem
from signoff.history import Tried
from signoff.record import RecordId
from signoff.schema import Entity, Type
from signoff.systems.dialect import Client
from signoff.systems.trouble import Trouble
from signoff.trial.access import ORDER, subscribing, told
from signoff.trial.marked import Marker, change, demanded, fewest, holds_mark, marked
from signoff.trial.reached import Reached, masking, reached

Tell = Callable[[str], None]
_WRITING = frozenset({"create", "update", "delete"})


def tried_for_real(agreement: Agreement, wanted: Iterable[str], now: datetime, tell: Tell) -> tuple[Tried, ...]:
    """Try the wanted statements about access in the agreement's environment, each on records of its own.

    Where nobody gets into a system, that is tried once and told of every row: a wrong password must not be sent so
    often that the account is locked. `tell` is told at once what could not be removed. Raises Blocked.
    """
    environment = agreement.integration.environments[agreement.integration.environment]
    mask = masking(environment)
    chosen = frozenset(wanted)
    marker = Marker(secrets.token_hex(3))
    found: list[Tried] = []
    with reached(agreement) as systems:
        for one in agreement.matters.access:
            if one.statement not in chosen:
                continue
            there = systems.get(one.side)
            if there is None:
                found.append(_nowhere(agreement, one))
            else:
                found.append(_masked(attempt_for_real(one, there, marker, now, lambda text: tell(mask(text))), mask))
    return tuple(found)


def _nowhere(agreement: Agreement, one: BoundAccess) -> Tried:
    integration = agreement.integration
    where = f"[environments.{integration.environment}] {one.side.value}"
    why = f"an address of {integration.systems[one.side].name}: {integration.file} has none under {where}"
    return Tried(one.statement, (), skipped=dict.fromkeys(one.may, why))


def _masked(one: Tried, mask: Callable[[str], str]) -> Tried:
    return Tried(
        one.statement,
        one.done,
        mask(one.trouble),
        {name: mask(why) for name, why in one.skipped.items()},
        tuple(map(mask, one.left)),
        tuple(map(mask, one.remarks)),
    )


@dataclass(slots=True)
class _Records:
    """Hold what was made for one row, and remove it again, last made first."""

    there: Reached
    marker: Marker
    now: datetime
    made: list[tuple[str, RecordId]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def maker(self, entity: str, *, own: bool = False) -> Client:
        """Return who makes such a record: the integration itself where a row lets it, else the admin."""
        admin = self.there.admin
        return self.there.client if own or entity in self.there.creates or admin is None else admin

    def make(self, entity: Entity, *, own: bool = False) -> RecordId:
        """Make a marked record, and what it must refer to before; raises Trouble."""
        there = self.there
        fields = fewest(entity, there.schema, self._refer, self.now, self.marker)
        maker = self.maker(entity.name, own=own)
        if maker is there.admin and there.admin_shut is not None:
            raise there.admin_shut
        try:
            record_id = maker.create(entity.name, marked(entity, fields, self.marker))
        except Trouble as trouble:
            if maker is there.admin and trouble.nobody:
                # What the admin cannot do says nothing of the integration's own credentials.
                trouble.nobody = False
                there.admin_shut = trouble
            if trouble.made:
                self.made.append((entity.name, trouble.made))
            elif trouble.unsure:
                mark = self.marker.text(None)
                self._note(
                    f"Perhaps left over in {there.name} ({there.environment}): a {entity.name} that says "
                    f"“{mark}”; the answer does not tell whether it was made. Look for it, and remove it by hand"
                )
            raise
        self.made.append((entity.name, record_id))
        return record_id

    def _refer(self, other: Entity) -> RecordId:
        if other.name in self.there.existing:
            return self.there.existing[other.name]
        if not _by_hand(other, self.there):
            return self.make(other)
        found = self.there.client.read_some(other.name)
        if not found:
            raise Blocked(_none_there(other, self.there))
        return found

    def remove_all(self, tell: Tell) -> None:
        """Remove what was made; what cannot be removed is noted, and told at once."""
        try:
            while self.made:
                entity, record_id = self.made[-1]
                why = self._removed(entity, record_id)
                self.made.pop()
                if why:
                    self._leave(entity, record_id, f": {why}", tell)
        finally:
            # Whoever interrupts the removal must know all the more what is there.
            for entity, record_id in reversed(self.made):
                self._leave(entity, record_id, ", because the run was interrupted", tell)

    def _leave(self, entity: str, record_id: RecordId, why: str, tell: Tell) -> None:
        said = (
            f"Left over in {self.there.name} ({self.there.environment}): {entity} {record_id}. Remove it by hand{why}"
        )
        self._note(said)
        tell(said)

    def _note(self, said: str) -> None:
        self.left.append(said)
        # Nobody should have to remove twenty records by hand because one could not be removed.
        self.there.leaves = self.there.leaves or said

    def _removed(self, entity: str, record_id: RecordId) -> str:
        """Remove one record, and return why it could not be, "" if it is gone."""
        remover = self.there.admin or self.there.client
        try:
            remover.delete(entity, record_id)
        except Blocked as trouble:
            if isinstance(trouble, Trouble) and trouble.status == 404 and _gone(remover, entity, record_id):
                return ""
            return told(trouble)
        return ""


def _gone(client: Client, entity: str, record_id: RecordId) -> bool:
    """Tell whether a record that cannot be deleted is gone already, with what it belonged to."""
    try:
        client.read_one(entity, record_id)
    except Trouble as trouble:
        return trouble.status == 404
    return False


def _by_hand(entity: Entity, there: Reached) -> bool:
    """Tell whether an existing record is named instead of a new one: such are made by hand, and stay unchanged."""
    return entity.name in there.existing or (entity.name in there.seeded and entity.name not in there.creates)


def attempt_for_real(one: BoundAccess, there: Reached, marker: Marker, now: datetime, tell: Tell) -> Tried:
    """Try the operations of one row, and say what stopped the first that could not be done.

    A row that only reads never writes. What is made is removed, whatever happens.
    """
    skipped = _not_tried(one, there)
    todo = [operation for operation in ORDER if operation in one.may and operation not in skipped]
    if there.shut and todo:
        return Tried(one.statement, (), f"{todo[0]}: {there.shut}", skipped)
    entity = there.schema.entities[one.entity]
    records = _Records(there, marker, now)
    done: list[str] = []
    heard = len(there.line.told)
    operation, trouble = "", ""
    record_id: RecordId = ""
    try:
        if _WRITING & set(todo) and "create" not in todo:
            operation = "prepare"
            record_id = records.make(entity)
        for operation in todo:
            if operation == "create":
                record_id = records.make(entity, own=True)
            elif operation == "read":
                there.client.read_some(one.entity)
                if record_id:
                    there.client.read_one(one.entity, record_id)
            elif operation == "update":
                there.client.update(one.entity, record_id, change(entity, there.schema, marker))
            elif operation == "subscribe":
                _subscribe(one.entity, there, records, tell)
            else:
                there.client.delete(one.entity, record_id)
                records.made.remove((one.entity, record_id))
            there.entered = True
            done.append(operation)
    except Blocked as blocked:
        trouble = f"{operation}: {told(blocked)}"
        if isinstance(blocked, Trouble) and blocked.nobody and not there.entered:
            there.shut = told(blocked)
    finally:
        records.remove_all(tell)
    return Tried(one.statement, tuple(done), trouble, skipped, tuple(records.left), tuple(there.line.told[heard:]))


def _subscribe(entity: str, there: Reached, records: _Records, tell: Tell) -> None:
    able = subscribing(there.client, entity)

    def leave(perhaps: str, trouble: Trouble) -> None:
        said = (
            f"{perhaps} over in {there.name} ({there.environment}): the subscription signoff-access-check to {entity}. "
            f"End it by hand: {told(trouble)}"
        )
        records.left.append(said)
        tell(said)

    try:
        able.subscribe(entity)
    except Trouble as trouble:
        if trouble.unsure:
            leave("Perhaps left", trouble)
        raise
    try:
        able.unsubscribe()
    except Trouble as trouble:
        leave("Left", trouble)
        raise


def _not_tried(one: BoundAccess, there: Reached) -> Mapping[str, str]:
    """Return the operations that are not tried, with what would have let them; nothing is asked of the system."""
    if not there.writes:
        why = f"an environment that may be written: [environments.{there.environment}] is only read (writes = false)"
        return {name: why for name in one.may if name in _WRITING or name == "subscribe"}
    if not _WRITING & set(one.may):
        return {}
    why = _leaving(there) or _cannot(there.schema.entities[one.entity], there, "create" in one.may)
    return {name: why for name in one.may if name in _WRITING} if why else {}


def _leaving(there: Reached) -> str:
    """Return why no more is made where something was left over, "" while nothing was."""
    return f"that what is made there is removed again. {there.leaves}" if there.leaves else ""


def _cannot(entity: Entity, there: Reached, own: bool, above: frozenset[str] = frozenset()) -> str:
    """Return what keeps a marked record from being made and removed, "" if nothing is known of such a thing."""
    where = f"[environments.{there.environment}.admin]"
    if not there.client.removable(entity.name):
        instead = _or_existing(entity, there) if above else ""
        return f"a way to remove a {entity.name} again: {there.name} has none, and nothing is to be left over{instead}"
    if not own and entity.name not in there.creates and there.admin is None:
        return (
            f"somebody who may make a {entity.name}: no row about access lets the integration create one, and {where} "
            f"names nobody else{_or_existing(entity, there) if above else ''}"
        )
    if not holds_mark(entity):
        return f"a text of {entity.name} that could hold the mark of a record made by Signoff"
    for one in demanded(entity):
        if one.type is not Type.REFERENCE:
            continue
        other = there.schema.entities[one.entity]
        if other.name in above or other.name == entity.name:
            return f"a {entity.name} that needs no other {other.name}"
        why = "" if _by_hand(other, there) else _cannot(other, there, False, above | {entity.name})
        if why:
            return why
    return ""


def _or_existing(entity: Entity, there: Reached) -> str:
    """Say how to go on where a record is only to be referred to."""
    return f"; or name one that is there under [environments.{there.environment}.existing]: {entity.name} = its id"


def _none_there(entity: Entity, there: Reached) -> Problem:
    return Problem(
        Place(f"{there.name}, {entity.name}"),
        f"a {entity.name} to refer to",
        "none",
        how=f"Make one by hand, as in every environment: {entity.name} is made by hand on both sides.",
    )
