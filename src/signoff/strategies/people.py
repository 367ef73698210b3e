"""Make plain values: fictional people, companies and places that look like those of a staffing company."""

from __future__ import annotations

import random
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from faker import Faker

from signoff.rules.geography import country_name, states_of
from signoff.schema import Field, Type
from signoff.strategies.abroad import national_of, number_of, phone_of, state_of

STATES = ("IL", "Illinois", "il", "Texas", "TX", "California", "New York", "WA", "Wisconsin", "Ohio", "Florida", "IN")
COUNTRIES = ("United States", "Canada", "Germany", "Mexico", "United Kingdom", "Poland", "India", "Ireland")
AREAS = (312, 212, 415, 512, 206, 303, 617, 214, 702, 305)
CERTIFICATES = ("CPR", "Forklift", "OSHA 10", "Food Handler", "CDL A", "First Aid", "Welding", "CNA", "Hazmat", "RN")
TRADES = (
    "Logistics",
    "Warehousing",
    "Food",
    "Healthcare",
    "Construction",
    "Retail",
    "Energy",
    "Hospitality",
    "Printing",
)

PROVIDERS = tuple(f"faker.providers.{name}" for name in ("address", "company", "job", "lorem", "person"))
"""What of Faker is drawn from; making all of it takes longer than drawing hundreds of values."""

Make = Callable[[], Any]


