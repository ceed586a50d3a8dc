/* The short way from native code into the region of a function in Python. */
#ifndef TIERUP_DIRECT_H
#define TIERUP_DIRECT_H

#include "helpers.h"

/* "Not this way": nothing has happened. */
#define TIERUP_NOT_DIRECT ((PyObject *)1)

/* What a frame still holds when its function has returned, in its first `slots` slots; the frame is unlinked. */
static inline void tierup_direct_release(PyThreadState *ts, _PyInterpreterFrame *f, PyFunctionObject *function, PyCodeObject *code, int slots) {
    ts->recursion_remaining--;
    if (LIKELY(f->frame_obj == NULL)) {
        for (PyObject **slot = f->localsplus, **end = slot + slots; slot < end; slot++) Py_XDECREF(*slot);
        Py_XDECREF(f->f_locals);
        Py_DECREF(function);
        Py_DECREF(code);
    } else {
        f->stacktop = code->co_nlocalsplus;
        tierup_frame_left(ts, f);
        tierup_frame_clear(ts, f);
    }
    ts->recursion_remaining++;
    tierup_frame_pop(ts, f);
}

int tierup_direct_prelude(_PyInterpreterFrame *f, PyCodeObject *code); /* what stands before RESUME */

/* Anything but an object came back. */
PyObject *tierup_direct_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *result);

/* Are there defaults for the last `missing` parameters? */
static inline bool tierup_direct_defaults(PyFunctionObject *function, int64_t missing) {
    return missing > 0 && function->func_defaults != NULL && PyTuple_GET_SIZE(function->func_defaults) >= missing;
}

/* Calls a function with positional arguments: self (owned, unless NULL) and args, which are taken over unless `borrow`; the caller's frame stands where it
   should. Does nothing if the function has no region or takes other arguments, or when something else is to be done on the way. */
static inline __attribute__((always_inline)) PyObject *tierup_direct_call(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, bool borrow) {
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    struct tierup_code_state *state = tierup_code_state_get(code);
    tierup_region *region = state != NULL ? state->call_region : NULL;
    _PyCFrame *cframe = ts->cframe;
    if (UNLIKELY(region == NULL)) return TIERUP_NOT_DIRECT;
    int64_t missing = state->plain_arguments - n - (self != NULL);
    if ((missing != 0 && !tierup_direct_defaults(function, missing)) || UNLIKELY(ts->interp->eval_frame != NULL) || UNLIKELY(cframe->use_tracing)
        || UNLIKELY(_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker)) || UNLIKELY(ts->recursion_remaining < 2) || UNLIKELY(tierup_stack_tight())) return TIERUP_NOT_DIRECT;
    _PyInterpreterFrame *f = tierup_frame_room(ts, code), *caller = cframe->current_frame;
    if (UNLIKELY(f == NULL)) return TIERUP_NOT_DIRECT;
    PyObject **slot = f->localsplus, **end = slot + code->co_nlocalsplus;
    if (self != NULL) *slot++ = self;
    for (int64_t i = 0; i < n; i++) *slot++ = borrow ? new_ref(args[i]) : args[i];
    for (; missing > 0; missing--) *slot++ = new_ref(PyTuple_GET_ITEM(function->func_defaults, PyTuple_GET_SIZE(function->func_defaults) - missing));
    while (slot < end) *slot++ = NULL;
    Py_INCREF(function);
    Py_INCREF(code);
    f->f_func = function;
    f->f_globals = function->func_globals;
    f->f_builtins = function->func_builtins;
    f->f_locals = NULL;
    f->f_code = code;
    f->frame_obj = NULL;
    f->previous = caller;
    f->prev_instr = _PyCode_CODE(code) + code->_co_firsttraceable;
    f->stacktop = -1;
    f->is_entry = true;
    f->owner = FRAME_OWNED_BY_THREAD;
    ts->recursion_remaining--;
    cframe->current_frame = f;
    region->active++;
    region->entries++;
    PyObject *result = NULL;
    int slots = code->co_nlocalsplus;
    if (LIKELY(code->_co_firsttraceable == 0)) result = region->entry(ts, f);
    else if (tierup_direct_prelude(f, code) == 0) result = region->entry(ts, f);
    else f->prev_instr = _PyCode_CODE(code) - 1;
    if (LIKELY((uintptr_t)result > 2)) {
        region->active--;
        if ((unsigned)f->stacktop < (unsigned)slots) slots = f->stacktop; /* the region says how many it has used */
    }
    else result = tierup_direct_finish(ts, f, region, result);
    ts->recursion_remaining++;
    cframe->current_frame = caller;
    tierup_direct_release(ts, f, function, code, slots);
    return result;
}

#endif
