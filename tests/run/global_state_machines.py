"""Programs that keep all state in globals: counters, a random generator, a state machine, caches; run as a script would."""

seed = 42
state = "start"
cache = {}
hits = misses = 0
history = []
total = 0
limit = 10


def rnd():
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    return seed / 0x7FFFFFFF


def transition(symbol):
    global state
    if state == "start":
        state = "word" if symbol.isalpha() else "number" if symbol.isdigit() else "start"
    elif state == "word":
        if not symbol.isalnum():
            state = "start"
    elif state == "number":
        state = "number" if symbol.isdigit() else "error" if symbol.isalpha() else "start"
    else:
        state = "start"
    history.append(state[0])


def memo(n):
    global hits, misses
    if n in cache:
        hits += 1
        return cache[n]
    misses += 1
    cache[n] = n if n < 2 else memo(n - 1) + memo(n - 2)
    return cache[n]


def bump(by):
    global total, limit
    total += by
    if total > limit:
        limit *= 2
        return True
    return False


def pi(n):
    inside = 0
    for _ in range(n):
        x, y = rnd(), rnd()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4 * inside / n


print([pi(200) for _ in range(5)], seed)
for c in "abc 12 3x yz9 !" * 20:
    transition(c)
print("".join(history[:40]), state)
for i in range(0, 120, 7):
    memo(i)
print(hits, misses, cache[119])
print(sum(bump(i) for i in range(500)), total, limit)
total = 0.5
print(sum(bump(i) for i in range(100)), total, limit)
limit = 2**62
total = 2**61
print(sum(bump(2**60) for i in range(20)), total, limit)
seed = 42.0
try:
    rnd()
except TypeError as e:
    print(e)
seed = 7
print(round(pi(300), 6))
cache = None
try:
    memo(3)
except TypeError as e:
    print(e)
