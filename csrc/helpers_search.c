/* Searches in exact strs: methods that take their arguments in a tuple, and parse it, when they are called. */
#include "helpers.h"

int64_t tierup_str_tail(PyObject *s, PyObject *what, int64_t start, int64_t stop, int64_t direction) {
    if (!PyTuple_CheckExact(what)) return PyUnicode_Tailmatch(s, what, start, stop, (int)direction);
    for (Py_ssize_t i = 0, n = PyTuple_GET_SIZE(what); i < n; i++) {
        int found = (int)PyUnicode_Tailmatch(s, PyTuple_GET_ITEM(what, i), start, stop, (int)direction);
        if (found != 0) return found;
    }
    return 0;
}

int64_t tierup_str_find(PyObject *s, PyObject *what, int64_t start, int64_t stop, int64_t direction) {
    return PyUnicode_Find(s, what, start, stop, (int)direction) + 1;
}

int64_t tierup_str_count(PyObject *s, PyObject *what, int64_t start, int64_t stop) { return PyUnicode_Count(s, what, start, stop); }
