/* Asynchronous generators: the frame of one is resumed by the awaitables that __anext__() and asend() give. Their slots are ours while tierup is on; `throw` and
   `close`, and all that athrow() and aclose() give, stay the library's, which find the frame as the interpreter leaves it. */
#include "helpers.h"

static iternextfunc plain_iternext;
static PyCFunction plain_send_method;

/* ---- a step of the generator ---- */

/* It has come to its end by itself, or by an exception (set). */
static PySendResult tierup_async_ended(PyAsyncGenObject *gen, PySendResult status) {
    if (status == PYGEN_RETURN || PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) gen->ag_closed = 1;
    gen->ag_running_async = 0;
    return status;
}

enum tierup_async_outcome { TIERUP_ASYNC_ITEM, TIERUP_ASYNC_AWAITS, TIERUP_ASYNC_END, TIERUP_ASYNC_RAISED, TIERUP_ASYNC_NOT_OURS };

/* To the next item (*out), to where something that it awaits has yielded *out, to its end (nothing is set), or to an exception. Of one that is not ours nothing is changed. */
static inline enum tierup_async_outcome tierup_async_step(PyThreadState *ts, PyAsyncGenObject *gen, PyObject *sent, PyObject **out) {
    char before = gen->ag_running_async;
    PySendResult status;
    gen->ag_running_async = 1;
    if (UNLIKELY(!tierup_generators_step(ts, (PyGenObject *)gen, sent, out, &status))) {
        gen->ag_running_async = before;
        return TIERUP_ASYNC_NOT_OURS;
    }
    if (LIKELY(status == PYGEN_NEXT)) {
        if (!tierup_generators_at_item((PyGenObject *)gen)) return TIERUP_ASYNC_AWAITS;
        gen->ag_running_async = 0;
        return TIERUP_ASYNC_ITEM;
    }
    tierup_async_ended(gen, status);
    if (status == PYGEN_RETURN) Py_CLEAR(*out);
    return status == PYGEN_RETURN ? TIERUP_ASYNC_END : TIERUP_ASYNC_RAISED;
}

/* ---- awaitables ---- */

/* One that can't go on, or whose generator runs already, is left to the library, which says so. */
static inline PySendResult tierup_async_send(tierup_asend *awaitable, PyObject *sent, PyObject **out, bool *done) {
    bool begins = awaitable->state == TIERUP_ASEND_NEW;
    *done = false;
    if (UNLIKELY(awaitable->state == TIERUP_ASEND_CLOSED || (begins && awaitable->gen->ag_running_async))) return PYGEN_ERROR;
    if (begins && (sent == NULL || sent == Py_None)) sent = awaitable->sent;
    awaitable->state = TIERUP_ASEND_ITERATED;
    enum tierup_async_outcome outcome = tierup_async_step(_PyThreadState_GET(), awaitable->gen, sent ? sent : Py_None, out);
    if (UNLIKELY(outcome == TIERUP_ASYNC_NOT_OURS)) {
        if (begins) awaitable->state = TIERUP_ASEND_NEW;
        return PYGEN_ERROR;
    }
    *done = true;
    if (outcome == TIERUP_ASYNC_AWAITS) return PYGEN_NEXT;
    if (outcome == TIERUP_ASYNC_END) PyErr_SetNone(PyExc_StopAsyncIteration);
    awaitable->state = TIERUP_ASEND_CLOSED;
    return outcome == TIERUP_ASYNC_ITEM ? PYGEN_RETURN : PYGEN_ERROR;
}

/* As an iterator shows it. */
static PyObject *tierup_async_shown(PySendResult status, PyObject *result) {
    if (status == PYGEN_NEXT) return result;
    if (status == PYGEN_RETURN) {
        _PyGen_SetStopIterationValue(result);
        Py_DECREF(result);
    }
    return NULL;
}

static PyObject *tierup_async_iternext(PyObject *self) {
    PyObject *result;
    bool done;
    PySendResult status = tierup_async_send((tierup_asend *)self, NULL, &result, &done);
    return done ? tierup_async_shown(status, result) : plain_iternext(self);
}

static PyObject *tierup_async_method(PyObject *self, PyObject *sent) {
    PyObject *result;
    bool done;
    PySendResult status = tierup_async_send((tierup_asend *)self, sent, &result, &done);
    return done ? tierup_async_shown(status, result) : plain_send_method(self, sent);
}

