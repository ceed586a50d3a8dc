/* Everything that holds for CPython 3.11 only: internal headers, struct accessors, and our own versions of functions that it does not export. */
#ifndef TIERUP_COMPAT_H
#define TIERUP_COMPAT_H

/* Objects whose last reference our code gives up, by Py_DECREF or otherwise, go our way (objects.c). */
#define _Py_Dealloc tierup_dealloc
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#if PY_MAJOR_VERSION != 3 || PY_MINOR_VERSION != 11
#error "this header is for CPython 3.11"
#endif
#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#undef _PyGC_FINALIZED
#undef _PyObject_LookupSpecial
#include <structmember.h>
#include "internal/pycore_code.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_frame.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_global_objects.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_object.h"
#include "internal/pycore_pymem.h"
#include "internal/pycore_pystate.h"
#include "internal/pycore_runtime.h"
#include "opcode.h"

/* Exported by the library, declared in no header that we include. */
extern int _PyEval_AddPendingCall(PyInterpreterState *interp, int (*func)(void *), void *arg);

/* ---- the collector ---- */

/* The objects it tracks, generation by generation; NULL behind the last one. */
static inline PyObject *tierup_tracked_at(PyGC_Head *head, PyGC_Head *at) { return at == head ? NULL : (PyObject *)(at + 1); }
static inline PyObject *tierup_tracked_first(int generation) {
    PyGC_Head *head = &PyInterpreterState_Main()->gc.generations[generation].head;
    return tierup_tracked_at(head, _PyGCHead_NEXT(head));
}
static inline PyObject *tierup_tracked_next(int generation, PyObject *object) {
    return tierup_tracked_at(&PyInterpreterState_Main()->gc.generations[generation].head, _PyGCHead_NEXT(_Py_AS_GC(object)));
}

/* ---- objects that the library keeps for reuse: NULL if there is none (PyFloat_FromDouble and PyTuple_New make one then, or take the same) ---- */

static inline PyObject *tierup_reused(PyObject *object) {
    if (_Py_tracemalloc_config.tracing) _Py_NewReference(object);
    else Py_SET_REFCNT(object, 1);
    return object;
}

static inline struct _Py_float_state *tierup_kept_floats(void) { return &_PyInterpreterState_GET()->float_state; }

/* Its value is not set. Compiled code does the same by itself (Exits.box_float). */
static inline PyObject *tierup_reused_float(void) {
    struct _Py_float_state *kept = tierup_kept_floats();
    PyFloatObject *found = kept->free_list;
    if (found == NULL) return NULL;
    kept->numfree--;
    kept->free_list = (PyFloatObject *)Py_TYPE(found);
    Py_SET_TYPE(found, &PyFloat_Type);
    return tierup_reused((PyObject *)found);
}

/* Its items are not set, and the collector does not know it yet. */
static inline PyTupleObject *tierup_reused_tuple(Py_ssize_t n) {
    struct _Py_tuple_state *kept = &_PyInterpreterState_GET()->tuple;
    if (n < 1 || n > PyTuple_NFREELISTS || kept->free_list[n - 1] == NULL) return NULL;
    PyTupleObject *found = kept->free_list[n - 1];
    kept->numfree[n - 1]--;
    kept->free_list[n - 1] = (PyTupleObject *)found->ob_item[0];
    return (PyTupleObject *)tierup_reused((PyObject *)found);
}

/* Empty, with room for no items, and the collector does not know it yet. */
static inline PyListObject *tierup_reused_list(void) {
    struct _Py_list_state *kept = &_PyInterpreterState_GET()->list;
    return kept->numfree > 0 ? (PyListObject *)tierup_reused((PyObject *)kept->free_list[--kept->numfree]) : NULL;
}

/* ---- objects that die: what the library does with their memory ---- */

enum { TIERUP_TRASH_LEVELS = 50 }; /* deaths within each other, before the library puts containers off */

/* false: it has to be put off, or there is more to it. */
static inline bool tierup_trash_begin(PyThreadState *ts) {
    if (ts->trash_delete_nesting >= TIERUP_TRASH_LEVELS) return false;
    ts->trash_delete_nesting++;
    return true;
}
static inline void tierup_trash_end(PyThreadState *ts) {
    if (ts->trash_delete_later == NULL) ts->trash_delete_nesting--;
    else _PyTrash_end(ts);
}

