"""SystemExit out of a hot loop: exit code 3, atexit functions and finally blocks run."""

import atexit
import sys

atexit.register(print, "atexit")


def leave(n):
    for i in range(n):
        try:
            if i == 1500:
                sys.exit(3)
        finally:
            if i % 500 == 0:
                print("finally", i)


for _ in range(20):
    leave(10)
leave(3000)
