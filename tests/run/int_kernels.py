"""Integer kernels: hashes, primes, permutations, bit tricks, random generators, SHA-256, digits; each wraps or masks in its own way."""

from _show import drive

MASK = 0xFFFFFFFF


def fnv(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h ^= byte
        h = (h * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def xorshift(seed, n):
    x = seed
    for _ in range(n):
        x ^= (x << 13) & MASK
        x ^= x >> 17
        x ^= (x << 5) & MASK
    return x


def lcg(seed, n):
    out = []
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(seed >> 33)
    return out


def popcount(x):
    n = 0
    while x:
        x &= x - 1
        n += 1
    return n


def reverse_bits(x, width):
    out = 0
    for _ in range(width):
        out = out << 1 | x & 1
        x >>= 1
    return out


def permutations(items):
    items = list(items)
    count = [0] * len(items)
    out = [tuple(items)]
    i = 0
    while i < len(items):
        if count[i] < i:
            j = count[i] if i & 1 else 0
            items[j], items[i] = items[i], items[j]
            out.append(tuple(items))
            count[i] += 1
            i = 0
        else:
            count[i] = 0
            i += 1
    return len(out), out[-1]


def isqrt(n):
    if n < 0:
        raise ValueError("negative")
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


def power_mod(b, e, m):
    out = 1
    b %= m
    while e > 0:
        if e & 1:
            out = out * b % m
        b = b * b % m
        e >>= 1
    return out


def digits(n, base):
    out = []
    sign, n = (-1, -n) if n < 0 else (1, n)
    while n:
        n, d = divmod(n, base)
        out.append(d)
    return sign, out[::-1]


def constants():
    primes = [p for p in range(2, 312) if all(p % q for q in range(2, p))]
    return [int((p ** (1 / 3) % 1) * 2**32) for p in primes], [int((p**0.5 % 1) * 2**32) for p in primes[:8]]


K, H = constants()


def rotate(x, n):
    return (x >> n | x << 32 - n) & MASK


def sha_like(message):
    w = [int.from_bytes(message[4 * i : 4 * i + 4].ljust(4, b"\0"), "big") for i in range(16)]
    for i in range(16, 64):
        s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
        s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
        w.append(w[i - 16] + s0 + w[i - 7] + s1 & MASK)
    a, b, c, d, e, f, g, h = H
    for i in range(64):
        t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (e & f ^ ~e & g) + K[i] + w[i] & MASK
        t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c) & MASK
        a, b, c, d, e, f, g, h = t1 + t2 & MASK, a, b, c, d + t1 & MASK, e, f, g
    return "".join(f"{x + y & MASK:08x}" for x, y in zip((a, b, c, d, e, f, g, h), H))


drive(fnv, (b"hello",), (b"",), (bytearray(range(256)),), ([1, 2.5],), (["a"],), orders=2)
drive(xorshift, (2463534242, 20), (1, 5), (0, 3), (-5, 3), (2**70, 4), (1.5, 2), orders=2)
drive(lcg, (1, 5), (2**64, 3), (-1, 3), (0.5, 2))
drive(popcount, (255,), (0,), (2**64 - 1,), (2**100 - 1,), (True,), (2.0,), orders=2)
drive(reverse_bits, (0b1011, 8), (1, 63), (1, 64), (1, 70), (-1, 8), orders=2)
drive(permutations, ([1, 2, 3],), ("abcd",), ([],))
drive(isqrt, (99,), (2**62,), (2**64,), (10**40,), (0,), (-1,), (16.0,), orders=2)
drive(power_mod, (3, 200, 1000007), (2, 64, 2**61 - 1), (7, 10**20, 10**9 + 7), (5, 3, 0), (5, -1, 7), (-3, 3, -7), (2.0, 5, 7), orders=2)
drive(digits, (12345, 10), (-255, 16), (0, 2), (2**70, 36), (5, 1.5), (5, 0), orders=2)
drive(sha_like, (b"abc",), (b"",), (b"x" * 64,), ("s",), times=8, late=2)
