/* The short way from native code into the region of a function in Python. */
#ifndef TIERUP_DIRECT_H
#define TIERUP_DIRECT_H

#include "helpers.h"

/* "Not this way": nothing has happened. */
#define TIERUP_NOT_DIRECT ((PyObject *)1)

/* What the way into the region of a function needs to know of its code, all in one cache line; found by the address of the code, instead of through its
   co_extra, state and region. */
struct tierup_direct {
    PyCodeObject *code;       /* NULL: nothing is known here */
    tierup_region *region;    /* the call region of the code, or the one for resumes, installed */
    tierup_region_fn entry;
    _Py_CODEUNIT *start;      /* at RESUME */
    int arguments;            /* plain_arguments of the state; those of generators and coroutines fit no call */
    int slots, words;         /* of a frame: locals, and all of it */
    bool prelude;             /* something stands before RESUME */
} __attribute__((aligned(64)));
enum { TIERUP_DIRECT_SETS = 256, TIERUP_DIRECT_BITS = 8, TIERUP_NO_ARGUMENTS = INT_MIN };
/* Two for each value of the hash, the newer one first. Hidden: its address need not be loaded. */
extern __attribute__((visibility("hidden"))) struct tierup_direct tierup_direct_known[TIERUP_DIRECT_SETS][2];

/* Code that has no region, as was seen when it was called last: in programs with a flat profile most has none. */
extern __attribute__((visibility("hidden"))) PyCodeObject *tierup_direct_without[TIERUP_DIRECT_SETS];

static inline unsigned tierup_direct_set(PyCodeObject *code) { return (uintptr_t)code * UINT64_C(0x9E3779B97F4A7C15) >> (64 - TIERUP_DIRECT_BITS); }
struct tierup_direct *tierup_direct_learn(PyCodeObject *code); /* fills its place; NULL: it has no region */

static inline struct tierup_direct *tierup_direct_find(PyCodeObject *code) {
    unsigned set = tierup_direct_set(code);
    struct tierup_direct *known = tierup_direct_known[set];
    __asm__("" : "+r"(known)); /* one register; else the index is multiplied again at each use */
    if (LIKELY(known->code == code)) return known;
    if (known[1].code == code) return known + 1;
    return tierup_direct_without[set] == code ? NULL : tierup_direct_learn(code);
}

void tierup_direct_release_seen(PyThreadState *ts, _PyInterpreterFrame *f); /* of a frame that has a frame object */

/* What a frame still holds when its function has returned, in its first `slots` slots; the frame is unlinked, and still counts as recursion. */
static inline __attribute__((always_inline)) void tierup_direct_release(PyThreadState *ts, _PyInterpreterFrame *f, int slots) {
    if (LIKELY(f->frame_obj == NULL)) {
        for (PyObject **slot = f->localsplus, **end = slot + slots; slot < end; slot++) Py_XDECREF(*slot);
        if (UNLIKELY(f->f_locals != NULL)) Py_DECREF(f->f_locals);
        Py_DECREF(f->f_func);
        Py_DECREF(f->f_code);
    } else {
        tierup_direct_release_seen(ts, f);
    }
    tierup_frame_pop(ts, f);
}

int tierup_direct_prelude(_PyInterpreterFrame *f, PyCodeObject *code); /* what stands before RESUME */

/* Anything but an object came back. */
PyObject *tierup_direct_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *result);

/* Are there defaults for the last `missing` parameters? */
static inline bool tierup_direct_defaults(PyFunctionObject *function, int64_t missing) {
    return missing > 0 && function->func_defaults != NULL && PyTuple_GET_SIZE(function->func_defaults) >= missing;
}

/* Is there anything that the interpreter would have to look after in a call? */
static inline bool tierup_direct_disturbed(PyThreadState *ts) {
    return UNLIKELY(ts->interp->eval_frame != NULL) || UNLIKELY(ts->cframe->use_tracing) || UNLIKELY(_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker))
        || UNLIKELY(ts->recursion_remaining < 2) || UNLIKELY(tierup_stack_tight());
}

/* While a function in Python runs, the frame that CALLs it stands at the last unit of the instruction, as in the interpreter. */
static inline void tierup_direct_stand(_PyInterpreterFrame *caller) {
    unsigned opcode = _Py_OPCODE(*caller->prev_instr);
    _Static_assert(CALL_ADAPTIVE + 1 == CALL_PY_EXACT_ARGS && CALL_ADAPTIVE + 2 == CALL_PY_WITH_DEFAULTS, "a range of opcodes");
    if (opcode == CALL || opcode - CALL_ADAPTIVE <= 2) caller->prev_instr += INLINE_CACHE_ENTRIES_CALL;
}

