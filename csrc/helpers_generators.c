/* What generators and coroutines do with other ones. */
#include "helpers.h"

PyObject *tierup_get_yield_from_iter(_PyInterpreterFrame *f, PyObject *x) {
    if (PyCoro_CheckExact(x)) {
        if (f->f_code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE)) return new_ref(x);
        PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return NULL;
    }
    return PyGen_CheckExact(x) ? new_ref(x) : PyObject_GetIter(x);
}

int64_t tierup_send(PyObject *receiver, PyObject *value, void *out) {
    PySendResult status = PyIter_Send(receiver, value, out);
    return status == PYGEN_ERROR ? -1 : status == PYGEN_NEXT;
}
