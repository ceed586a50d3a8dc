"""Region files on disk: the second run of a program loads them instead of compiling."""