/* Objects with a header of the collector, allocated and gone. May the next one that is allocated set off a collection? */
static inline bool tierup_collector_due(void) {
    struct _gc_runtime_state *state = &_PyInterpreterState_GET()->gc;
    return state->generations[0].count >= state->generations[0].threshold && state->generations[0].threshold != 0 && state->enabled;
}
static inline void tierup_collector_more(void) { _PyInterpreterState_GET()->gc.generations[0].count++; }
static inline void tierup_collector_less(void) {
    int *count = &_PyInterpreterState_GET()->gc.generations[0].count;
    if (*count > 0) --*count;
}

static inline void tierup_float_dies(PyFloatObject *object) {
    struct _Py_float_state *kept = tierup_kept_floats();
    if (kept->numfree >= PyFloat_MAXFREELIST) {
        PyObject_Free(object);
        return;
    }
    kept->numfree++;
    Py_SET_TYPE(object, (PyTypeObject *)kept->free_list);
    kept->free_list = object;
}

/* false: its memory is the collector's to free. */
static inline bool tierup_tuple_keep(PyTupleObject *object) {
    struct _Py_tuple_state *kept = &_PyInterpreterState_GET()->tuple;
    Py_ssize_t at = Py_SIZE(object) - 1;
    if (at >= PyTuple_NFREELISTS || kept->numfree[at] >= PyTuple_MAXFREELIST) return false;
    object->ob_item[0] = (PyObject *)kept->free_list[at];
    kept->free_list[at] = object;
    kept->numfree[at]++;
    return true;
}
static inline bool tierup_list_keep(PyListObject *object) {
    struct _Py_list_state *kept = &_PyInterpreterState_GET()->list;
    if (kept->numfree >= PyList_MAXFREELIST) return false;
    kept->free_list[kept->numfree++] = object;
    return true;
}

/* ---- code ---- */

/* What co_extra points to; the struct is private to Objects/codeobject.c. */
typedef struct tierup_code_notes { Py_ssize_t size; void *extras[1]; } tierup_code_notes;

