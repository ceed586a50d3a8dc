/* Inlined code that is left early: its frames are rebuilt here, and the interpreter finishes them, innermost first. */
#include "helpers.h"
#include <string.h>

static __attribute__((noinline, cold)) _PyInterpreterFrame *frame_elsewhere(PyCodeObject *code) {
    _PyInterpreterFrame *f = PyMem_Malloc(tierup_frame_words(code) * sizeof(PyObject *));
    if (f == NULL) Py_FatalError("no memory to rebuild the frame of inlined code");
    return f;
}

/* On the data stack, or (full chunk) somewhere else: the frame is only ever seen through pointers to it. */
static inline _PyInterpreterFrame *frame_place(PyThreadState *ts, PyCodeObject *code) {
    _PyInterpreterFrame *f = tierup_frame_room(ts, code);
    return LIKELY(f != NULL) ? f : frame_elsewhere(code);
}

static inline void frame_give_back(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code) {
    if (LIKELY(ts->datastack_top == (PyObject **)f + tierup_frame_words(code))) tierup_frame_pop(ts, f);
    else PyMem_Free(f);
}

static inline __attribute__((always_inline)) void frame_fill(_PyInterpreterFrame *f, void *caller, PyObject *callable, PyCodeObject *code, int64_t offset, PyObject **items, int64_t n, int stacktop) {
    PyFunctionObject *function = (PyFunctionObject *)callable;
    f->f_func = (PyFunctionObject *)new_ref(callable);
    f->f_globals = function->func_globals;
    f->f_builtins = function->func_builtins;
    f->f_locals = NULL;
    f->f_code = (PyCodeObject *)new_ref((PyObject *)code); /* a finaliser may have given the function another one since */
    f->frame_obj = NULL;
    f->previous = caller;
    f->prev_instr = _PyCode_CODE(code) + offset / (int64_t)sizeof(_Py_CODEUNIT);
    f->stacktop = stacktop;
    f->is_entry = false;
    f->owner = FRAME_OWNED_BY_THREAD;
    for (PyObject **slot = f->localsplus, **end = slot + n; slot < end; slot++, items++) {
        *slot = *items;
        __asm__ volatile("" : : : "memory"); /* no memcpy: there are few */
    }
}

static inline __attribute__((always_inline)) _PyInterpreterFrame *frame_push(PyThreadState *ts, void *caller, PyObject *callable, PyObject *its_code, int64_t offset, PyObject **items, int64_t n,
                                                                            int stacktop) {
    PyCodeObject *code = (PyCodeObject *)its_code;
    _PyInterpreterFrame *f = frame_place(ts, code);
    frame_fill(f, caller, callable, code, offset, items, n, stacktop);
    ts->cframe->current_frame = f;
    ts->recursion_remaining--;
    return f;
}

void *tierup_push_apart(PyThreadState *ts, void *caller, PyObject *callable, PyObject *its_code, int64_t offset, PyObject **items, int64_t n) {
    PyCodeObject *code = (PyCodeObject *)its_code;
    _PyInterpreterFrame *f = frame_elsewhere(code);
    frame_fill(f, caller, callable, code, offset, items, n, (int)n);
    return f;
}

void *tierup_push_inlined(PyThreadState *ts, void *caller, PyObject *callable, PyObject *its_code, int64_t offset, PyObject **items, int64_t n) {
    return frame_push(ts, caller, callable, its_code, offset, items, n, (int)n);
}

void *tierup_show_inlined(PyThreadState *ts, void *caller, PyObject *function, PyObject *code, int64_t offset, PyObject **items, int64_t n) {
    return frame_push(ts, caller, function, code, offset, items, n, TIERUP_SHOWN);
}

static inline bool frame_looked_at(_PyInterpreterFrame *f) { return f->frame_obj != NULL || f->f_locals != NULL; }

static inline void frame_unshow(PyThreadState *ts, _PyInterpreterFrame *f, _PyInterpreterFrame *previous) {
    PyFunctionObject *function = f->f_func;
    PyCodeObject *code = f->f_code;
    ts->cframe->current_frame = previous;
    ts->recursion_remaining++;
    frame_give_back(ts, f, code);
    Py_DECREF(function);
    Py_DECREF(code);
}

static __attribute__((noinline)) int64_t frames_unshow(PyThreadState *ts, _PyInterpreterFrame *root) {
    _PyInterpreterFrame *f, *previous;
    for (f = ts->cframe->current_frame; f != root; f = f->previous)
        if (UNLIKELY(frame_looked_at(f))) return 0;
    for (f = ts->cframe->current_frame; f != root; f = previous) {
        previous = f->previous;
        frame_unshow(ts, f, previous);
    }
    return 1;
}

