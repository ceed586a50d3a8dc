"""What the compiled functions of a benchmark compute, for benchmarks that only return a time.

Each check gets the namespace of the warm benchmark and a freshly made one (for unused data), and returns plain data
that must be equal with and without tierup. Benchmarks that return a value, or assert their own result, need no check.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

Namespace = dict[str, Any]


def nbody(warm: Namespace, fresh: Namespace) -> Any:
    bodies, pairs = fresh["SYSTEM"], fresh["PAIRS"]
    warm["offset_momentum"](fresh["BODIES"]["sun"], bodies)
    warm["advance"](0.01, 2000, bodies, pairs)
    return warm["report_energy"](bodies, pairs), bodies


def spectral_norm(warm: Namespace, fresh: Namespace) -> Any:
    u = [1.0] * 40
    for _ in range(5):
        u = warm["eval_AtA_times_u"](u)
    return u


def raytrace(warm: Namespace, fresh: Namespace) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, "picture.ppm")
        warm["bench_raytrace"](1, 40, 40, picture)
        with open(picture, "rb") as file:
            return file.read()


def scimark_sor(warm: Namespace, fresh: Namespace) -> Any:
    grid = warm["Array2D"](30, 30)
    for y in range(30):
        for x in range(30):
            grid[x, y] = x * y * 0.01 + 0.5
    warm["SOR_execute"](1.25, grid, 10, warm["Array2D"])
    return [grid[x, y] for x in range(30) for y in range(30)]


def scimark_lu(warm: Namespace, fresh: Namespace) -> Any:
    rnd = fresh["Random"](7)
    matrix = warm["ArrayList"](20, 20)
    for y in range(20):
        for x in range(20):
            matrix[y][x] = rnd.nextDouble()
    pivot = [0] * 20
    warm["LU_factor"](matrix, pivot)
    return pivot, [matrix[y][x] for y in range(20) for x in range(20)]


def scimark_fft(warm: Namespace, fresh: Namespace) -> Any:
    data = [float(i % 7) for i in range(256)]
    warm["FFT_transform"](128, data)
    forward = list(data)
    warm["FFT_inverse"](128, data)
    return forward, data


def scimark_monte_carlo(warm: Namespace, fresh: Namespace) -> Any:
    return warm["MonteCarlo"](5000)


def scimark_sparse_mat_mult(warm: Namespace, fresh: Namespace) -> Any:
    y = [0.0] * 10
    warm["SparseCompRow_matmult"](10, y, [1.5] * 20, list(range(0, 22, 2)), [i % 10 for i in range(20)], [0.5 + i for i in range(10)], 3)
    return y


def generators(warm: Namespace, fresh: Namespace) -> Any:
    return list(warm["tree"](range(50)))


def tomli_loads(warm: Namespace, fresh: Namespace) -> Any:
    import tomli  # type: ignore[import-not-found]

    return tomli.loads('a = 1\nb = [1, 2.5, "x"]\n[c.d]\ne = 1979-05-27T07:32:00Z\nf = """\nlines\n"""')


def pickle_pure_python(warm: Namespace, fresh: Namespace) -> Any:
    import pickle

    return pickle.dumps(warm["DICT"], 4), pickle.loads(pickle.dumps(warm["DICT_GROUP"], 4)), pickle.dumps(warm["TUPLE"], 2)


def deepcopy(warm: Namespace, fresh: Namespace) -> Any:
    import copy

    return copy.deepcopy([{"list": [1, 2, 3, 43], "t": (1, 2, 3), "str": "hello", "subdict": {"a": True}}, [1.5, None], b"x"])


def logging(warm: Namespace, fresh: Namespace) -> Any:
    import io
    import logging as module

    stream = io.StringIO()
    logger = module.Logger("check")
    logger.addHandler(module.StreamHandler(stream))
    logger.warning("hi %s %d", "there", 5)
    logger.debug("more %s", "x")
    return stream.getvalue()


def regex_compile(warm: Namespace, fresh: Namespace) -> Any:
    import re

    re.purge()
    pattern = re.compile(r"(?P<a>[a-z]+|\d{2,3}?)(?:x|y(?=z))*\b(?i:Q)\1")
    return pattern.groups, pattern.groupindex, pattern.flags, bool(pattern.match("abxxqab"))


CHECKS: dict[str, Callable[[Namespace, Namespace], Any]] = {
    "nbody": nbody,
    "spectral_norm": spectral_norm,
    "raytrace": raytrace,
    "scimark_sor": scimark_sor,
    "scimark_lu": scimark_lu,
    "scimark_fft": scimark_fft,
    "scimark_monte_carlo": scimark_monte_carlo,
    "scimark_sparse_mat_mult": scimark_sparse_mat_mult,
    "generators": generators,
    "tomli_loads": tomli_loads,
    "pickle_pure_python": pickle_pure_python,
    "unpickle_pure_python": pickle_pure_python,
    "deepcopy": deepcopy,
    "deepcopy_reduce": deepcopy,
    "deepcopy_memo": deepcopy,
    "logging_format": logging,
    "logging_silent": logging,
    "logging_simple": logging,
    "regex_compile": regex_compile,
}
