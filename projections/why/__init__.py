"""Why a value is where it is: which entry set it, who made it, and what they had before them.

`names` says which values there are and how each reads; `steps` follows one value through the entries that
set it (`prescriptions`, `people`); `answer` makes the page of it, `behind` tells the entry; `seen` rebuilds
the screen behind an entry. Must not know: requests.
"""
