"""What a near miss is called: how it differs from what is right, in a word or two."""

from __future__ import annotations

from decimal import Decimal

import pytest

from signoff.record import ABSENT, Value
from signoff.schema import Type
from signoff.sensitivity.near import near_name

D = Decimal


@pytest.mark.parametrize(
    ("right", "near", "type_", "name"),
    [
        ("Lopez", ABSENT, Type.TEXT, "absent"),
        ("Lopez", None, Type.TEXT, "null"),
        ("", "Lopez", Type.TEXT, "a value"),
        (None, "Lopez", Type.TEXT, "a value"),
        (["a", "b"], ["b", "a"], None, "the other way round"),
        (["a", "b"], ["a"], None, "only the first"),
        (["a", "b", "c"], ["b", "c"], None, "one lost"),
        (["a", "b"], ["a", "x"], None, "one wrong"),
        (True, False, Type.YES_NO, "the other answer"),
        (D("22.50"), D("22.51"), Type.AMOUNT, "a cent more"),
        (D("22.50"), D("22.49"), Type.AMOUNT, "a cent less"),
        (7, 8, Type.INTEGER, "one more"),
        (7, 6, Type.INTEGER, "one less"),
        (D("22.50"), D("-22.50"), Type.AMOUNT, "the other sign"),
        (D("22.50"), D("2250"), Type.AMOUNT, "a hundred times as much"),
        (D("22.50"), D(0), Type.AMOUNT, "zero"),
        (D("22.50"), D(22), Type.AMOUNT, "cents lost"),
        (D("22.50"), D("22.5125"), Type.AMOUNT, "near miss"),
        ("Lopez", "", Type.TEXT, "empty text"),
        ("Lopez", "Lope", Type.TEXT, "the last character lost"),
        ("Lopez", "LOPEZ", Type.TEXT, "other case"),
        ("Smith & Sons", "Smith &amp; Sons", Type.TEXT, "escaped signs"),
        ("Lopez", "Lopez ", Type.TEXT, "a character more"),
        ("López", "LÃ³pez", Type.TEXT, "wrong encoding"),
        ("Lopez", "Garcia", Type.TEXT, "near miss"),
        ("2026-03-04", "2026-04-03", Type.DATE, "day and month swapped"),
        ("2026-03-04", "1926-03-04", Type.DATE, "another century"),
        ("2026-03-04", "2026-03-05", Type.DATE, "a day later"),
        ("2026-03-04", "2026-03-03", Type.DATE, "a day earlier"),
        ("2026-03-04", "2026-05-05", Type.DATE, "near miss"),
        ("2026-03-04T08:00:00Z", "2026-03-04T09:00:00Z", Type.INSTANT, "an hour later"),
        ("2026-03-04T08:00:00Z", "2026-03-04T07:59:30Z", Type.INSTANT, "seconds earlier"),
        ("2026-03-04T08:00:00Z", "2026-03-04T02:00:00Z", Type.INSTANT, "the offset dropped"),
        ("2026-03-04T08:00:00Z", "2026-03-04T08:00:00", Type.INSTANT, "near miss"),
        ("2026-03-04", "soon", Type.DATE, "near miss"),
        ("+13125550187", "+13125550188", Type.PHONE, "last digit"),
        ("+13125550187", "+1312555018", Type.PHONE, "last digit lost"),
        ("+493012345", "+4903012345", Type.PHONE, "trunk zero"),
        ("+13125550187", "+443125550187", Type.PHONE, "other country"),
        ("maria.lopez@example.com", "maria.lopez@example.org", Type.EMAIL, "another domain"),
        ("maria.lopez@example.com", "marialopez@example.com", Type.EMAIL, "the dots lost"),
        ("maria.lopez@example.com", "m.lopez@example.com", Type.EMAIL, "another name"),
        ("US", "CA", Type.COUNTRY, "another country"),
        ("IL", "IN", Type.STATE, "another state"),
        ("1001", "1002", Type.REFERENCE, "another record"),
        ({"city": "Chicago", "zip": "60601"}, {"city": "Chicago", "zip": "6060"}, None, "zip cut"),
        ({"city": "Chicago"}, {"city": "Chicago"}, None, "near miss"),
        ("7", 7, Type.TEXT, "near miss"),
    ],
)
def test_a_near_miss_is_called_by_how_it_differs(right: Value, near: Value, type_: Type | None, name: str) -> None:
    assert near_name(right, near, type_) == name