static inline int tierup_code_length(PyCodeObject *code) { return (int)Py_SIZE(code); }
static inline _Py_CODEUNIT *tierup_code_units(PyCodeObject *code) { return _PyCode_CODE(code); }
static inline int tierup_code_first(PyCodeObject *code) { return code->_co_firsttraceable; }
/* The interpreter has run it often enough to use its quick forms, in which two instructions may have one position in a traceback. */
static inline bool tierup_code_warm(PyCodeObject *code) { return code->co_warmup == 0; }
/* Its first quick form, when it has run often enough; 0: it has none. */
static inline int tierup_code_quick_form(int opcode) {
    switch (opcode) {
#define QUICK_FORM(name) case name: return name##_ADAPTIVE;
        QUICK_FORM(BINARY_OP) QUICK_FORM(BINARY_SUBSCR) QUICK_FORM(CALL) QUICK_FORM(COMPARE_OP) QUICK_FORM(LOAD_ATTR) QUICK_FORM(LOAD_GLOBAL)
        QUICK_FORM(LOAD_METHOD) QUICK_FORM(PRECALL) QUICK_FORM(STORE_ATTR) QUICK_FORM(STORE_SUBSCR) QUICK_FORM(UNPACK_SEQUENCE)
#undef QUICK_FORM
    case JUMP_BACKWARD: return JUMP_BACKWARD_QUICK;
    case RESUME: return RESUME_QUICK;
    }
    return 0;
}
/* What the first of two instructions becomes that are quicker as one; 0: no such pair. */
static inline int tierup_code_quick_pair(int first, int second) {
    if (first == LOAD_FAST && second == LOAD_FAST) return LOAD_FAST__LOAD_FAST;
    if (first == LOAD_FAST && second == LOAD_CONST) return LOAD_FAST__LOAD_CONST;
    if (first == LOAD_CONST && second == LOAD_FAST) return LOAD_CONST__LOAD_FAST;
    if (first == STORE_FAST && second == LOAD_FAST) return STORE_FAST__LOAD_FAST;
    if (first == STORE_FAST && second == STORE_FAST) return STORE_FAST__STORE_FAST;
    return 0;
}
/* Counts one more run of code; true: that was the one after which it gets its quick forms. */
static inline bool tierup_code_count_run(PyCodeObject *code) { return code->co_warmup != 0 && ++code->co_warmup == 0; }
static inline int tierup_code_suspends(PyCodeObject *code) {
    return (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ITERABLE_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
}
static inline int tierup_code_argument_slots(PyCodeObject *code) {
    return code->co_argcount + code->co_kwonlyargcount + !!(code->co_flags & CO_VARARGS) + !!(code->co_flags & CO_VARKEYWORDS);
}
/* The opcode as the compiler wrote it, and the number of cache units behind it (the library hides its own copies of these tables). */
int tierup_code_opcode(_Py_CODEUNIT unit);
int tierup_code_caches(int opcode);
void tierup_code_quicken(PyCodeObject *code); /* what RESUME does when code has run often enough; only where it has no quick form yet */
bool tierup_code_jumped_to(const _Py_CODEUNIT *units, int n, int start, int end); /* does anything jump into [start, end)? */
/* Direction and distance of a jump: 0 none, 1 forward, -1 backward. */
int tierup_code_jump(int opcode);

/* While Python code of ours runs, no allocation sets off a collection: its callbacks and finalisers would see our frames. The count of the youngest generation
   is what it was afterwards, so the program's collections come when they would. */
enum { TIERUP_GC_HELD = INT_MIN / 2 };

static inline int tierup_gc_hold(void) {
    int *count = &_PyInterpreterState_GET()->gc.generations[0].count, before = *count;
    *count = TIERUP_GC_HELD;
    return before;
}

static inline void tierup_gc_release(int before) {
    int *count = &_PyInterpreterState_GET()->gc.generations[0].count;
    if (*count < TIERUP_GC_HELD / 2) *count = before; /* else another thread has collected meanwhile */
}

/* ---- frames ---- */

static inline _PyInterpreterFrame *tierup_frame_current(PyThreadState *ts) { return ts->cframe->current_frame; }
static inline int tierup_frame_unit(_PyInterpreterFrame *f) { return _PyInterpreterFrame_LASTI(f); }
static inline void tierup_frame_set_unit(_PyInterpreterFrame *f, int unit) { f->prev_instr = _PyCode_CODE(f->f_code) + unit; }
static inline int tierup_frame_incomplete(_PyInterpreterFrame *f) { return _PyFrame_IsIncomplete(f); }

/* The frame object of f (borrowed), made if need be. Keeps the exception. NULL (no exception set) if memory is short. No collection comes meanwhile: finalisers would
   find the wrong frame to be the current one, and could let the thread of f go on, if that is another one. */
static inline PyFrameObject *tierup_frame_object(PyThreadState *ts, _PyInterpreterFrame *f) {
    if (f->frame_obj != NULL) return f->frame_obj;
    _PyCFrame *cframe = ts->cframe;
    _PyInterpreterFrame *current = cframe->current_frame;
    int before = tierup_gc_hold();
    cframe->current_frame = f;
    PyFrameObject *object = PyThreadState_GetFrame(ts);
    cframe->current_frame = current;
    tierup_gc_release(before);
    if (object != NULL) tierup_collector_more();
    Py_XDECREF(object);
    return f->frame_obj;
}

/* A finished frame whose frame object others hold: the object takes the contents over now, so that f_lineno and f_lasti stay what they are
   here; the interpreter clears an empty frame afterwards. */
static inline void tierup_frame_take_over(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyFrameObject *object = f->frame_obj;
    if (object == NULL || Py_REFCNT(object) <= 1) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    _PyInterpreterFrame *previous = f->previous;
    while (previous && _PyFrame_IsIncomplete(previous)) previous = previous->previous;
    PyFrameObject *back = previous ? tierup_frame_object(ts, previous) : NULL;
    int slots = f->f_code->co_nlocalsplus;
    f->stacktop = slots;
    _PyInterpreterFrame *own = (_PyInterpreterFrame *)object->_f_frame_data;
    memcpy(own, f, (char *)&f->localsplus[slots] - (char *)f);
    own->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    own->frame_obj = NULL; /* the collector would take it for a reference to itself, and miscount */
    own->previous = NULL;
    object->f_frame = own;
    object->f_back = (PyFrameObject *)Py_XNewRef(back);
    f->frame_obj = NULL;
    f->f_locals = NULL;
    Py_INCREF(f->f_func);
    Py_INCREF(f->f_code);
    memset(f->localsplus, 0, slots * sizeof(PyObject *));
    f->stacktop = -1;
    if (!_PyObject_GC_IS_TRACKED(object)) PyObject_GC_Track(object);
    Py_DECREF(object);
    PyErr_Restore(type, value, traceback);
}

/* Room for a frame of `code` on the data stack, or NULL if the current chunk is full (then call the function through the library). */
static inline _PyInterpreterFrame *tierup_frame_space(PyThreadState *ts, Py_ssize_t words) {
    PyObject **top = ts->datastack_top;
    if (top == NULL || words >= ts->datastack_limit - top) return NULL;
    ts->datastack_top = top + words;
    return (_PyInterpreterFrame *)top;
}
static inline Py_ssize_t tierup_frame_words(PyCodeObject *code) { return code->co_nlocalsplus + code->co_stacksize + FRAME_SPECIALS_SIZE; }
static inline _PyInterpreterFrame *tierup_frame_room(PyThreadState *ts, PyCodeObject *code) { return tierup_frame_space(ts, tierup_frame_words(code)); }

/* Gives up the frame's references (or hands them to its frame object). The frame must be unlinked; stacktop valid. */
static inline void tierup_frame_clear(PyThreadState *ts, _PyInterpreterFrame *f) {
    if (f->frame_obj && Py_REFCNT(f->frame_obj) > 1) tierup_frame_take_over(ts, f);
    else Py_CLEAR(f->frame_obj);
    if (f->stacktop < 0) f->stacktop = f->f_code->co_nlocalsplus;
    for (int i = 0; i < f->stacktop; i++) Py_XDECREF(f->localsplus[i]);
    Py_XDECREF(f->frame_obj);
    Py_XDECREF(f->f_locals);
    Py_DECREF(f->f_func);
    Py_DECREF(f->f_code);
}

/* Frames made by tierup_frame_room are never the first of their chunk, so no chunk has to be given back. */
static inline void tierup_frame_pop(PyThreadState *ts, _PyInterpreterFrame *f) { ts->datastack_top = (PyObject **)f; }

/* ---- threads, breaker, tracing ---- */

static inline PyInterpreterState *tierup_main_interpreter(void) { return _PyInterpreterState_Main(); }
static inline void tierup_set_breaker(void) { _Py_atomic_store_relaxed(&_PyInterpreterState_Main()->ceval.eval_breaker, 1); }
static inline int *tierup_breaker_address(void) { return (int *)&_PyInterpreterState_Main()->ceval.eval_breaker; }
static inline int tierup_pending_calls(void) { return _Py_atomic_load_relaxed(&_PyInterpreterState_Main()->ceval.pending.calls_to_do); }
static inline void *tierup_running_thread_place(void) { return &_PyRuntime.gilstate.tstate_current; }
static inline PyThreadState *tierup_running_thread(void) { return (PyThreadState *)_Py_atomic_load_relaxed(&_PyRuntime.gilstate.tstate_current); }
/* Puts a call into the queue; false if that is full. The library's function computes the breaker, too, by what the thread that calls may handle: of the sampler's
   thread that are no signals, so one that was to be handled just then would wait for the next tick. The caller need not hold the GIL. */
static inline bool tierup_add_pending(int (*function)(void *)) {
    struct _pending_calls *pending = &_PyInterpreterState_Main()->ceval.pending;
    PyThread_acquire_lock(pending->lock, WAIT_LOCK);
    int next = (pending->last + 1) % NPENDINGCALLS;
    bool room = next != pending->first;
    if (room) {
        pending->calls[pending->last].func = function;
        pending->calls[pending->last].arg = NULL;
        pending->last = next;
        _Py_atomic_store(&pending->calls_to_do, 1);
    }
    PyThread_release_lock(pending->lock);
    return room;
}

/* Takes `function` out of the queue of pending calls, if nothing else stands there. The caller need not hold the GIL. */
static inline bool tierup_withdraw_pending(int (*function)(void *)) {
    struct _pending_calls *pending = &_PyInterpreterState_Main()->ceval.pending;
    bool alone = true;
    PyThread_acquire_lock(pending->lock, WAIT_LOCK);
    for (int i = pending->first; i != pending->last; i = (i + 1) % NPENDINGCALLS) alone = alone && pending->calls[i].func == function;
    if (alone) {
        pending->last = pending->first;
        _Py_atomic_store_relaxed(&pending->calls_to_do, 0);
    }
    PyThread_release_lock(pending->lock);
    return alone;
}

/* Sets or clears the breaker by what is wanted from the running thread. Who wants something says so before he sets the breaker: no wish is lost. */
static inline bool tierup_breaker_compute(bool signals, bool calls) {
    struct _ceval_state *ceval = &_PyInterpreterState_Main()->ceval;
    _Py_atomic_store(&ceval->eval_breaker, 0);
    bool wanted = _Py_atomic_load_relaxed(&ceval->gil_drop_request) || ceval->pending.async_exc
        || (signals && _Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending)) || (calls && tierup_pending_calls());
    if (wanted) tierup_set_breaker();
    return wanted;
}

