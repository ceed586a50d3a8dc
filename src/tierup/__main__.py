"""`python -m tierup`: the command line."""

from tierup.reports.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
