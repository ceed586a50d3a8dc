"""The command line: run, compare, dump, doctor, replay."""
