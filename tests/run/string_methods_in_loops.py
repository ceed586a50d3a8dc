"""Loops over text: tokenising, reversing, palindromes, Caesar, run-length, splitting, parsing numbers; wide and astral characters."""

from _show import drive


def tokens(text):
    out, i = [], 0
    while i < len(text):
        c = text[i]
        if c.isdigit():
            j = i
            while j < len(text) and text[j].isdigit():
                j += 1
            out.append(int(text[i:j]))
            i = j
        elif c.isspace():
            i += 1
        else:
            out.append(c)
            i += 1
    return out


def palindrome(text):
    i, j = 0, len(text) - 1
    while i < j:
        if text[i] != text[j]:
            return False
        i += 1
        j -= 1
    return True


def caesar(text):
    return "".join(chr((ord(c) - 97 + 3) % 26 + 97) if "a" <= c <= "z" else c for c in text)


def run_length(text):
    out = []
    for c in text:
        if out and out[-1][0] == c:
            out[-1][1] += 1
        else:
            out.append([c, 1])
    return out


def words(text):
    longest = ""
    for word in text.split():
        if len(word) > len(longest):
            longest = word
        elif len(word) == len(longest) and word < longest:
            longest = word
    return longest, text.count("a"), text.title(), text[::-1], text[-3:], text.partition(" ")


def number(text):
    value = 0
    for c in text:
        value = value * 10 + "0123456789".index(c)
    return value


def encode(text):
    data = text.encode("utf-8")
    return len(data), data[:4], data.decode("utf-8") == text, sum(data)


def distance(text):
    other = "kitten"
    row = list(range(len(other) + 1))
    for i, a in enumerate(text, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


TEXTS = [("12 + 34*foo",), ("",), ("abba",), ("été é",), ("\U0001f600ab\U0001f600",), (b"bytes 12",), ("9" * 25,), (["a", "a"],), (None,), ("sitting on aa",)]
for function in (tokens, palindrome, caesar, run_length, words, number, encode, distance):
    drive(function, *TEXTS, orders=2, times=12, late=2)
