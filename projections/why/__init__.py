"""Why a value is where it is: which entry set it, who made it, and what they had before them.

`names` says which values there are and how each reads; `steps` follows one value through the entries that
set it; `answer` makes the page of it; `seen` rebuilds the screen behind an entry.
Must not know: requests.
"""
