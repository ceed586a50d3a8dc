/* What generators and coroutines do with other ones. */
#include "helpers.h"
#include "internal/pycore_pyerrors.h"

PyObject *tierup_get_yield_from_iter(_PyInterpreterFrame *f, PyObject *x) {
    if (PyCoro_CheckExact(x)) {
        if (f->f_code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE)) return new_ref(x);
        PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return NULL;
    }
    return PyGen_CheckExact(x) ? new_ref(x) : PyObject_GetIter(x);
}

static bool is_coroutine(PyObject *x) {
    return PyCoro_CheckExact(x) || (PyGen_CheckExact(x) && ((PyCodeObject *)((PyGenObject *)x)->gi_code)->co_flags & CO_ITERABLE_COROUTINE);
}

/* Somebody awaits it, and it waits for something itself. */
static bool is_awaited(PyGenObject *coroutine) {
    if (coroutine->gi_frame_state == FRAME_CREATED || coroutine->gi_frame_state >= FRAME_CLEARED) return false;
    _Py_CODEUNIT next = ((_PyInterpreterFrame *)coroutine->gi_iframe)->prev_instr[1];
    return tierup_code_opcode(next) == RESUME && _Py_OPARG(next) >= 2;
}

/* What a slot does: of classes of the program it calls the function of that name. */
static PyObject *call_slot(PyThreadState *ts, PyObject *x, unaryfunc slot, enum tierup_name_id id) {
    PyObject *name = Py_TYPE(x)->tp_flags & Py_TPFLAGS_HEAPTYPE ? tierup_name_get(id) : NULL;
    PyObject *function = name ? _PyType_Lookup(Py_TYPE(x), name) : NULL;
    return function != NULL && Py_IS_TYPE(function, &PyFunction_Type) ? tierup_call_one(ts, function, x) : slot(x);
}

/* The iterator of an object with an __await__ in C or Python; whoever raises says what is wrong with it. */
static PyObject *awaitable_iterator(PyThreadState *ts, PyObject *x, int64_t oparg) {
    PyTypeObject *type = Py_TYPE(x);
    if (type->tp_as_async == NULL || type->tp_as_async->am_await == NULL) {
        if (oparg == 0) return PyErr_Format(PyExc_TypeError, "object %.100s can't be used in 'await' expression", type->tp_name);
        return PyErr_Format(PyExc_TypeError, "'async with' received an object from %s that does not implement __await__: %.100s",
                            oparg == 1 ? "__aenter__" : "__aexit__", type->tp_name);
    }
    PyObject *iterator = call_slot(ts, x, type->tp_as_async->am_await, NAME_AWAIT);
    if (iterator == NULL) return NULL;
    if (is_coroutine(iterator)) PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine");
    else if (!PyIter_Check(iterator)) PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'", Py_TYPE(iterator)->tp_name);
    else return iterator;
    Py_DECREF(iterator);
    return NULL;
}

PyObject *tierup_get_awaitable(PyThreadState *ts, PyObject *x, int64_t oparg) {
    if (!is_coroutine(x)) return awaitable_iterator(ts, x, oparg);
    if (PyCoro_CheckExact(x) && is_awaited((PyGenObject *)x)) {
        PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
        return NULL;
    }
    return new_ref(x);
}

int64_t tierup_send(PyObject *receiver, PyObject *value, void *out) {
    PyAsyncMethods *methods = Py_TYPE(receiver)->tp_as_async;
    PySendResult status = LIKELY(methods != NULL && methods->am_send != NULL) ? methods->am_send(receiver, value, out) : PyIter_Send(receiver, value, out);
    return status == PYGEN_ERROR ? -1 : status == PYGEN_NEXT;
}

/* ---- async for ---- */

PyObject *tierup_get_aiter(PyThreadState *ts, PyObject *x) {
    PyTypeObject *type = Py_TYPE(x);
    if (type->tp_as_async == NULL || type->tp_as_async->am_aiter == NULL)
        return PyErr_Format(PyExc_TypeError, "'async for' requires an object with __aiter__ method, got %.100s", type->tp_name);
    PyObject *iterator = call_slot(ts, x, type->tp_as_async->am_aiter, NAME_AITER);
    if (iterator == NULL) return NULL;
    type = Py_TYPE(iterator);
    if (type->tp_as_async != NULL && type->tp_as_async->am_anext != NULL) return iterator;
    PyErr_Format(PyExc_TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: %.100s", type->tp_name);
    Py_DECREF(iterator);
    return NULL;
}

PyObject *tierup_get_anext(PyThreadState *ts, PyObject *iterator) {
    PyTypeObject *type = Py_TYPE(iterator);
    if (type->tp_as_async == NULL || type->tp_as_async->am_anext == NULL)
        return PyErr_Format(PyExc_TypeError, "'async for' requires an iterator with __anext__ method, got %.100s", type->tp_name);
    if (PyAsyncGen_CheckExact(iterator)) return tierup_async_begin(ts, (PyAsyncGenObject *)iterator) < 0 ? NULL : type->tp_as_async->am_anext(iterator);
    PyObject *next = call_slot(ts, iterator, type->tp_as_async->am_anext, NAME_ANEXT);
    if (next == NULL) return NULL;
    PyObject *awaitable = is_coroutine(next) ? new_ref(next) : awaitable_iterator(ts, next, 0);
    if (awaitable == NULL) _PyErr_FormatFromCause(PyExc_TypeError, "'async for' received an invalid object from __anext__: %.100s", Py_TYPE(next)->tp_name);
    Py_DECREF(next);
    return awaitable;
}
