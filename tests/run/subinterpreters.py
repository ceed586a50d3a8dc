"""Subinterpreters: hot code there, exceptions, their end, hot code here before, meanwhile and after."""

import _xxsubinterpreters as interpreters
import sys


def work(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total


SCRIPT = """
import sys, gc
def work(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total
class Thing:
    def __init__(self, x):
        self.x = x
    def get(self):
        return self.x
def things(n):
    return sum(Thing(i).get() for i in range(n))
def down(n):
    return down(n - 1) + 1 if n else 0
def produce(n):
    for i in range(n):
        yield work(i)
for _ in range(200):
    result = work(50), things(10), down(20), sum(produce(8))
try:
    down(5000)
except RecursionError as e:
    result += (str(e),)
events = []
def tracer(frame, event, arg):
    events.append(event)
    return tracer
sys.settrace(tracer)
work(5)
sys.settrace(None)
gc.collect()
print("inside", result, len(events), "work" in globals())
sys.stdout.flush()
"""


def meanwhile(n):
    results = []
    for k in range(n):
        other = interpreters.create()
        interpreters.run_string(other, SCRIPT)
        results.append(work(100))
        sys.stdout.flush()
        interpreters.run_string(other, "import sys; print('again', work(100), len(sys.modules) > 10); sys.stdout.flush()")
        try:
            interpreters.run_string(other, "work('x')")
        except interpreters.RunFailedError as e:
            results.append(str(e))
        interpreters.destroy(other)
        results.append(work(k * 10))
    return results


for _ in range(200):
    work(50)
print("outside", meanwhile(2))
sys.stdout.flush()
print(meanwhile(3), work(1000))
left_alive = interpreters.create()
interpreters.run_string(left_alive, SCRIPT)
print("end", work(60))