/* The breaker is set for a visit of the main thread, which has let another one run in that moment. It may run again by now: a signal for it is not to wait. */
static inline void tierup_breaker_take_back(void) {
    if (_Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending)) return;
    tierup_breaker_compute(false, false);
    if (_Py_atomic_load(&_PyRuntime.ceval.signals_pending)) tierup_set_breaker();
}

/* Gives other threads their turn if one waits for it, and has the signals handled that they sent, or that came meanwhile; -1 if a handler raised. The library would look at
   them at the next check only: where it is us who kept others waiting, that would be seen. */
static inline int tierup_let_others_run(PyThreadState *ts) {
    if (_Py_atomic_load_relaxed(&ts->interp->ceval.gil_drop_request)) PyEval_RestoreThread(PyEval_SaveThread());
    return _Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending) ? PyErr_CheckSignals() : 0;
}

/* Raises what PyThreadState_SetAsyncExc has for this thread; false if there is nothing. */
static inline bool tierup_raise_async(PyThreadState *ts) {
    PyObject *exception = ts->async_exc;
    if (exception == NULL) return false;
    ts->async_exc = NULL;
    ts->interp->ceval.pending.async_exc = 0;
    PyErr_SetNone(exception);
    Py_DECREF(exception);
    return true;
}

/* Signal handlers and pending calls run on the main thread only: without one, neither interrupts what we do. */
static inline unsigned long tierup_shield_begin(void) {
    unsigned long main_thread = _PyRuntime.main_thread;
    if (main_thread == PyThread_get_thread_ident()) _PyRuntime.main_thread = 0;
    return main_thread;
}
static inline void tierup_shield_end(unsigned long main_thread) {
    if (_PyRuntime.main_thread == 0) {
        _PyRuntime.main_thread = main_thread;
        if (_Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending) || tierup_pending_calls()) tierup_set_breaker();
    }
}

