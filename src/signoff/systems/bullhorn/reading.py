"""Answer reads: one record, several, a to-many association, /search and /query, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from signoff.schema import Type
from signoff.systems.bullhorn import jpql, lucene
from signoff.systems.bullhorn.answers import Request
from signoff.systems.bullhorn.paths import exactly, values_at
from signoff.systems.bullhorn.refusals import Refusal, bad_request, not_found, unknown_field
from signoff.systems.bullhorn.selecting import Selecting
from signoff.systems.bullhorn.store import Index, Store, Stored
from signoff.systems.bullhorn.tenant import SEARCH_ONLY, SEARCHABLE
from signoff.systems.lists import ERROR, MESSAGE, Lists

DEFAULT_COUNT: Final = 20
MOST_COUNT: Final = 500
MANY_FIELDS: Final = 30
MOST_COUNT_OF_MANY_FIELDS: Final = 200
"""The documented most is 500; it was seen to shrink to 200 when many fields are asked for."""

_CACHED: Final = 256


class Reading:
    """Find, sort, page and cut records. The ids of a search are kept until the next change, for its further pages."""

    def __init__(
        self,
        store: Store,
        index: Index,
        selecting: Selecting,
        lists: Lists,
        page_cap: int | None,
        default_page: int | None,
        all_fields: bool,
        unindexed: frozenset[str] = frozenset(),
    ) -> None:
        self._store = store
        self._index = index
        self._selecting = selecting
        self._lists = lists
        self._page_cap = page_cap
        self._default_page = default_page or DEFAULT_COUNT
        self._all_fields = all_fields
        self._unindexed = unindexed
        self._found: dict[tuple[str, ...], tuple[tuple[int, int], list[int]]] = {}

    def records(self, entity: str, ids: str, request: Request) -> dict[str, Any]:
        """Answer GET entity/E/1 and entity/E/1,2,3: missing ids are left out; 404 if none is there."""
        select = self._selecting.selector(entity, self._fields(request))
        if "," not in ids:
            record = self._store.get(entity, _id(ids))
            if record is None:
                raise not_found(entity, ids)
            return {"data": select(record)}
        found = [self._store.get(entity, _id(one)) for one in ids.split(",")]
        rows = [select(record) for record in found if record is not None]
        if not rows:
            raise not_found(entity, ids)
        return {"data": rows}

    def association(self, entity: str, ids: str, path: str, request: Request) -> dict[str, Any]:
        """Answer GET entity/E/1,2/assoc with a page of the associated records."""
        field = self._store.schema.entities[entity].fields.get(path)
        if field is None or not field.many:
            raise unknown_field(entity, path)
        associated: dict[int, None] = {}
        for one in ids.split(","):
            record = self._store.get(entity, _id(one))
            if record is None:
                raise not_found(entity, one)
            associated.update(dict.fromkeys(self._store.associated(entity, record, path)))
        records = self._store.records[field.entity]
        live = [one for one in associated if one in records]
        order = request.query.get("orderBy", "")
        live = self._sorted(
            field.entity, records, self._unordered(live, request.number("start", 0)), order, "errors.badOrderBy"
        )
        return self._page(field.entity, live, records, request, request.query.get("showTotalMatched") == "true")

    def search(self, entity: str, request: Request) -> dict[str, Any]:
        """Answer /search; without any parameter the index's own fields."""
        if entity not in SEARCHABLE:
            raise bad_request(
                f"Search operation not supported for {entity}, please use /query call instead.",
                "errors.searchUnknownEntity",
            )
        if not request.query and request.method == "GET":
            return self._search_fields(entity)
        query = request.query.get("query", "")
        sort = request.query.get("sort", "")
        records = self._index.records(entity)
        ids = self._kept(("search", entity, query, sort), lambda: self._search(entity, records, query, sort))
        ids = self._spoilt(entity, ids)
        return self._page(entity, ids, records, request, True, scored=True)

    def query(self, entity: str, request: Request) -> dict[str, Any]:
        """Answer /query; entities that only /search serves refuse it."""
        if entity in SEARCH_ONLY:
            raise bad_request(
                f"Query operation not supported for {entity}, please use /search call instead.",
                "errors.queryIndexedEntity",
            )
        where = request.query.get("where", "")
        order = request.query.get("orderBy", "")
        start = request.number("start", 0)
        records = self._store.records[entity]
        key = ("query", entity, where, order, str(start))
        ids = self._spoilt(entity, self._kept(key, lambda: self._query(entity, records, where, order, start)))
        if request.query.get("totalOnly") == "true":
            return {"total": len(ids)}
        return self._page(entity, ids, records, request, request.query.get("showTotalMatched") == "true")

    def _spoilt(self, entity: str, ids: list[int]) -> list[int]:
        """Return what is found as it is answered for now; raise where lists are answered with an error."""
        answer = self._lists.answer(entity)
        if answer == ERROR:
            raise Refusal(500, MESSAGE, "errors.serverError")
        return [] if answer else ids

    def _kept(self, key: tuple[str, ...], find: Callable[[], list[int]]) -> list[int]:
        version = (self._store.version, self._index.version)
        kept = self._found.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        ids = find()
        if len(self._found) >= _CACHED:
            self._found.clear()
        self._found[key] = ((self._store.version, self._index.version), ids)
        return ids

    def _search(self, entity: str, records: Mapping[int, Stored], query: str, sort: str) -> list[int]:
        exact = lucene.ids_in(query)
        if exact is not None:
            ids = [one for one in sorted(exact) if one in records]
        else:
            holds = lucene.predicate(self._store, entity, query, self._unindexed)
            ids = [record_id for record_id, record in records.items() if holds(record)]
        # Without a sort order an index answers in the order of its own writes, so paging shifts when records change.
        stamps = self._store.stamps[entity]
        ids = sorted(ids, key=lambda one: stamps.get(one, 0))
        for name in (part.strip().lstrip("+-").partition(" ")[0] for part in sort.split(",")):
            if f"{entity}.{name.partition('.')[0]}" in self._unindexed:
                raise bad_request(f"Bad sort: unknown field {name}", "errors.badSort")
        return self._sorted(entity, records, ids, sort, "errors.badSort")

    def _unordered(self, ids: Iterable[int], start: int) -> list[int]:
        """Return ids as a database gives them that was told no order: each page in another one, and after each change.

        Only an explicit order makes pages stable; where it leaves records equal, they stand in this one.
        """
        salt = f"{self._store.version}/{start}"
        return sorted(ids, key=lambda one: (crc32(f"{salt}/{one}".encode()), one))

    def _query(self, entity: str, records: Mapping[int, Stored], where: str, order: str, start: int) -> list[int]:
        found = jpql.condition(self._store, entity, where)
        pinned = exactly(self._store, entity, found.pinned)
        few: Iterable[int] = records if pinned is None else [one for one in pinned if one in records]
        ids = [one for one in few if found.holds(records[one])]
        return self._sorted(entity, records, self._unordered(ids, start), order, "errors.badOrderBy")

    def _sorted(self, entity: str, records: Mapping[int, Stored], ids: list[int], order: str, key: str) -> list[int]:
        for part in reversed([one.strip() for one in order.split(",") if one.strip()]):
            name, _, direction = part.partition(" ")
            down = name.startswith("-") or direction.strip().upper() == "DESC"
            path = name.lstrip("+-")
            if path == "_score":
                continue
            head = self._store.schema.entities[entity].fields.get(path.partition(".")[0])
            if head is None or head.many or (head.type is Type.OBJECT and "." not in path):
                raise bad_request(f"Bad sort: unknown field {path}", key)
            if path == "id":
                ids = sorted(ids, reverse=down)
                continue
            read, _ = values_at(self._store, entity, path)

            def rank(one: int, read: Any = read) -> tuple[bool, Any]:
                value = next(iter(read(records[one])), None)
                return (value is None, value.casefold() if isinstance(value, str) else (value or 0))

            ids = sorted(ids, key=rank, reverse=down)
        return ids

    def _fields(self, request: Request) -> str:
        text = request.query.get("fields") or request.query.get("layout")
        if not text:
            raise bad_request("Parameter 'fields' or 'layout' is required", "errors.missingParameter")
        return text

    def _page(
        self,
        entity: str,
        ids: Sequence[int],
        records: Mapping[int, Stored],
        request: Request,
        total: bool,
        scored: bool = False,
    ) -> dict[str, Any]:
        fields = request.query.get("fields", "")
        if not fields and not scored:
            raise bad_request("Parameter 'fields' is required", "errors.missingParameter")
        if fields.strip() == "*" and not self._all_fields:
            raise bad_request("fields=* is not allowed here", "errors.allFieldsNotAllowed")
        most = MOST_COUNT
        if fields and self._selecting.width(entity, fields) > MANY_FIELDS:
            most = MOST_COUNT_OF_MANY_FIELDS
        if self._page_cap is not None:
            most = min(most, self._page_cap)
        start = request.number("start", 0)
        count = min(request.number("count", self._default_page), most)
        chosen = ids[start : start + count]
        envelope: dict[str, Any] = {"total": len(ids)} if total else {}
        envelope.update(start=start, count=len(chosen))
        if not fields:
            return {**envelope, "data": list(chosen)}
        select = self._selecting.selector(entity, fields)
        if not scored:
            return {**envelope, "data": [select(records[one]) for one in chosen]}
        rows = []
        for one in chosen:
            record = self._store.get(entity, one)
            if record is None:
                rows.append({"id": one, "_score": 1.0, "_error": f"{entity} {one} does not exist"})
            else:
                rows.append({**select(record), "_score": 1.0})
        return {**envelope, "data": rows}

    def _search_fields(self, entity: str) -> dict[str, Any]:
        types = {Type.INSTANT: "Date", Type.INTEGER: "Integer", Type.YES_NO: "Boolean"}
        return {
            "searchFields": [
                {"name": one.name, "type": types.get(one.type, "String"), "isSortable": not one.many}
                for one in self._store.schema.entities[entity].fields.values()
                if one.type is not Type.OBJECT and f"{entity}.{one.name}" not in self._unindexed
            ]
        }


def _id(text: str) -> int:
    if not text.strip().isdigit():
        raise bad_request(f"'{text}' is not a valid id", "errors.invalidId")
    return int(text)
