"""Other users of the interpreter's notes on code objects: their function for freeing is called for their own notes only."""

import ctypes
import gc

freed = []
api = ctypes.pythonapi
Free = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
free = Free(freed.append)
request, note = api._PyEval_RequestCodeExtraIndex, api._PyCode_SetExtra
request.argtypes, request.restype = (Free,), ctypes.c_ssize_t
note.argtypes, note.restype = (ctypes.py_object, ctypes.c_ssize_t, ctypes.c_void_p), ctypes.c_int
index = request(free)


def made(number, noted):
    space = {}
    exec(f"def f(n):\n    total = {number}\n    for i in range(n):\n        total += i\n    return total", space)
    function = space.pop("f")
    if noted:
        note(function.__code__, index, ctypes.c_void_p(number))
    return [function(k) for k in range(6)]


for number in range(1, 9):
    print(made(number, number % 3 == 0))
gc.collect()
print(sorted(value for value in freed if value is None), set(freed) <= {3, 6})
