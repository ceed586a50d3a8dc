"""A group that except* raises at the end of its handlers has no traceback entry of the frame it leaves, however the frame was run."""


def entries(error):
    found, traceback = [], error.__traceback__
    while traceback is not None:
        found.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


def left(n, items):
    total = 2
    try:
        total -= [n, 2**31][~n]
        match [item for item in items]:
            case []:
                items = total
    except* LookupError:
        raise
    while total > 1:
        total -= 1
        try:
            n = 3
        except* LookupError:
            n = 1


def within(n, items):
    left(n, items)


for function in (left, within):
    seen = set()
    for number in range(30):
        try:
            function(5, [number])
        except ExceptionGroup as error:
            seen.add(f"{error!r} {entries(error)} {entries(error.exceptions[0])}")
    print(function.__name__, *sorted(seen), sep="\n  ")