/* The list of the audit hooks in Python, borrowed; NULL while there are none. */
static inline PyObject *tierup_audit_hooks(PyThreadState *ts) { return ts->interp->audit_hooks; }

/* Is there any other audit hook than these in C? */
static inline bool tierup_audit_others(PyThreadState *ts, Py_AuditHookFunction mine, Py_AuditHookFunction mine_too) {
    if (ts->interp->audit_hooks != NULL) return true;
    for (_Py_AuditHookEntry *entry = _PyRuntime.audit_hook_head; entry != NULL; entry = entry->next)
        if (entry->hookCFunction != mine && entry->hookCFunction != mine_too) return true;
    return false;
}

static inline void tierup_set_tracing(PyThreadState *ts, Py_tracefunc function) {
    ts->c_tracefunc = function;
    ts->cframe->use_tracing = (ts->tracing == 0 && (ts->c_tracefunc || ts->c_profilefunc)) ? 255 : 0;
}

/* The head of array.array objects, whose struct is private to Modules/arraymodule.c; tests compare with what arrays hold. */
typedef struct tierup_array_descr { char typecode; } tierup_array_descr;
typedef struct tierup_array { PyObject_VAR_HEAD char *ob_item; Py_ssize_t allocated; const tierup_array_descr *ob_descr; } tierup_array;

