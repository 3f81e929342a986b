"""How alike two words are: spelled, as heard, and how many slips of a hand lie between them.

For the search that forgives, and for the warning before one person gets two records. Words are plain
(`projections.words.plain`). Pure; knows no tables.
Source: Damerau 1964: four of five misspellings are one letter wrong, missing, too many, or two swapped.
"""

from __future__ import annotations

import re

_VOWELS = frozenset("aeiouy")
#: What sounds the same in the north of Europe and in English, longest spelling first.
_HEARD = (
    ("tsch", "s"), ("sch", "s"), ("ph", "f"), ("ch", "k"), ("ck", "k"), ("qu", "kv"), ("th", "t"),
    ("dt", "t"), ("tz", "s"), ("ts", "s"), ("x", "ks"),
)  # fmt: skip
_SAME = str.maketrans({"c": "k", "q": "k", "g": "k", "z": "s", "w": "v", "f": "v", "d": "t", "b": "p"})


def distance(one: str, other: str, limit: int = 9) -> int:
    """How many letters are wrong, missing, too many or swapped; more than `limit` is not counted on."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and i > 1 and min(before) > limit:
            return limit + 1
    return row[-1]


def slips(length: int) -> int:
    """How many slips a word of so many letters may hold and still be meant."""
    return 1 if length <= 5 else 2 if length <= 8 else 3


def sound(word: str) -> str:
    """How a Latin name sounds: its consonants, alike ones as one; "" for other scripts and numbers.

    lindqvist, lindkvist and lindquist sound the same; so do meier, meyer and mayr.
    """
    if not word.isascii() or not word.isalpha():
        return ""
    heard = word
    for spelled, said in _HEARD:
        heard = heard.replace(spelled, said)
    first = "a" if heard[0] in _VOWELS - {"y"} else "j" if heard[0] in "jy" else heard[0]
    rest = "".join(letter for letter in heard[1:] if letter not in _VOWELS and letter not in "hj")
    return re.sub(r"(.)\1+", r"\1", (first + rest).translate(_SAME))


def typos(word: str) -> list[str]:
    """The words that this would be with two neighbours swapped back, or a letter too many taken out."""
    swapped = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
    shorter = [word[:i] + word[i + 1 :] for i in range(len(word))] if len(word) > 3 else []
    return [found for found in dict.fromkeys((*swapped, *shorter)) if found != word]


def misread_numbers(number: str) -> list[str]:
    """Numbers that differ by one digit, or by two neighbours swapped."""
    wrong = [
        number[:i] + digit + number[i + 1 :]
        for i, there in enumerate(number)
        if there.isdigit()
        for digit in "0123456789"
    ]
    swapped = [number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(len(number) - 1)]
    return [found for found in dict.fromkeys((*wrong, *swapped)) if found != number]


def misread_days(day: str) -> list[str]:
    """Birth dates that are easily written for this one: "19611124" or "1961" (digits, maybe partial).

    Day and month swapped, one digit wrong, two swapped, or the month alone recorded.
    """
    found = [day[:6], day[:4] + day[6:] + day[4:6]] if len(day) == 8 else []
    found += [wrong for wrong in misread_numbers(day) if _is_day(wrong)]
    return [each for each in dict.fromkeys(found) if each != day]


def _is_day(text: str) -> bool:
    month, day = text[4:6] or "01", text[6:8] or "01"
    return "1850" <= text[:4] <= "2150" and "01" <= month <= "12" and "01" <= day <= "31"
