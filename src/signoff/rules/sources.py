"""Name the sources of worked examples, each with its address, so that a reader can look a rule up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """Name a standard, a vendor's page or a public defect report."""

    name: str
    address: str = ""

    def __str__(self) -> str:
        return f"[{self.name}]({self.address})" if self.address else self.name


_GH: Final = "https://github.com/"
_KB: Final = "https://kb.bullhorn.com/"

NFC: Final = Source("Unicode Standard Annex 15: normalization forms", "https://www.unicode.org/reports/tr15/")
GRAPHEMES: Final = Source("Unicode Standard Annex 29: text segmentation", "https://www.unicode.org/reports/tr29/")
SPACES: Final = Source("Unicode property White_Space", "https://www.unicode.org/reports/tr44/#White_Space")
CASE: Final = Source("Unicode Standard, default case conversion", "https://www.unicode.org/reports/tr21/")
RFC5321: Final = Source("RFC 5321: mail addresses, 2.4 and 4.1.2", "https://www.rfc-editor.org/rfc/rfc5321")
RFC1035: Final = Source("RFC 4343: domain names ignore case", "https://www.rfc-editor.org/rfc/rfc4343")
E164: Final = Source("ITU-T E.164: international numbers", "https://www.itu.int/rec/T-REC-E.164")
RFC3966: Final = Source("RFC 3966: telephone numbers and extensions", "https://www.rfc-editor.org/rfc/rfc3966")
NANP: Final = Source("North American Numbering Plan", "https://www.nanpa.com/numbering")
OFCOM: Final = Source("Ofcom: numbers for drama use", "https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/")
TRUNK_ZERO: Final = Source("Defect report: trunk zero kept in E.164", _GH + "colinhacks/zod/issues/5563")
ITALY: Final = Source("ITU-T E.164 national plan of Italy: the leading zero belongs to the number", E164.address)
FIXED_REGION: Final = Source(
    "Defect report: phone parsed with a fixed region", _GH + "BioHazard786/Alternate/issues/31"
)
ISO8601: Final = Source("ISO 8601 / RFC 3339: dates and times", "https://www.rfc-editor.org/rfc/rfc3339")
TZDB: Final = Source("IANA time zone database", "https://www.iana.org/time-zones")
DAY_SHIFT: Final = Source(
    "Defect report: birthday off by one through a zone", _GH + "officelifehq/officelife/issues/1009"
)
DST: Final = Source(
    "Defect report: today's offset used for every date", _GH + "phw198/OutlookGoogleCalendarSync/issues/2350"
)
DAY_MONTH: Final = Source("Defect report: day and month swapped", _GH + "frappe/erpnext/issues/20856")
EPOCH: Final = Source("Bullhorn REST API: timestamps are epoch milliseconds", _GH + "bullhorn/rest-api-docs")
ISO3166: Final = Source("ISO 3166-1: country codes", "https://www.iso.org/iso-3166-country-codes.html")
ISO3166_2: Final = Source("ISO 3166-2: subdivision codes", "https://www.iso.org/standard/72483.html")
USPS: Final = Source("USPS Publication 28: postal addressing", "https://pe.usps.com/text/pub28/welcome.htm")
VALIDATION: Final = Source(
    "Google Address Validation: understand the response",
    "https://developers.google.com/maps/documentation/address-validation/understand-response",
)
GOOGLE_ERRORS: Final = Source(
    "Google APIs: error model (429 RESOURCE_EXHAUSTED, 503 UNAVAILABLE)",
    "https://cloud.google.com/apis/design/errors",
)
JSON: Final = Source("RFC 8259: JSON", "https://www.rfc-editor.org/rfc/rfc8259")
IEEE: Final = Source("General Decimal Arithmetic", "https://speleotrove.com/decimal/")
BIG_IDS: Final = Source("Defect report: 64-bit ids lose digits as floats", _GH + "com-lihaoyi/upickle/issues/522")
FALSE_TEXT: Final = Source('Defect report: the text "False" not read as no', _GH + "ssoready/ssoready/issues/155")
FALSY: Final = Source("Defect report: 0 and false dropped as if blank", _GH + "faros-ai/airbyte-connectors/pull/728")
FALSE_LOST: Final = Source("Defect report: no is never stored", _GH + "mautic/mautic/pull/4471")
DELIMITER: Final = Source(
    "Defect report: a list value holding the delimiter is split", _GH + "opf/OpenProjectExcel/issues/49"
)
SEPARATOR: Final = Source(
    "Defect report: choices joined with the wrong sign are cut off",
    _GH + "gravityplus/Gravity-Forms-Salesforce/issues/199",
)
MULTI: Final = Source("Defect report: multiple choices stored but not understood", _GH + "mautic/mautic/issues/5615")
SLOTS: Final = Source("Defect report: home and work phone mixed up", _GH + "nextcloud/server/issues/17770")
MOJIBAKE: Final = Source("Defect report: UTF-8 read as Latin-1", _GH + "airbytehq/airbyte/issues/19289")
AMPERSAND: Final = Source("Defect report: ampersands escaped again and again", _GH + "nextcloud/contacts/issues/3948")
TOO_LONG: Final = Source("Defect report: text longer than the column", _GH + "mautic/mautic/issues/4976")
MAIL_CASE: Final = Source("Defect report: user names told apart by case", _GH + "ory/polis/pull/4065")
MAIL_BLANK: Final = Source("Defect report: blank after an e-mail address", _GH + "twentyhq/twenty/issues/4452")
UNKNOWN_STATUS: Final = Source("Defect report: a new status falls back to Active", _GH + "microsoft/BCApps/pull/9321")
FINAL_STATUS: Final = Source(
    "Defect report: unknown status exported as the last one", _GH + "JacksonRiver/springboard_modules/pull/1012"
)
EARLY_ROUND: Final = Source("Defect report: hours rounded before the rate is applied", _GH + "kimai/kimai/issues/3282")
CHAIN_ROUND: Final = Source("Defect report: rounding steps add up", _GH + "odoo/odoo/pull/229282")
SAME_NAME: Final = Source(
    "Defect report: files of one name overwrite each other", _GH + "open-learning-exchange/myplanet/pull/13189"
)
DEAD_LINK: Final = Source("Greenhouse API: attachment links expire", _GH + "grnhse/greenhouse-api-docs/pull/486")
WRONG_LINK: Final = Source("Defect report: child before parent", _GH + "memrynote/memry/issues/837")
CLEARING: Final = Source(
    "Defect report: clearing a field does not clear the other side", _GH + "mautic/mautic/issues/6141"
)
CLOBBER: Final = Source("Defect report: blank source overwrites a filled field", _GH + "verbb/formie/issues/537")
EMPTY_STAMP: Final = Source("Defect report: empty text where null is due", _GH + "airbytehq/airbyte/pull/32836")
PERM_FEE: Final = Source(
    "Bullhorn KB: permanent placement fee",
    _KB + "ats/Content/BHATS/Topics/permanentPlacementFeeCalculationBullhornAts.htm",
)
COMMISSION: Final = Source(
    "Bullhorn KB: placement commission calculation", _KB + "ats/Content/BHATS/Topics/placementCommissionCalculation.htm"
)
SYNCED: Final = Source(
    "Bullhorn Automation: fields synced by default",
    _KB + "automation/Content/Automation/Topics/BullhornStandardFieldsSyncedByDefaultExplained.html",
)
BULLHORN: Final = Source("Bullhorn REST API reference", "https://bullhorn.github.io/rest-api-docs/")
GREENHOUSE: Final = Source(
    "GitLab handbook: Greenhouse to BambooHR",
    "https://handbook.gitlab.com/handbook/people-group/engineering/gh-bhr-sync",
)
KARMLY: Final = Source(
    "Karmly: Bullhorn field mappings",
    "https://support.karmly.com/hc/en-us/articles/360002635776-Bullhorn-Field-Mappings",
)
ASTUTE: Final = Source(
    "Astute Payroll: JobAdder standard mapping",
    "https://astutepayroll.zendesk.com/hc/en-au/articles/900001069903-JobAdder-Standard-Mapping",
)
AWIGN: Final = Source(
    "Awign: active and inactive workforce",
    "https://coda.io/@karan-samartha/awign-product-manual/displaying-active-and-inactive-status-of-workforce-76",
)
ENTRA: Final = Source("Microsoft Entra: Workday attribute mapping", _GH + "MicrosoftDocs/entra-docs")
DICE: Final = Source("Dice to Bullhorn formula", _GH + "cloud-elements/doctor-core")
HRFLOW: Final = Source("HrFlow connectors, mappings as published", _GH + "Riminder/hrflow-connectors")
CEIPAL: Final = Source(
    "HrFlow Ceipal mapping: double blank when the middle name is missing", _GH + "Riminder/hrflow-connectors"
)
LEVER: Final = Source("OpenInt: Greenhouse and Lever mappings", _GH + "openint-dev/openint")
HL7: Final = Source("HL7 v2 to FHIR mapping", _GH + "HL7/v2-to-fhir")
DUALWRITE: Final = Source(
    "Dynamics 365 dual-write mapping", _GH + "MicrosoftDocs/dynamics-365-unified-operations-public"
)
XERO: Final = Source("Deputy: Xero employee sync", "https://help.deputy.com/hc/en-au/articles/5397153299215")
HTML: Final = Source(
    "HTML Living Standard: character references", "https://html.spec.whatwg.org/multipage/named-characters.html"
)
IDIBU: Final = Source(
    "idibu: how candidate data reach Bullhorn",
    "https://v3-docs.idibu.com/article/969-how-we-populate-the-candidate-data-in-bullhorn",
)
RECRUITERFLOW: Final = Source(
    "Recruiterflow: add, replace, add or remove", "http://help.recruiterflow.com/en/articles/15702481"
)
BAMBOO: Final = Source(
    "Greenhouse: BambooHR integration", "https://support.greenhouse.io/hc/en-us/articles/201177624-BambooHR-integration"
)
D365: Final = Source("Dynamics 365: worker status from dates", DUALWRITE.address)
SOURCEWHALE: Final = Source("SourceWhale: update policies", "http://help.sourcewhale.app/en/articles/5918142")
VALUE_TABLES: Final = Source("StackOne and VMS Sync: unmapped values", "https://docs.stackone.com/")
E164_PLAN: Final = Source("Bundesnetzagentur: drama numbers", "https://www.bundesnetzagentur.de/")
LOST_UPDATE: Final = Source("ownCloud client 2824: the other edit is lost", f"{_GH}owncloud/client/issues/2824")
LAST_WRITE: Final = Source("Mozilla Notes 73: the newest write wins silently", f"{_GH}mozilla/notes/issues/73")
OPT_IN: Final = Source("Mautic 11603: an opt-in overwritten from the other side", f"{_GH}mautic/mautic/issues/11603")
WRONG_WAY: Final = Source("ulsklyc/yuvomi 593: later edits are ignored", f"{_GH}ulsklyc/yuvomi/issues/593")
