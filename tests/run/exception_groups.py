"""except* in hot loops: what matches, what goes on, what is raised in the handlers."""

import sys


def show(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({error.message!r}, [{', '.join(map(show, error.exceptions))}])"
    return repr(error)


def split(i):
    log = []
    try:
        try:
            if i % 4 == 0:
                raise ExceptionGroup("g", [ValueError(i), KeyError(i), ExceptionGroup("h", [OSError(i), ValueError(-i)])])
            if i % 4 == 1:
                raise ValueError(i)
            if i % 4 == 2:
                raise ExceptionGroup("n", [IndexError(i)])
            log.append("none")
        except* ValueError as group:
            log.append(show(group))
            if i % 8 == 0:
                raise TypeError(i)
        except* (KeyError, OSError) as group:
            log.append(show(group))
            if i % 3 == 0:
                raise
        finally:
            log.append(f"finally {sys.exc_info()[0] is not None}")
    except Exception as error:
        log.append(f"out {show(error)} {show(error.__context__)}")
    return log


def counted(n):
    counts = [0, 0, 0.5]
    for i in range(n):
        try:
            counts[0] += 10 // (i % 5)
        except* ZeroDivisionError as group:
            counts[1] += len(group.exceptions)
        counts[2] *= 1.01
    return counts


def wrong(n):
    out = set()
    for i in range(n):
        try:
            try:
                raise ValueError(i)
            except* (5 if i % 2 else ExceptionGroup):
                pass
        except (TypeError, ValueError) as error:
            out.add(f"{type(error).__name__} {error if i % 2 else ''} {type(error.__context__).__name__}")
    return sorted(out)


for i in range(40):
    result = split(i)
    if i > 31:
        print(result)
for _ in range(6):
    print(counted(60))
print(wrong(30), sys.exc_info())
