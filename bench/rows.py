"""The table of benchmarks: one row each, in groups. pyperformance's own files are run; `own` names a file of bench/programs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`folder` is the bm_* directory of pyperformance, or "" for a program of our own, which may need a package (`needs`)."""

    name: str
    group: str
    folder: str
    args: tuple[str, ...] = ()
    needs: str = ""


def same(group: str, *names: str) -> list[Row]:
    """Benchmarks whose directory has the name of the benchmark."""
    return [Row(name, group, f"bm_{name}") for name in names]


def of(group: str, folder: str, prefix: str, *args: str) -> list[Row]:
    """Several benchmarks of one file, each selected by an argument that is also the end of its name."""
    return [Row(prefix + arg, group, f"bm_{folder}", (arg,)) for arg in args]


def parts(group: str, folder: str, *names: str) -> list[Row]:
    """Several benchmarks that one file always runs; the driver measures the one that is asked for."""
    return [Row(name, group, f"bm_{folder}") for name in names]


def own(*names: str) -> list[Row]:
    return [Row(name, "own", "") for name in names]


ROWS = [
    *same("numeric", "nbody", "spectral_norm", "fannkuch", "float"),
    *of("numeric", "scimark", "scimark_", "fft", "lu", "monte_carlo", "sor", "sparse_mat_mult"),
    *parts("numeric", "barnes_hut", "quadtree_nbody"),
    *same("oo", "richards", "richards_super", "deltablue", "raytrace", "chaos", "go", "hexiom", "meteor_contest", "nqueens"),
    *same("oo", "crypto_pyaes", "pyflate", "mdp"),
    *same("gen", "generators", "coroutines", "async_generators"),
    *of("gen", "async_tree", "async_tree_", "none"),
    Row("pickle_pure_python", "data", "bm_pickle", ("--pure-python", "pickle")),
    Row("unpickle_pure_python", "data", "bm_pickle", ("--pure-python", "unpickle")),
    *same("data", "json_dumps"),
    *of("data", "logging", "logging_", "format", "silent", "simple"),
    *parts("data", "deepcopy", "deepcopy", "deepcopy_reduce", "deepcopy_memo"),
    *same("data", "unpack_sequence", "comprehensions", "tomli_loads", "typing_runtime_protocols", "regex_compile"),
    *of("apps", "sqlglot_v2", "sqlglot_v2_", "parse", "transpile", "optimize"),
    *same("apps", "docutils", "html5lib", "mako", "chameleon", "django_template"),
    *of("apps", "sympy", "sympy_", "expand", "integrate", "sum", "str"),
    *same("apps", "2to3"),
    *(Row(name, "arrays", "", needs="numpy==2.4.6") for name in ("heat_stencil", "mandelbrot_array", "edit_distance")),
    *own("mandelbrot", "fannkuch_loop", "fib", "loop_exceptions", "loop_with", "string_building", "word_count"),
]
GROUPS = ["numeric", "oo", "gen", "data", "apps", "arrays", "own"]
OURS = ("arrays", "own")
"""Groups of programs of our own: they count in no mean but that of their group."""
TRIMMED = {"logging_silent", "unpack_sequence"}  # rows whose work an optimiser may remove altogether
QUICK = ["nbody", "spectral_norm", "fannkuch", "float", "richards", "deltablue", "chaos", "nqueens", "deepcopy", "unpack_sequence", "fib"]
FIRST_BAR_NUMERIC = ["nbody", "spectral_norm", "fannkuch", "float"] + [row.name for row in ROWS if row.name.startswith("scimark_")]
FIRST_BAR_MIXED = [
    *("richards", "deltablue", "raytrace", "chaos", "nqueens", "hexiom", "go", "crypto_pyaes", "pyflate", "meteor_contest"),
    *("unpack_sequence", "deepcopy", "pickle_pure_python", "logging_format", "logging_silent", "logging_simple", "json_dumps", "mako"),
]


def select(only: str, quick: bool) -> list[Row]:
    """The rows asked for; an unknown name is an error, as a typing mistake would otherwise measure nothing."""
    if not only:
        return [row for row in ROWS if not quick or row.name in QUICK]
    by_name = {row.name: [row] for row in ROWS} | {group: [row for row in ROWS if row.group == group] for group in GROUPS}
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise SystemExit(f"unknown benchmark or group: {', '.join(unknown)}")
    return [row for name in wanted for row in by_name[name]]