class People:
    """Make plain values by type and by what a field is called. One seed gives the same values everywhere."""

    def __init__(self, rng: random.Random, now: datetime, country: str = "US") -> None:
        self._rng = rng
        self.country = country
        self._countries = tuple(dict.fromkeys((*COUNTRIES, country_name(country))))
        self._now = now
        # The proxy looks for a locale at each call; there is one only.
        self._faker: Any = Faker("en_US", providers=[*PROVIDERS], use_weighting=False).factories[0]
        self._faker.seed_instance(rng.getrandbits(32))
        self._words = tuple(self._faker.get_words_list())
        self._count = 0
        self._makers = self._by_type()
        self._texts = self._by_words()
        self._text_makers: dict[str, Make] = {}
        """By the name of a field."""

    def plain(self, field: Field, delimiter: str = "", between: str = "", country: str = "") -> Any:
        """Return a plain value in typed form (text, int, Decimal, bool, date, aware datetime).

        `delimiter`: the value is a list in one text. `between`: the value has two parts around that text. `country`:
        that of a phone or a state, where it is another than that of the integration.
        """
        return self.maker(field, delimiter, between, country)()

    def maker(self, field: Field, delimiter: str = "", between: str = "", country: str = "") -> Make:
        """Return what makes one plain value of a field after the other, each as `plain` does."""
        kind = field.type
        if field.choices and kind is not Type.COUNTRY:
            return partial(self._rng.choice, field.choices)
        if delimiter:
            return partial(self._listed, delimiter)
        if between:
            return partial(self._hours, between)
        if kind is Type.PHONE:
            return partial(self.phone, country)
        if kind is Type.STATE:
            return partial(self.state, country)
        known = self._makers.get(kind)
        if known is not None:
            return known
        text, longest = self._text(field.name), field.max_length
        return (lambda: str(text())[:longest].strip()) if longest else (lambda: str(text()))

    def _listed(self, delimiter: str) -> str:
        words = CERTIFICATES if delimiter == "," else TRADES
        return f"{delimiter} ".join(self._rng.sample(words, self._rng.randint(2, 4)))

    def _hours(self, between: str) -> str:
        hour = self._rng.randint(5, 11)
        return f"{hour}:{self._rng.choice(('00', '15', '30', '45'))} am {between} {self._rng.randint(1, 9)}:30 pm"

    def _by_type(self) -> dict[Type, Make]:
        return {
            Type.EMAIL: self._email,
            Type.DATE: self.day,
            Type.INSTANT: self.instant,
            Type.AMOUNT: self._amount,
            Type.NUMBER: lambda: Decimal(self._rng.randint(4, 47)) / 4,
            Type.INTEGER: lambda: self._rng.randint(1, 60),
            Type.YES_NO: lambda: self._rng.random() < 0.5,
            Type.COUNTRY: lambda: self._rng.choice(self._countries),
            Type.FILE: lambda: b64encode(self._prose().encode()).decode(),
        }

    def _amount(self) -> Decimal:
        """Return an amount of cents, or with one to four decimals more."""
        cents = Decimal(self._rng.randint(1100, 19999)) / 100
        more = self._rng.choice((0, 0, 0, 1, 1, 2, 4))
        return cents + Decimal(self._rng.randint(1, 9)).scaleb(-2 - more) if more else cents

    def _email(self) -> str:
        self._count += 1
        first, last = self._faker.first_name().lower(), self._faker.last_name().lower()
        return f"{first}.{last}{self._count}@{self._rng.choice(('example.com', 'example.org', 'mail.example.net'))}"

    def phone(self, country: str = "") -> str:
        """Return a valid number of the integration's country, or of another, in one of the ways people write it."""
        home = country or self.country
        if home != "US":
            return phone_of(home, self._rng) or self.phone("US")
        area, middle, line = self._rng.choice(AREAS), self._rng.randint(220, 989), self._rng.randint(0, 9999)
        style = self._rng.choice(("({0}) {1}-{2:04d}", "{0}-{1}-{2:04d}", "+1 {0} {1} {2:04d}", "{0}{1}{2:04d}"))
        return style.format(area, middle, line)

    def national(self, country: str) -> str:
        """Return a valid number of a country as its people write it among themselves."""
        return national_of(country, self._rng) or self.phone(country)

    def number(self) -> str:
        """Return a valid number of the integration's country as systems keep it, in E.164."""
        found = number_of(self.country, self._rng) if self.country != "US" else ""
        return found or f"+1{self._rng.choice((312, 415, 512))}{self._rng.randint(2200000, 9899999)}"

    def state(self, country: str = "") -> str:
        """Return a state of the integration's country, or of another, by its code or its name."""
        home = country or self.country
        return self._rng.choice(STATES) if home == "US" else state_of(home, self._rng) or self._rng.choice(STATES)

    def state_code(self) -> str:
        """Return a state of the integration's country as systems keep it: by its code."""
        codes = [code for code, _ in states_of(self.country)] if self.country != "US" else []
        return self._rng.choice(codes or ("TX", "OH", "WA", "NV"))

    def day(self) -> date:
        """Return a day within two years of now, more often one whose day and month could be taken for each other."""
        found = (self._now + timedelta(days=self._rng.randint(-500, 500))).date()
        return found.replace(day=self._rng.randint(1, 12)) if self._rng.random() < 0.7 else found

    def instant(self) -> datetime:
        """Return an instant within two years of now, to the second."""
        moment = self._now + timedelta(seconds=self._rng.randint(-40_000_000, 40_000_000))
        return moment.astimezone(UTC).replace(microsecond=0)

    def _text(self, name: str) -> Make:
        make = self._text_makers.get(name)
        if make is None:
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
            fitting = (make for pattern, make in self._texts if re.search(pattern, words))
            make = self._text_makers[name] = next(fitting, self._two_words)
        return make

    def _word(self) -> str:
        """Return a word as Faker draws it, without copying its list of them."""
        return str(self._faker.random_element(self._words))

    def _two_words(self) -> str:
        return f"{self._word()} {self._word()}-{self._number()}"

    def _by_words(self) -> tuple[tuple[str, Make], ...]:
        return (
            (r"\bfirst\b", self._faker.first_name),
            (r"\blast\b", self._faker.last_name),
            (r"\bnick\b", self._faker.first_name),
            (r"\bcompany name\b", self._faker.company),
            (r"\burl\b|website", lambda: f"https://www.{self._word()}-{self._number()}.example.com/Jobs"),
            (r"\baddress ?1\b|street", self._faker.street_address),
            (r"\baddress ?2\b|\bunit\b", lambda: f"Unit {self._rng.randint(1, 400)}"),
            (r"\bcity\b", self._faker.city),
            (r"\bzip\b|postal", self._faker.postcode),
            (r"title|occupation", lambda: f"{self._faker.job()} {self._number()}"),
            (
                r"report to|supervisor",
                lambda: f"{self._faker.first_name()} {self._faker.first_name()} {self._faker.last_name()}",
            ),
            (r"description|comments|body|notes", self._prose),
            (r"\bname\b", lambda: f"{self._faker.company()} {self._number()}"),
        )

    def _prose(self) -> str:
        return f"{self._faker.sentence()} {self._faker.sentence()} ({self._number()})"

    def _number(self) -> int:
        return self._rng.randint(1000, 999_999)


def canary(field: Field, rng: random.Random) -> Any:
    """Return a value for a protected field that stands nowhere else, schema-valid, or a choice where none is possible.

    Texts are random letters, so that neither they nor any encoding of them appears by chance; birth dates lie where
    no other date of the world does.
    """
    if field.choices:
        return rng.choice(field.choices)
    if field.type is Type.YES_NO:
        return rng.random() < 0.5
    if field.type in (Type.DATE, Type.INSTANT):
        day = date(1975, 1, 1) + timedelta(days=rng.randint(0, 10_000))
        return day if field.type is Type.DATE else datetime(day.year, day.month, day.day, tzinfo=UTC)
    if field.type in (Type.AMOUNT, Type.NUMBER, Type.INTEGER):
        return (
            rng.randint(1_100_000_001, 2_100_000_000)
            if field.type is Type.INTEGER
            else Decimal(rng.randint(1_100_000_001, 9_900_000_000))
        )
    if re.search(r"ssn|tax", field.name, re.IGNORECASE):
        return f"9{rng.randint(10, 99)}-{rng.randint(70, 88)}-{rng.randint(1000, 9999)}"
    letters = "".join(rng.choice("bcdfghjkmpqrvwxz") for _ in range(14))
    return letters[: field.max_length] if field.max_length else letters
