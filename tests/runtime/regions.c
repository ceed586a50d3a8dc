/* Regions written by hand, for tests of the runtime. What they do is set in `knobs`. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#define Py_BUILD_CORE 1
#undef _PyGC_FINALIZED
#undef _PyObject_LookupSpecial
#include "internal/pycore_frame.h"
#include "internal/pycore_code.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT int knobs[8]; /* 0: unit to go on at or to raise at; 1: the local to set */
static void at(_PyInterpreterFrame *f, int unit) { f->prev_instr = _PyCode_CODE(f->f_code) + unit; }

static PyGenObject *generator_of(_PyInterpreterFrame *f) { return (PyGenObject *)((char *)f - offsetof(PyGenObject, gi_iframe)); }

/* Of a generator: yields what was sent, at knobs[0], with local [knobs[1]] set to the same. */
EXPORT PyObject *yields(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyObject *sent = f->localsplus[f->f_code->co_nlocalsplus];
    Py_XSETREF(f->localsplus[knobs[1]], Py_NewRef(sent));
    at(f, knobs[0]);
    f->stacktop = f->f_code->co_nlocalsplus;
    generator_of(f)->gi_frame_state = FRAME_SUSPENDED;
    return sent;
}
/* Of a generator: returns what was sent. */
EXPORT PyObject *returns(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    return f->localsplus[f->f_code->co_nlocalsplus];
}
/* Of a generator: does nothing; the interpreter goes on where it stands. */
EXPORT PyObject *gives_back(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->stacktop = f->f_code->co_nlocalsplus + 1;
    return (PyObject *)1;
}
EXPORT PyObject *add(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    return PyNumber_Add(f->localsplus[0], f->localsplus[1]);
}
/* Local [knobs[1]] = 10 * local 0; then the interpreter goes on. */
EXPORT PyObject *leave(PyThreadState *ts, _PyInterpreterFrame *f) {
    Py_XSETREF(f->localsplus[knobs[1]], PyLong_FromLong(10 * PyLong_AsLong(f->localsplus[0])));
    at(f, knobs[0] - 1);
    f->stacktop = f->f_code->co_nlocalsplus;
    return (PyObject *)1;
}
EXPORT PyObject *fail(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    f->stacktop = f->f_code->co_nlocalsplus;
    PyErr_SetString(PyExc_ValueError, "from native code");
    return (PyObject *)2;
}
EXPORT PyObject *fail_unhandled(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    PyErr_SetString(PyExc_ValueError, "from native code");
    return NULL;
}
/* return local0() */
EXPORT PyObject *call(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    return PyObject_CallNoArgs(f->localsplus[0]);
}
/* return local0(local1 - 1) if local1 > 0 else local1; */
EXPORT PyObject *recurse(PyThreadState *ts, _PyInterpreterFrame *f) {
    long n = PyLong_AsLong(f->localsplus[1]);
    at(f, knobs[0]);
    if (n <= 0) return PyLong_FromLong(n);
    PyObject *less = PyLong_FromLong(n - 1), *arguments[] = {f->localsplus[0], less};
    PyObject *result = PyObject_Vectorcall((PyObject *)f->f_func, arguments, 2, NULL);
    Py_DECREF(less);
    return result;
}
/* A loop over locals: local [knobs[1]] counts up to local 0, local [knobs[2]] sums; goes on at knobs[0]; items on the stack are dropped. */
EXPORT PyObject *loop(PyThreadState *ts, _PyInterpreterFrame *f) {
    long n = PyLong_AsLong(f->localsplus[0]);
    for (int k = 0; k < knobs[3]; k++) Py_DECREF(f->localsplus[f->f_code->co_nlocalsplus + k]);
    Py_XSETREF(f->localsplus[knobs[1]], PyLong_FromLong(n));
    Py_XSETREF(f->localsplus[knobs[2]], PyLong_FromLong(n * (n - 1) / 2));
    at(f, knobs[0] - 1);
    f->stacktop = f->f_code->co_nlocalsplus;
    return (PyObject *)1;
}
/* The loop of a module: names instead of locals. */
EXPORT PyObject *loop_names(PyThreadState *ts, _PyInterpreterFrame *f) {
    for (int k = 0; k < knobs[3]; k++) Py_DECREF(f->localsplus[f->f_code->co_nlocalsplus + k]);
    PyObject *number = PyLong_FromLong(knobs[1]);
    PyDict_SetItemString(f->f_locals, "moved", number);
    Py_DECREF(number);
    at(f, knobs[0] - 1);
    f->stacktop = f->f_code->co_nlocalsplus;
    return (PyObject *)1;
}
EXPORT PyObject *loop_call(PyThreadState *ts, _PyInterpreterFrame *f) {
    at(f, knobs[0]);
    PyObject *result = PyObject_CallNoArgs(f->localsplus[0]);
    f->stacktop = f->f_code->co_nlocalsplus;
    if (result == NULL) return (PyObject *)2;
    Py_DECREF(result);
    at(f, knobs[1] - 1);
    return (PyObject *)1;
}
