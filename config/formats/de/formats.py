"""24-Nov-2026 and the 24-hour clock in German, too; a point stays the decimal sign in every language."""

DATE_FORMAT = "d-M-Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "d-M-Y H:i:s"
SHORT_DATE_FORMAT = "d-M-Y"
SHORT_DATETIME_FORMAT = "d-M-Y H:i"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = "\N{NARROW NO-BREAK SPACE}"
