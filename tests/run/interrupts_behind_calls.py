"""Signals and exceptions for a thread come behind the call in C during which they arrived, not later: inside its try, at its line."""

import _thread
import ctypes
import functools
import signal
import sys
import threading

QUIET = signal.SIGUSR2  # nobody handles it: interrupt_main() does nothing
LOUD = signal.SIGINT
HANDLED = signal.SIGUSR1
seen = []
interrupt = _thread.interrupt_main
set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc


class Odd(Exception):
    pass


def note(number, frame):
    seen.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))


def line_of(error, function):
    traceback = error.__traceback__
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_lineno - function.__code__.co_firstlineno


def known_call(numbers):
    done = late = 0
    for number in numbers:
        try:
            interrupt(number)
            done += number == QUIET
            late += number != QUIET
        except KeyboardInterrupt as error:
            done += 100 * line_of(error, known_call)
    return done, late


def partial_call(numbers):
    done = late = 0
    for number in numbers:
        act = functools.partial(interrupt, number)
        try:
            act()
            done += number == QUIET
            late += number != QUIET
        except KeyboardInterrupt as error:
            done += 100 * line_of(error, partial_call)
    return done, late


def starred_call(numbers):
    done = late = 0
    for number in numbers:
        arguments = (number,)
        try:
            interrupt(*arguments)
            done += number == QUIET
            late += number != QUIET
        except KeyboardInterrupt as error:
            done += 100 * line_of(error, starred_call)
    return done, late


def small(number):
    raw = number + 1.5
    interrupt(number)
    return raw


def small_calls(numbers):
    done = late = 0
    for number in numbers:
        try:
            done += small(number)
            late += number != QUIET
        except KeyboardInterrupt as error:
            done += 100 * line_of(error, small)
    return done, late


def steps(numbers):
    for number in numbers:
        late = number
        try:
            interrupt(number)
            late = number + 0.5
            yield late
        except KeyboardInterrupt:
            yield late


class Made:
    def __init__(self, number):
        self.number = number
        interrupt(number)
        self.late = number != QUIET


def making(numbers):
    done = late = 0
    for number in numbers:
        try:
            late += Made(number).late
            done += 1
        except KeyboardInterrupt as error:
            done += 100 * line_of(error, Made.__init__)
    return done, late


def handled(numbers):
    raw = 1.0
    for number in numbers:
        raw *= 1.5
        interrupt(number)
        raw += len(seen)
    return raw


def for_this_thread(numbers):
    me, nobody = ctypes.c_ulong(threading.get_ident()), ctypes.c_ulong(0)
    odd = ctypes.py_object(Odd)
    done = late = 0
    for number in numbers:
        try:
            set_exception(nobody if number == QUIET else me, odd)
            done += number == QUIET
            late += number != QUIET
        except Odd as error:
            done += 100 * line_of(error, for_this_thread)
    return done, late


def waited(n):
    """The thread interrupts this one while it waits in start() or join()."""
    caught = 0
    for _ in range(n):
        thread = threading.Thread(target=interrupt)
        try:
            try:
                thread.start()
                thread.join()
            finally:
                thread.join()
        except KeyboardInterrupt:
            caught += 1
    return caught


signal.signal(HANDLED, note)
quiet, mixed = [QUIET] * 40, [QUIET, QUIET, LOUD, QUIET, LOUD, LOUD] * 5
for function in (known_call, partial_call, starred_call, small_calls, lambda numbers: list(steps(numbers)), making, for_this_thread):
    for _ in range(10):
        function(quiet)
    print([function(numbers) for numbers in (mixed, quiet, mixed, mixed)])
for numbers in (quiet, [QUIET, HANDLED] * 5, quiet, [QUIET, HANDLED] * 5):
    for _ in range(10):
        handled(quiet)
    print(handled(numbers), seen)
sys.setswitchinterval(1)  # a thread that has to wait for another one for 5 ms may be late in plain CPython, too
for _ in range(4):
    print(waited(30))
