"""24-Nov-2026 and the 24-hour clock, whatever the browser's locale."""

DATE_FORMAT = "d-M-Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "d-M-Y H:i:s"
SHORT_DATE_FORMAT = "d-M-Y"
SHORT_DATETIME_FORMAT = "d-M-Y H:i"
