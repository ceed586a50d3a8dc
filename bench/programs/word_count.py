"""Counts words of a text character by character and with split: dicts, strings, sorting."""

import pyperf

SYLLABLES = ["ka", "lo", "mi", "ren", "tu", "sha", "vo", "el"]


def make_text(words: int) -> str:
    seed = 12345
    out = []
    for i in range(words):
        seed = (seed * 1103515245 + 12345) % 2147483648
        word = "".join(SYLLABLES[(seed >> shift) % 8] for shift in range(4, 4 + 3 * (1 + seed % 3), 3))
        out.append(word.capitalize() if seed % 11 == 0 else word)
        if i % 13 == 12:
            out.append(". \n")
    return " ".join(out)


def count_characters(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    word = ""
    for character in text:
        if character.isalpha():
            word += character.lower()
        elif word:
            counts[word] = counts.get(word, 0) + 1
            word = ""
    return counts


def count_split(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in text.lower().split():
        word = word.strip(".,;")
        if word:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
    return counts


def top(text: str) -> list[tuple[int, str]]:
    one, two = count_characters(text), count_split(text)
    assert sum(two.values()) - sum(one.values()) in (0, 1)
    return sorted(((n, word) for word, n in two.items()), reverse=True)[:20]


if __name__ == "__main__":
    pyperf.Runner().bench_func("word_count", top, make_text(4000))
