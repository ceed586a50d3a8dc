/* Our own Python code keeps the builtins that there were when tierup was loaded, whatever the program puts in their place. */
#include "runtime.h"

static PyObject *kept; /* a copy of the dictionary */

int tierup_builtins_keep(void) {
    PyObject *builtins = PyEval_GetBuiltins();
    if (kept == NULL && builtins != NULL) kept = PyDict_Copy(builtins);
    return kept == NULL ? -1 : 0;
}

static int tierup_builtins_seal_one(PyFunctionObject *function) {
    Py_INCREF(kept);
    Py_XSETREF(function->func_builtins, kept);
    PyObject *now = PyDict_GetItemWithError(function->func_globals, &_Py_ID(__builtins__)); /* decides for functions that will be made there */
    if (now == kept) return 0;
    return now == NULL && PyErr_Occurred() ? -1 : PyDict_SetItem(function->func_globals, &_Py_ID(__builtins__), kept);
}

/* All functions of ours that exist by now, and those that they make; in so many generations of the collector, the youngest first. */
int tierup_builtins_seal(int generations) {
    int error = 0;
    for (int generation = 0; generation < generations; generation++)
        for (PyObject *item = tierup_tracked_first(generation); error == 0 && item != NULL; item = tierup_tracked_next(generation, item))
            if (PyFunction_Check(item) && tierup_codes_own_globals(PyFunction_GET_GLOBALS(item))) error = tierup_builtins_seal_one((PyFunctionObject *)item);
    return error;
}
