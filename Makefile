# make demo    set up everything and compare an example program without and with tierup
# make test    set up everything and run all tests
# make check   linters, types, and the quick tests of the tables and import directions
# make bench   the benchmarks (BENCH=arguments for bench/run.py)
# make whole   the same programs as whole processes, the first one with tierup included (BENCH=arguments for bench/whole.py)
# make fuzz    random programs, plain against tierup, for SECONDS; differences are made smaller and kept in fuzz/findings
# make conformance  CPython's own tests, plain against force and stress mode, case by case (CONFORMANCE=arguments for conformance/run.py)
# make packages  the tests of other people's packages, plain against tierup (PACKAGES="attrs jinja2", MODES="on force"; default: all)
# make sanitize  programs of tests/run with an extension that checks its memory accesses (SHARD=1/5)
# make refleak   programs of tests/run again and again in one process: does anything grow?
# make soak      compiles, drops and compiles again for SECONDS: does memory grow?
# make lock    resolve the dependencies anew
# make clean   remove all that was built
#
# PYTHON is the interpreter to use; VENV the folder of its virtual environment.

PYTHON ?= python3
VENV ?= .venv
EXAMPLE ?= examples/particles.py
JOBS ?= 2
BENCH ?=
SECONDS ?= 60
CONFORMANCE ?=
PACKAGES ?=
MODES ?= on force
SHARD ?= 1/5

python := $(VENV)/bin/python
pip := $(python) -m pip --disable-pip-version-check install --quiet --constraint requirements.lock
sources := setup.py MANIFEST.in $(shell find src csrc -name '*.py' -o -name '*.pyi' -o -name '*.c' -o -name '*.h' -o -name '*.pth' 2>/dev/null)

.PHONY: demo test check bench whole fuzz conformance packages sanitize refleak soak lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.package
	$(VENV)/bin/tierup compare $(EXAMPLE)

test: $(VENV)/.package $(VENV)/.dev
	$(python) -m pytest -n $(JOBS)

# mypy does not notice new modules behind "from package import module" when it reads its cache.
check: $(VENV)/.package $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy --no-incremental
	$(python) -m pytest --quiet tests/test_layers.py tests/test_tables.py

bench: $(VENV)/.package $(VENV)/.bench
	$(python) bench/run.py $(BENCH)

whole: $(VENV)/.package $(VENV)/.bench
	$(python) bench/whole.py $(BENCH)

fuzz: $(VENV)/.package $(VENV)/.dev
	$(python) fuzz/run.py --seconds $(SECONDS) --jobs $(JOBS)

conformance: $(VENV)/.package
	$(python) conformance/run.py --jobs $(JOBS) $(CONFORMANCE)

packages: $(VENV)/.package
	$(python) conformance/packages/run.py --packages "$(PACKAGES)" --modes "$(MODES)"

sanitize: $(VENV)/.package $(VENV)/.dev
	$(python) soundness/sanitize.py --shard $(SHARD)

refleak: $(VENV)/.package $(VENV)/.dev
	$(python) soundness/refleak.py

soak: $(VENV)/.package $(VENV)/.dev
	$(python) soundness/soak.py --seconds $(SECONDS)

# The dependencies, at the versions of the lock file.
$(VENV)/.base: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(pip) setuptools
	$(pip) llvmlite rich
	touch $@

# The package, as a user would have it: not editable, so that what is tested is what is installed.
$(VENV)/.package: $(VENV)/.base $(sources)
	find build/*/lib.* -name '*.py' -delete 2>/dev/null || true
	$(pip) --no-build-isolation --no-deps --force-reinstall .
	touch $@

$(VENV)/.dev: requirements.lock pyproject.toml | $(VENV)/.package
	$(pip) --no-build-isolation '.[dev]'
	touch $@

$(VENV)/.bench: requirements.lock pyproject.toml | $(VENV)/.package
	$(pip) --no-build-isolation '.[bench]'
	touch $@

lock:
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet --upgrade setuptools
	build/lock/bin/python -m pip install --quiet '.[dev,bench]'
	build/lock/bin/python -m pip freeze --all --exclude tierup --exclude pip > requirements.lock

clean:
	rm -rf $(VENV) build src/*.egg-info src/tierup/*.so .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
