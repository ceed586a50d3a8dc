"""The packages whose own tests are run: one row each. What a row says is all that the runner knows of a package.

A shard is what one pytest process runs: one or more arguments for pytest, which are paths in the unpacked source, or, for packages whose tests
are installed with them, names for --pyargs. Subsets are chosen where everything takes more than five minutes, and for force mode, which compiles
everything that is called twice in each process: what runs Python code and callbacks from C comes before what repeats the same with other numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SEED = ("--hypothesis-seed=0",)


@dataclass(frozen=True)
class Package:
    """One row: where the tests of a package come from, which of them are run, and how."""

    name: str
    version: str
    tests: tuple[str, ...]  # shards
    forced: tuple[str, ...] = ()  # shards for force mode, if not the same
    source: bool = False  # the tests are in the source distribution, not in what is installed
    arguments: tuple[str, ...] = ()
    deselect: dict[str, str] = field(default_factory=dict)  # beginning of a node id -> why it can't be run at all
    differs: dict[str, str] = field(default_factory=dict)  # part of a case's name -> why it is known to come out differently
    spare_tools: bool = True  # force mode leaves pytest and hypothesis to the interpreter, which saves most of the time

    def shards(self, mode: str) -> tuple[str, ...]:
        return self.tests if mode == "on" or not self.forced else self.forced


def of(place: str, names: str, suffix: str = "") -> str:
    """One shard: these modules or files of one place."""
    return " ".join(f"{place}{name}{suffix}" for name in names.split())


def each(place: str, names: str, suffix: str = "") -> tuple[str, ...]:
    """One shard for each of these modules or files."""
    return tuple(of(place, name, suffix) for name in names.split())


NUMPY_CORE = "overrides protocols ufunc regression indexing records arrayprint function_base nditer dtype"
MPMATH = "basic_ops bitwise convert division format trig power special str summation matrices linalg calculus diff interval rootfinding"
SQLALCHEMY_ORM = "mapper query session unitofwork attributes eager_relations"

PACKAGES = (
    Package(
        "attrs",
        "26.1.0",
        ("tests",),
        each("tests/test_", "annotations cmp converters dunders filters funcs functional hooks make next_gen setattr slots validators", ".py"),
        source=True,
        arguments=SEED,
    ),
    Package(
        "jinja2",
        "3.1.6",
        ("tests",),
        each("tests/test_", "lexnparse nativetypes security ext regression debug runtime", ".py"),
        source=True,
    ),
    Package(
        "networkx",
        "3.6.1",
        each("networkx.", "algorithms classes generators readwrite utils"),
        each("networkx.", "classes.tests.test_graph classes generators utils algorithms.flow algorithms.tree algorithms.isomorphism algorithms.traversal"),
    ),
    Package(
        "mpmath",
        "1.4.1",
        (of("mpmath/tests/test_", MPMATH, ".py"), of("mpmath/tests/test_", "functions identify eigen levin ode quad", ".py")),
        each("mpmath/tests/test_", "basic_ops bitwise convert division format trig power str matrices rootfinding", ".py"),
        source=True,  # its conftest.py, which is not installed, gives each test the usual precision
        arguments=SEED,
    ),
    Package(
        "sqlalchemy",
        "2.1.9",
        ("test/sql", "test/base test/engine", "test/ext", of("test/orm/test_", SQLALCHEMY_ORM, ".py")),
        each(
            "test/",
            "base/test_utils base/test_events base/test_result sql/test_select sql/test_operators sql/test_query orm/test_unitofwork orm/test_attributes",
            ".py",
        ),
        source=True,
        differs={"SubclassGrowthTest": "a class that a region refers to is freed by a later collection than plain (known limit)"},
    ),
    Package(
        "pytest",
        "9.2.0",
        ("testing",),
        each("testing/test_", "assertion mark monkeypatch parseopt skipping stash recwarn reports runner", ".py"),
        source=True,
        spare_tools=False,
    ),
    Package(
        "numpy",
        "2.4.6",
        ("numpy.lib", "numpy.polynomial numpy.ma numpy.matrixlib", of("numpy._core.tests.test_", NUMPY_CORE)),
        each(
            "numpy.",
            "_core.tests.test_overrides _core.tests.test_protocols _core.tests.test_arrayprint _core.tests.test_records lib.tests.test_mixins polynomial",
        ),
        differs={"TestStructuredObjectRefcounting": "counts all references to the int 1, of which what tierup notes in the same process has some"},
    ),
    Package(
        "pandas",
        "3.1.1",
        (of("pandas.tests.", "apply base"), "pandas.tests.groupby", of("pandas.tests.", "series tseries")),
        each("pandas.tests.", "apply.test_frame_apply groupby.test_apply"),
    ),
)
