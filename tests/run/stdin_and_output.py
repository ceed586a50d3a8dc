"""Printing from hot loops: order of stdout and stderr writes, redirected streams, print with sep and end, writes that fail."""

import contextlib
import io
import sys


class Failing(io.StringIO):
    def write(self, text):
        if "7" in text:
            raise OSError("no sevens")
        return super().write(text)


def table(n):
    for i in range(n):
        print(i, i * i, sep="|", end=";" if i % 5 else "\n")
    print()


def both(n):
    for i in range(n):
        print("out", i)
        print("err", i, file=sys.stderr)


def captured(n):
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        for i in range(n):
            print(i, end=" ")
    return stream.getvalue()


def until_failure(n):
    stream = Failing()
    try:
        for i in range(n):
            print(i, file=stream)
    except OSError as e:
        return i, str(e), stream.getvalue().split()
    return n


def lines(text):
    out = []
    for line in io.StringIO(text):
        key, _, value = line.rstrip("\n").partition("=")
        out.append((key, int(value) if value.isdigit() else value))
    return out


for _ in range(20):
    table(12)
    result = captured(30), until_failure(5), until_failure(12), lines("a=1\nb=x\nc")
both(40)
print(result)
print(sys.stdin.read() == "")