/* A call of a generator function or coroutine function without cells, free variables and defaults that are used, in the same way: what it has been given goes into
   what it returns. `stand` as below. */
PyObject *tierup_generators_call(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, bool stand);

/* `borrow`: the arguments stay the caller's. `stand`: the caller stands at CALL, or at anything else, and is to stand behind the CALL. */
enum tierup_direct_way { TIERUP_DIRECT_BORROW = 1, TIERUP_DIRECT_STAND = 2 };

/* Runs the frame whose arguments are in place up to `slot`. */
static inline __attribute__((always_inline)) PyObject *tierup_direct_run(PyThreadState *ts, PyFunctionObject *function, struct tierup_direct *known, _PyInterpreterFrame *f, PyObject **slot, int way) {
    PyCodeObject *code = known->code;
    _PyInterpreterFrame *caller = ts->cframe->current_frame;
    for (PyObject **end = f->localsplus + known->slots; slot < end; slot++) {
        *slot = NULL;
        __asm__ volatile("" : : : "memory"); /* no memset: there are few */
    }
    Py_INCREF(function);
    Py_INCREF(code);
    f->f_func = function;
    f->f_globals = function->func_globals;
    f->f_builtins = function->func_builtins;
    f->f_locals = NULL;
    f->f_code = code;
    f->frame_obj = NULL;
    f->previous = caller;
    f->prev_instr = known->start;
    f->stacktop = -1;
    f->is_entry = true;
    f->owner = FRAME_OWNED_BY_THREAD;
    if (way & TIERUP_DIRECT_STAND) tierup_direct_stand(caller);
    tierup_region *region = known->region;
    int slots = known->slots;
    ts->recursion_remaining--;
    ts->cframe->current_frame = f;
    region->active++;
    region->entries++;
    PyObject *result = NULL;
    if (LIKELY(!known->prelude)) result = known->entry(ts, f);
    else if (tierup_direct_prelude(f, code) == 0) result = region->entry(ts, f);
    else f->prev_instr = _PyCode_CODE(code) - 1;
    if (LIKELY((uintptr_t)result > 2)) {
        region->active--;
        if ((unsigned)f->stacktop < (unsigned)slots) slots = f->stacktop; /* the region says how many it has used */
    }
    else result = tierup_direct_finish(ts, f, region, result);
    ts->cframe->current_frame = f->previous;
    tierup_direct_release(ts, f, slots);
    ts->recursion_remaining++;
    return result;
}

/* Calls a function with positional arguments: self (owned, unless NULL) and args. Does nothing if the function has no region or takes other arguments, or
   when something else is to be done on the way. */
static inline __attribute__((always_inline)) PyObject *tierup_direct_call(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, int way) {
    struct tierup_direct *known = tierup_direct_find((PyCodeObject *)function->func_code);
    if (UNLIKELY(known == NULL)) return TIERUP_NOT_DIRECT;
    int64_t missing = known->arguments - n - (self != NULL);
    if ((missing != 0 && !tierup_direct_defaults(function, missing)) || tierup_direct_disturbed(ts)) return TIERUP_NOT_DIRECT;
    _PyInterpreterFrame *f = tierup_frame_space(ts, known->words);
    if (UNLIKELY(f == NULL)) return TIERUP_NOT_DIRECT;
    PyObject **slot = f->localsplus;
    if (self != NULL) *slot++ = self;
    for (int64_t i = 0; i < n; i++) *slot++ = way & TIERUP_DIRECT_BORROW ? new_ref(args[i]) : args[i];
    for (; missing > 0; missing--) *slot++ = new_ref(PyTuple_GET_ITEM(function->func_defaults, PyTuple_GET_SIZE(function->func_defaults) - missing));
    return tierup_direct_run(ts, function, known, f, slot, way);
}

/* The same for a function that takes *args or **kwargs, and no keywords of its own. */
PyObject *tierup_direct_starred(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, int way);

/* Either. */
static inline __attribute__((always_inline)) PyObject *tierup_direct_any(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, int way) {
    PyObject *result = tierup_direct_call(ts, function, self, args, n, way);
    if (LIKELY(result != TIERUP_NOT_DIRECT) || !(((PyCodeObject *)function->func_code)->co_flags & (CO_VARARGS | CO_VARKEYWORDS))) return result;
    return tierup_direct_starred(ts, function, self, args, n, way);
}

#endif