/* The library has no such slot, and goes through the two above: the method if something is sent, which counts as recursion. */
static PySendResult tierup_async_slot(PyObject *self, PyObject *sent, PyObject **out) {
    bool done = false;
    PySendResult status = LIKELY(sent == Py_None) ? tierup_async_send((tierup_asend *)self, sent, out, &done) : PYGEN_ERROR;
    if (LIKELY(done)) return status;
    *out = sent == Py_None ? plain_iternext(self) : PyObject_CallMethod(self, "send", "(O)", sent);
    if (*out != NULL) return PYGEN_NEXT;
    return _PyGen_FetchStopIterationValue(out) == 0 ? PYGEN_RETURN : PYGEN_ERROR;
}

/* ---- async for ---- */

int tierup_async_begin(PyThreadState *ts, PyAsyncGenObject *gen) {
    if (LIKELY(gen->ag_hooks_inited)) return 0;
    gen->ag_hooks_inited = 1;
    gen->ag_origin_or_finalizer = Py_XNewRef(ts->async_gen_finalizer);
    PyObject *hook = Py_XNewRef(ts->async_gen_firstiter);
    if (hook == NULL) return 0;
    bool python = Py_IS_TYPE(hook, &PyMethod_Type) || Py_IS_TYPE(hook, &PyFunction_Type);
    PyObject *result = python ? tierup_call_one(ts, hook, (PyObject *)gen) : PyObject_CallOneArg(hook, (PyObject *)gen);
    Py_DECREF(hook);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

enum tierup_anext_outcome { TIERUP_ANEXT_ITEM, TIERUP_ANEXT_AWAITS, TIERUP_ANEXT_END, TIERUP_ANEXT_NOT_OURS };

/* The awaitable that nobody has seen so far is made when it is needed: the generator awaits something. It has held the generator all the time. */
int64_t tierup_anext_send(PyThreadState *ts, PyObject *iterator, void *pair) {
    PyAsyncGenObject *gen = (PyAsyncGenObject *)iterator;
    PyObject **out = pair;
    if (UNLIKELY(!PyAsyncGen_CheckExact(iterator) || !gen->ag_hooks_inited || gen->ag_running_async)) return TIERUP_ANEXT_NOT_OURS;
    Py_INCREF(gen);
    enum tierup_async_outcome outcome = tierup_async_step(ts, gen, Py_None, &out[1]);
    PyObject *awaitable = UNLIKELY(outcome == TIERUP_ASYNC_AWAITS) ? Py_TYPE(gen)->tp_as_async->am_anext(iterator) : NULL;
    Py_DECREF(gen);
    switch (outcome) {
    case TIERUP_ASYNC_ITEM: return TIERUP_ANEXT_ITEM;
    case TIERUP_ASYNC_NOT_OURS: return TIERUP_ANEXT_NOT_OURS;
    case TIERUP_ASYNC_RAISED: return -1;
    case TIERUP_ASYNC_END:
        if (LIKELY(!ts->cframe->use_tracing)) return TIERUP_ANEXT_END;
        PyErr_SetNone(PyExc_StopAsyncIteration); /* tools are to be shown that it is raised */
        return -1;
    case TIERUP_ASYNC_AWAITS: break;
    }
    out[0] = awaitable;
    if (UNLIKELY(awaitable == NULL)) {
        Py_DECREF(out[1]);
        return -1;
    }
    ((tierup_asend *)awaitable)->state = TIERUP_ASEND_ITERATED;
    return TIERUP_ANEXT_AWAITS;
}

/* ---- in and out ---- */

void tierup_async_wrap(void) {
    PyTypeObject *type = &_PyAsyncGenASend_Type;
    PyMethodDef *row = tierup_generators_send_row(type);
    if (type->tp_basicsize != sizeof(tierup_asend) || row == NULL || type->tp_as_async == NULL) return;
    if (plain_iternext == NULL) plain_iternext = type->tp_iternext;
    type->tp_iternext = tierup_async_iternext;
    if (type->tp_as_async->am_send == NULL) type->tp_as_async->am_send = tierup_async_slot;
    if (row->ml_meth == tierup_async_method) return;
    plain_send_method = row->ml_meth;
    row->ml_meth = tierup_async_method;
}

void tierup_async_unwrap(void) {
    PyTypeObject *type = &_PyAsyncGenASend_Type;
    if (plain_iternext == NULL) return;
    if (type->tp_iternext == tierup_async_iternext) type->tp_iternext = plain_iternext;
    if (type->tp_as_async->am_send == tierup_async_slot) type->tp_as_async->am_send = NULL;
    PyMethodDef *row = tierup_generators_send_row(type);
    if (row != NULL && row->ml_meth == tierup_async_method) row->ml_meth = plain_send_method;
}
