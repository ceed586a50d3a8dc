/* What calls of functions that have a region rarely need, and the table in which they find it. */
#include "direct.h"

struct tierup_direct tierup_direct_known[TIERUP_DIRECT_SETS][2];
PyCodeObject *tierup_direct_without[TIERUP_DIRECT_SETS];

struct tierup_direct *tierup_direct_learn(PyCodeObject *code) {
    struct tierup_code_state *state = tierup_code_state_get(code);
    bool resumed = tierup_code_suspends(code);
    tierup_region *region = state == NULL ? NULL : resumed ? state->resume_region : state->call_region;
    if (region == NULL) {
        tierup_direct_without[tierup_direct_set(code)] = code;
        return NULL;
    }
    struct tierup_direct *place = tierup_direct_known[tierup_direct_set(code)];
    if (place->code != NULL) place[1] = place[0];
    *place = (struct tierup_direct){
        .code = code,
        .region = region,
        .entry = region->entry,
        .start = _PyCode_CODE(code) + code->_co_firsttraceable,
        .arguments = resumed ? TIERUP_NO_ARGUMENTS : state->plain_arguments,
        .slots = code->co_nlocalsplus,
        .words = (int)tierup_frame_words(code),
        .prelude = code->_co_firsttraceable != 0,
    };
    return place;
}

void tierup_direct_forget(PyCodeObject *code) {
    unsigned set = tierup_direct_set(code);
    for (int i = 0; i < 2; i++)
        if (tierup_direct_known[set][i].code == code) tierup_direct_known[set][i].code = NULL;
    if (tierup_direct_without[set] == code) tierup_direct_without[set] = NULL;
}

/* What stands before RESUME: free variables and cells. */
int tierup_direct_prelude(_PyInterpreterFrame *f, PyCodeObject *code) {
    int oparg = 0;
    for (_Py_CODEUNIT *unit = _PyCode_CODE(code), *end = unit + code->_co_firsttraceable; unit < end; unit++) {
        oparg = oparg << 8 | _Py_OPARG(*unit);
        switch (_Py_OPCODE(*unit)) {
        case EXTENDED_ARG:
        case EXTENDED_ARG_QUICK: continue;
        case COPY_FREE_VARS: {
            PyObject *closure = f->f_func->func_closure, **slots = f->localsplus + code->co_nlocalsplus - oparg;
            for (int i = 0; i < oparg; i++) slots[i] = new_ref(PyTuple_GET_ITEM(closure, i));
            break;
        }
        case MAKE_CELL: {
            PyObject *initial = f->localsplus[oparg], *cell = PyCell_New(initial);
            if (UNLIKELY(cell == NULL)) return -1;
            f->localsplus[oparg] = cell;
            Py_XDECREF(initial);
            break;
        }
        }
        oparg = 0;
    }
    return 0;
}

PyObject *tierup_direct_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *result) {
    if (result == TIERUP_EXIT) tierup_exits_count(region);
    region->active--;
    if (result == NULL && ts->cframe->use_tracing) result = tierup_tracing_raised(ts, f);
    if (result == TIERUP_EXIT || result == TIERUP_ERROR_EXIT) result = tierup_exits_finish(ts, f, region, result);
    if (result == NULL && !tierup_frame_incomplete(f)) {
        PyFrameObject *object = tierup_frame_object(ts, f);
        if (object != NULL) PyTraceBack_Here(object);
    }
    return result;
}

void tierup_direct_release_seen(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->stacktop = f->f_code->co_nlocalsplus;
    tierup_frame_left(ts, f);
    tierup_frame_clear(ts, f);
}

/* What *args gets: the arguments behind the first `taken`; NULL and no exception where memory is short. */
static PyObject *direct_rest(PyObject *self, PyObject **args, int64_t given, int64_t taken) {
    int64_t n = given > taken ? given - taken : 0, before = self != NULL;
    PyTupleObject *reused = tierup_reused_tuple(n);
    PyObject *rest = reused != NULL ? (PyObject *)reused : PyTuple_New(n);
    if (UNLIKELY(rest == NULL)) return NULL;
    for (int64_t i = 0; i < n; i++) PyTuple_SET_ITEM(rest, i, taken + i < before ? self : args[taken + i - before]);
    if (reused != NULL) _PyObject_GC_TRACK(rest);
    return rest;
}

/* The arguments are not moved before it is certain that the call goes this way: making the dict or the tuple may set off a collection, and that anything. */
PyObject *tierup_direct_starred(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, int way) {
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    const int needed = CO_OPTIMIZED | CO_NEWLOCALS;
    int64_t given = n + (self != NULL), taken = code->co_argcount, missing = taken - given;
    if ((code->co_flags & needed) != needed || code->co_kwonlyargcount != 0 || tierup_code_suspends(code) || tierup_direct_find(code) == NULL) return TIERUP_NOT_DIRECT;
    if (missing < 0 ? !(code->co_flags & CO_VARARGS) : missing > 0 && !tierup_direct_defaults(function, missing)) return TIERUP_NOT_DIRECT;
    PyObject *map = NULL, *rest = NULL;
    if (code->co_flags & CO_VARKEYWORDS && (map = PyDict_New()) == NULL) goto not_direct;
    if (code->co_flags & CO_VARARGS && (rest = direct_rest(self, args, given, taken)) == NULL) goto not_direct;
    struct tierup_direct *known = (PyObject *)code == function->func_code ? tierup_direct_find(code) : NULL;
    bool defaults = missing <= 0 || tierup_direct_defaults(function, missing);
    _PyInterpreterFrame *f = known == NULL || !defaults || tierup_direct_disturbed(ts) ? NULL : tierup_frame_space(ts, known->words);
    if (UNLIKELY(f == NULL)) goto not_direct;
    if (way & TIERUP_DIRECT_BORROW)
        for (int64_t i = 0; i < n; i++) Py_INCREF(args[i]);
    PyObject **slot = f->localsplus;
    int64_t before = self != NULL;
    for (int64_t i = 0; i < taken && i < given; i++) *slot++ = i < before ? self : args[i - before];
    for (; missing > 0; missing--) *slot++ = new_ref(PyTuple_GET_ITEM(function->func_defaults, PyTuple_GET_SIZE(function->func_defaults) - missing));
    if (rest != NULL) *slot++ = rest;
    if (map != NULL) *slot++ = map;
    return tierup_direct_run(ts, function, known, f, slot, way);
not_direct:
    PyErr_Clear();
    if (rest != NULL) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rest); i++) PyTuple_SET_ITEM(rest, i, NULL); /* they are not its own yet */
        Py_DECREF(rest);
    }
    Py_XDECREF(map);
    return TIERUP_NOT_DIRECT;
}