int64_t tierup_unshow_inlined(PyThreadState *ts, _PyInterpreterFrame *root) {
    _PyInterpreterFrame *f = ts->cframe->current_frame;
    if (UNLIKELY(root->f_locals != NULL) && root->f_code->co_flags & CO_OPTIMIZED) return 0;
    if (UNLIKELY(f->previous != root) || UNLIKELY(frame_looked_at(f))) return frames_unshow(ts, root); /* mostly there is one */
    frame_unshow(ts, f, root);
    return 1;
}

void *tierup_push_fed(PyThreadState *ts, void *caller, PyObject *function, PyObject *code, int64_t offset, PyObject **items, int64_t n) {
    _PyInterpreterFrame *f = tierup_push_inlined(ts, caller, function, code, offset, items, n);
    _PyInterpreterFrame *own = tierup_generators_rebuild(ts, f, (PyCodeObject *)code);
    frame_give_back(ts, f, (PyCodeObject *)code);
    return own;
}

/* Quietly: the frames are not complete yet, so no collection may run; and an exception may be set. */
PyObject *tierup_make_inlined(_PyInterpreterFrame *f, PyObject *code, PyObject *globals, void *slots, int64_t n) {
    int collects = PyGC_Disable();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyFunctionObject *function = (PyFunctionObject *)PyFunction_New(code, globals);
    PyObject *closure = n ? PyTuple_New(n) : NULL;
    if (function == NULL || (n && closure == NULL)) Py_FatalError("no memory to rebuild the function of inlined code");
    for (int64_t i = 0; i < n; i++) PyTuple_SET_ITEM(closure, i, new_ref(f->localsplus[((int32_t *)slots)[i]]));
    function->func_closure = closure;
    PyErr_Restore(type, value, traceback);
    if (collects) PyGC_Enable();
    return (PyObject *)function;
}

PyObject *tierup_run_inlined(PyThreadState *ts, void *frame, PyObject *value, int64_t failed) {
    _PyInterpreterFrame *f = frame;
    PyCodeObject *code = (PyCodeObject *)new_ref((PyObject *)f->f_code);
    if (value != NULL) f->localsplus[f->stacktop++] = value;
    PyObject *result = tierup_exits_interpret(ts, f, (int)failed);
    ts->cframe->current_frame = f->previous;
    f->stacktop = code->co_nlocalsplus;
    tierup_frame_clear(ts, f);
    ts->recursion_remaining++;
    frame_give_back(ts, f, code);
    Py_DECREF(code);
    return result;
}

enum { CONSUME_DROP, CONSUME_MAKE, CONSUME_KEEP, CONSUME_LOOP, CONSUME_NEXT, CONSUME_OPERATOR = 16 }; /* as in backend/packed.py */

/* FOR_ITER has got its next item, or (NULL) none; the iterator is on top of the stack. */
static int64_t consume_item(_PyInterpreterFrame *f, PyObject *item, int64_t end, int64_t offset, bool stops) {
    if (item == NULL && stops && PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear();
    if (item == NULL && PyErr_Occurred()) return false;
    if (item != NULL) f->localsplus[f->stacktop++] = item;
    else Py_DECREF(f->localsplus[--f->stacktop]);
    f->prev_instr = _PyCode_CODE(f->f_code) + (item != NULL ? offset : end) / (int64_t)sizeof(_Py_CODEUNIT);
    return true;
}

int64_t tierup_consume_inlined(void *frame, PyObject *result, int64_t n, int64_t behind, int64_t offset) {
    _PyInterpreterFrame *f = frame;
    PyObject *type, *value, *traceback;
    if (behind == CONSUME_LOOP || behind == CONSUME_NEXT) return consume_item(f, result, n, offset, behind == CONSUME_NEXT);
    if (behind == CONSUME_MAKE && result != NULL && result != Py_None) {
        PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }
    if (behind >= CONSUME_OPERATOR) {
        result = tierup_special_rest(f->localsplus[f->stacktop - 2], f->localsplus[f->stacktop - 1], result, behind - CONSUME_OPERATOR);
        behind = CONSUME_KEEP;
    }
    bool good = result != NULL;
    if (!good && behind == CONSUME_KEEP && n == 1) tierup_property_raised(f, f->localsplus[f->stacktop - 1]);
    if (!good) PyErr_Fetch(&type, &value, &traceback);
    if (behind != CONSUME_KEEP) Py_XDECREF(result);
    f->stacktop -= (int)n;
    PyObject **entries = f->localsplus + f->stacktop;
    if (behind == CONSUME_MAKE && !good) {
        f->stacktop--;
        Py_DECREF(entries[-1]);
    }
    for (int64_t i = 0; i < n; i++) Py_XDECREF(entries[i]);
    if (behind == CONSUME_KEEP && good) f->localsplus[f->stacktop++] = result;
    if (good) f->prev_instr = _PyCode_CODE(f->f_code) + offset / (int64_t)sizeof(_Py_CODEUNIT);
    else PyErr_Restore(type, value, traceback);
    return good;
}