/* What `except*` raises in the end is a group even if there is only one exception: up to 3.11.3. */
enum { TIERUP_WRAPS_SINGLE = PY_VERSION_HEX < 0x030B0400 };

/* What __anext__() and asend() of an asynchronous generator give; the struct is private to Objects/genobject.c. */
typedef struct tierup_asend { PyObject_HEAD PyAsyncGenObject *gen; PyObject *sent; int state; } tierup_asend;
typedef struct tierup_wrapped_item { PyObject_HEAD PyObject *item; } tierup_wrapped_item; /* and what one yields, until the awaitable has it */
enum { TIERUP_ASEND_NEW, TIERUP_ASEND_ITERATED, TIERUP_ASEND_CLOSED };

/* What a staticmethod holds; its struct is private to Objects/funcobject.c. */
static inline PyObject *tierup_static_function(PyObject *method) { return *(PyObject **)(method + 1); }

/* The head of enumerate objects, whose struct is private to Objects/enumobject.c. */
typedef struct tierup_enumerate { PyObject_HEAD Py_ssize_t index; PyObject *iterator, *result, *long_index; } tierup_enumerate;

/* The head of zip objects, whose struct is private to Python/bltinmodule.c. */
typedef struct tierup_zip { PyObject_HEAD Py_ssize_t size; PyObject *iterators; } tierup_zip;
/* Iterators whose structs stand in .c files of CPython 3.11. */
typedef struct { PyObject_HEAD long index, start, step, len; } _PyRangeIterObject;
typedef struct { PyObject_HEAD Py_ssize_t it_index; PyObject *it_seq; } _PyListIterObject, _PyTupleIterObject;

/* What the library keeps for reuse. Python code and objects of ours must not use it up or add to it: what the program makes next would have another address, and taking an
   object from there is no allocation that the collector counts, so the program's collections would come at other moments. */
struct tierup_kept {
    struct _Py_tuple_state tuples;
    struct _Py_list_state lists;
    struct _Py_dict_state dicts;
    struct _Py_float_state floats;
};

static inline struct tierup_kept tierup_kept_aside(void) {
    PyInterpreterState *interp = _PyInterpreterState_GET();
    struct tierup_kept kept = {interp->tuple, interp->list, interp->dict_state, interp->float_state};
    memset(&interp->tuple, 0, sizeof interp->tuple);
    interp->list.numfree = interp->dict_state.numfree = interp->dict_state.keys_numfree = 0;
    interp->float_state = (struct _Py_float_state){0};
    return kept;
}

/* What is there by now goes. */
static inline void tierup_kept_back(const struct tierup_kept *kept) {
    PyInterpreterState *interp = _PyInterpreterState_GET();
    PyObject *object;
    for (Py_ssize_t n = 1; n <= PyTuple_NFREELISTS; n++)
        while ((object = (PyObject *)tierup_reused_tuple(n)) != NULL) PyObject_GC_Del(object);
    while ((object = (PyObject *)tierup_reused_list()) != NULL) PyObject_GC_Del(object);
    while (interp->dict_state.numfree > 0) PyObject_GC_Del(interp->dict_state.free_list[--interp->dict_state.numfree]);
    while (interp->dict_state.keys_numfree > 0) PyObject_Free(interp->dict_state.keys_free_list[--interp->dict_state.keys_numfree]);
    while ((object = tierup_reused_float()) != NULL) PyObject_Free(object);
    interp->tuple = kept->tuples;
    interp->list = kept->lists;
    interp->dict_state = kept->dicts;
    interp->float_state = kept->floats;
}

/* The thread states of the main interpreter; the caller holds the GIL, so the list can only grow at its head. */
static inline PyThreadState *tierup_threads(void) { return PyInterpreterState_ThreadHead(_PyInterpreterState_Main()); }

#endif
