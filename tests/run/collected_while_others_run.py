"""Collections at any moment, whose callbacks let other threads run, while hot code is looked at (after test_multiprocessing of CPython's own tests)."""

import gc
import random
import sys
import threading
import time
from multiprocessing import util


def test(seconds):
    def callback():
        pass

    class Held:
        def __init__(self):
            self.itself = self
            util.Finalize(self, callback, exitpriority=random.randint(1, 100))

    finished, errors = False, []

    def run_finalizers():
        while not finished:
            time.sleep(random.random() * 1e-2)
            try:
                util._run_finalizers()
            except Exception as error:
                errors.append(error)

    def make_finalizers():
        made = {}
        while not finished:
            try:
                made[random.getrandbits(5)] = {Held() for _ in range(10)}
            except Exception as error:
                errors.append(error)
                made.clear()

    threads = [threading.Thread(target=work) for work in (run_finalizers, make_finalizers)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    finished = True
    for thread in threads:
        thread.join()
    return errors


before = sys.getswitchinterval(), gc.get_threshold()
sys.setswitchinterval(1e-6)
gc.set_threshold(5, 5, 5)
try:
    errors = test(2)
finally:
    sys.setswitchinterval(before[0])
    gc.set_threshold(*before[1])
print("all threads came to their end; what was raised in them:", errors[:2], "alive:", threading.active_count())
