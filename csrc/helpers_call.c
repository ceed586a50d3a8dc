/* Calls. Functions in Python get their frame on the data stack here, as the interpreter's CALL does it, and are entered directly if they have a region. */
#include "direct.h"
#include "objects.h"
#include "internal/pycore_call.h"

/* ---- frames ---- */

/* A frame for `function`, its locals all NULL, linked to nothing yet; NULL if the data stack has no room at hand. */
static inline _PyInterpreterFrame *frame_make(PyThreadState *ts, PyFunctionObject *function, PyCodeObject *code) {
    _PyInterpreterFrame *f = tierup_frame_room(ts, code);
    if (UNLIKELY(f == NULL)) return NULL;
    f->f_func = function;
    f->f_globals = function->func_globals;
    f->f_builtins = function->func_builtins;
    f->f_locals = NULL;
    f->f_code = code;
    f->frame_obj = NULL;
    f->prev_instr = _PyCode_CODE(code) - 1;
    f->stacktop = code->co_nlocalsplus;
    f->is_entry = false;
    f->owner = FRAME_OWNED_BY_THREAD;
    return f;
}

static inline void stand_behind_call(PyThreadState *ts) {
    _PyInterpreterFrame *caller = ts->cframe->current_frame;
    if (caller != NULL) tierup_direct_stand(caller);
}

/* A generator function: what it has been given goes into the generator that it returns. */
static PyObject *generator_run(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code) {
    PyObject *generator = tierup_direct_prelude(f, code) == 0 ? tierup_generators_make(f, code) : NULL;
    if (UNLIKELY(generator == NULL)) tierup_frame_clear(ts, f);
    tierup_frame_pop(ts, f);
    return generator;
}

/* Takes a frame with its arguments from the start to the end; the frame is gone afterwards. */
static inline PyObject *frame_run(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code) {
    _PyCFrame *cframe = ts->cframe;
    _PyFrameEvalFunction evaluator = ts->interp->eval_frame;
    if (code->co_flags & (CO_GENERATOR | CO_COROUTINE) && evaluator == NULL && !cframe->use_tracing && ts->recursion_remaining > 0
        && tierup_generators_makes(ts, code))
        return generator_run(ts, f, code);
    struct tierup_code_state *state = tierup_code_state_get(code);
    tierup_region *region = state != NULL ? state->call_region : NULL;
    PyObject *result = NULL;
    if (region == NULL || evaluator != NULL || cframe->use_tracing
        || UNLIKELY(_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker)) || UNLIKELY(tierup_stack_low())) {
        result = evaluator == NULL ? _PyEval_EvalFrameDefault(ts, f, 0) : evaluator(ts, f, 0);
    } else if (LIKELY(!_Py_EnterRecursiveCallTstate(ts, ""))) {
        f->previous = cframe->current_frame;
        f->is_entry = true;
        f->stacktop = -1;
        cframe->current_frame = f;
        if (code->_co_firsttraceable == 0 || LIKELY(tierup_direct_prelude(f, code) == 0)) {
            f->prev_instr = _PyCode_CODE(code) + code->_co_firsttraceable;
            result = tierup_region_run(region, ts, f);
            if (UNLIKELY(result == NULL) && cframe->use_tracing) result = tierup_tracing_raised(ts, f);
            if (result == TIERUP_EXIT || result == TIERUP_ERROR_EXIT) result = tierup_exits_finish(ts, f, region, result);
            if (UNLIKELY(result == NULL) && !tierup_frame_incomplete(f)) {
                PyFrameObject *object = tierup_frame_object(ts, f);
                if (object != NULL) PyTraceBack_Here(object);
            }
        }
        f->stacktop = code->co_nlocalsplus;
        _Py_LeaveRecursiveCallTstate(ts);
        cframe->current_frame = f->previous;
    }
    ts->recursion_remaining--;
    if (LIKELY(f->frame_obj == NULL)) {
        for (PyObject **slot = f->localsplus, **end = slot + f->stacktop; slot < end; slot++) Py_XDECREF(*slot);
        Py_XDECREF(f->f_locals);
        Py_DECREF(f->f_func);
        Py_DECREF(f->f_code);
    } else {
        tierup_frame_left(ts, f);
        tierup_frame_clear(ts, f);
    }
    ts->recursion_remaining++;
    tierup_frame_pop(ts, f);
    return result;
}

/* ---- arguments ---- */

/* Index of the parameter that a keyword names, or -1. */
static Py_ssize_t parameter(PyCodeObject *code, PyObject *keyword) {
    PyObject **names = ((PyTupleObject *)code->co_localsplusnames)->ob_item;
    Py_ssize_t first = code->co_posonlyargcount, end = code->co_argcount + code->co_kwonlyargcount;
    for (Py_ssize_t i = first; i < end; i++) {
        if (names[i] == keyword) return i;
    }
    for (Py_ssize_t i = first; i < end; i++) {
        if (plain_str(names[i]) && str_same(names[i], keyword)) return i;
    }
    return -1;
}

/* Defaults for the parameters that are still NULL; false if one has none. */
static bool bind_defaults(PyFunctionObject *function, PyCodeObject *code, PyObject **slots) {
    Py_ssize_t count = function->func_defaults ? PyTuple_GET_SIZE(function->func_defaults) : 0, first = code->co_argcount - count;
    for (Py_ssize_t i = 0; i < code->co_argcount; i++) {
        if (slots[i] == NULL && i < first) return false;
    }
    PyObject *of_keywords[64];
    if (code->co_kwonlyargcount > 64) return false;
    for (Py_ssize_t i = 0; i < code->co_kwonlyargcount; i++) {
        Py_ssize_t slot = code->co_argcount + i;
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, slot);
        of_keywords[i] = NULL;
        if (slots[slot] != NULL) continue;
        if (function->func_kwdefaults != NULL && PyDict_CheckExact(function->func_kwdefaults)) of_keywords[i] = PyDict_GetItemWithError(function->func_kwdefaults, name);
        if (of_keywords[i] == NULL) {
            PyErr_Clear();
            return false;
        }
    }
    for (Py_ssize_t i = first < 0 ? 0 : first; i < code->co_argcount; i++) {
        if (slots[i] == NULL) slots[i] = new_ref(PyTuple_GET_ITEM(function->func_defaults, i - first));
    }
    for (Py_ssize_t i = 0; i < code->co_kwonlyargcount; i++) {
        if (of_keywords[i] != NULL) slots[code->co_argcount + i] = new_ref(of_keywords[i]);
    }
    return true;
}

/* The general case: distributes `count` positional arguments and those of kwnames behind them over the parameters. The references in `args` are
   moved only if that works out; if not (also for every wrong call) nothing has happened, and the library is to raise the error. */
static bool bind(PyFunctionObject *function, PyCodeObject *code, PyObject **slots, PyObject **args, Py_ssize_t count, PyObject *kwnames) {
    Py_ssize_t total = code->co_argcount + code->co_kwonlyargcount, plain = count < code->co_argcount ? count : code->co_argcount, i;
    Py_ssize_t keywords = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
    bool starred = code->co_flags & CO_VARARGS, mapped = code->co_flags & CO_VARKEYWORDS;
    PyObject *map = NULL, *rest = NULL;
    if (count > plain && !starred) return false;
    memcpy(slots, args, plain * sizeof(PyObject *));
    for (i = 0; i < keywords; i++) {
        PyObject *keyword = PyTuple_GET_ITEM(kwnames, i);
        if (!plain_str(keyword)) return false;
        Py_ssize_t slot = parameter(code, keyword);
        if (slot < 0 ? !mapped : slots[slot] != NULL) return false;
        if (slot >= 0) slots[slot] = args[count + i];
    }
    if (mapped && (map = PyDict_New()) == NULL) goto failed;
    if (starred && (rest = PyTuple_New(count - plain)) == NULL) goto failed;
    for (i = 0; mapped && i < keywords; i++) {
        PyObject *keyword = PyTuple_GET_ITEM(kwnames, i);
        if (parameter(code, keyword) < 0 && PyDict_SetItem(map, keyword, args[count + i]) < 0) goto failed;
    }
    if (!bind_defaults(function, code, slots)) goto failed;
    for (i = 0; mapped && i < keywords; i++) {
        if (parameter(code, PyTuple_GET_ITEM(kwnames, i)) < 0) Py_DECREF(args[count + i]);
    }
    for (i = plain; i < count; i++) PyTuple_SET_ITEM(rest, i - plain, args[i]);
    if (starred) slots[total++] = rest;
    if (mapped) slots[total] = map;
    return true;
failed:
    PyErr_Clear();
    Py_XDECREF(map);
    Py_XDECREF(rest);
    return false;
}

/* ---- C functions ---- */

/* As the specialised bytecodes of warm code call them: some count recursion, some don't. Vectorcall always does, and a program that recurses through C would not
   get as deep. */
static inline __attribute__((always_inline)) PyObject *call_c(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames) {
    size_t positional = (size_t)(n - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0));
    PyMethodDef *def = NULL;
    PyObject *self = NULL, **rest = args, *result;
    if (Py_IS_TYPE(callable, &PyCFunction_Type)) {
        def = ((PyCFunctionObject *)callable)->m_ml;
        self = PyCFunction_GET_SELF(callable);
    } else if (Py_IS_TYPE(callable, &PyMethodDescr_Type) && positional > 0 && PyObject_TypeCheck(args[0], PyDescr_TYPE(callable))) {
        def = ((PyMethodDescrObject *)callable)->d_method;
        self = *rest++;
    }
    if (def != NULL && kwnames == NULL && LIKELY(call_method_def(ts, def, self, rest, n - (rest - args), &result))) return result;
    if (def != NULL && (def->ml_flags & TIERUP_METHOD_CONVENTION) == (METH_FASTCALL | METH_KEYWORDS))
        return ((_PyCFunctionFastWithKeywords)(void (*)(void))def->ml_meth)(self, rest, positional - (rest - args), kwnames);
    if (self == (PyObject *)&PyTuple_Type && n == 2 && kwnames == NULL && tierup_new_tuple(ts, def, args, &result)) return result;
    return _PyObject_VectorcallTstate(ts, callable, args, positional, kwnames);
}

/* ---- calls that take their arguments over ---- */

/* Through the library, then releases everything. `n` counts all arguments without self. */
static PyObject *call_library(PyThreadState *ts, PyObject *callable, PyObject *self, PyObject **args, int64_t n, PyObject *kwnames) {
    PyObject *result, *few[12], **all = few;
    size_t positional = (size_t)(n - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0));
    if (self == NULL) {
        result = call_c(ts, callable, args, n, kwnames);
    } else {
        if (n + 2 > 12 && (all = PyMem_New(PyObject *, n + 2)) == NULL) {
            result = PyErr_NoMemory();
        } else {
            all[1] = self;
            if (n) memcpy(all + 2, args, n * sizeof(PyObject *));
            result = _PyObject_VectorcallTstate(ts, callable, all + 1, (positional + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
        }
        if (all != few) PyMem_Free(all);
        Py_DECREF(self);
    }
    release_forward(args, n);
    return result;
}

/* Calls a function in Python that has no region, or not for this call, or with keywords; self (owned) stands before the arguments unless NULL. */
static __attribute__((noinline)) PyObject *call_frame(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, PyObject *kwnames, bool direct) {
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    const int needed = CO_OPTIMIZED | CO_NEWLOCALS;
    _PyInterpreterFrame *f;
    if (kwnames == NULL) {
        PyObject *generator = tierup_generators_call(ts, function, self, args, n, direct);
        if (generator != TIERUP_NOT_DIRECT) return generator;
    }
    if (UNLIKELY((code->co_flags & needed) != needed) || UNLIKELY((f = frame_make(ts, function, code)) == NULL)) {
        if (direct) stand_behind_call(ts);
        return call_library(ts, (PyObject *)function, self, args, n, kwnames);
    }
    PyObject **slots = f->localsplus;
    Py_ssize_t given = n + (self != NULL), filled = given;
    Py_INCREF(function);
    Py_INCREF(code); /* binding may set off a collection, which may give the function another one */
    if (LIKELY(given == code->co_argcount && kwnames == NULL && code->co_kwonlyargcount == 0 && !(code->co_flags & (CO_VARARGS | CO_VARKEYWORDS)))) {
        if (self != NULL) *slots++ = self;
        for (int64_t i = 0; i < n; i++) slots[i] = args[i];
        for (slots = f->localsplus; filled < code->co_nlocalsplus; filled++) slots[filled] = NULL;
    } else {
        memset(slots, 0, code->co_nlocalsplus * sizeof(PyObject *));
        bool bound;
        PyObject *few[12], **all = args;
        if (self != NULL) {
            all = n + 1 > 12 ? PyMem_New(PyObject *, n + 1) : few;
            if (all != NULL) {
                all[0] = self;
                if (n) memcpy(all + 1, args, n * sizeof(PyObject *));
            }
        }
        bound = (all != NULL || n == 0) && bind(function, code, slots, all, given - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0), kwnames);
        if (all != args && all != few) PyMem_Free(all);
        if (!bound) {
            tierup_frame_pop(ts, f);
            Py_DECREF(code);
            PyObject *result = call_library(ts, (PyObject *)function, self, args, n, kwnames);
            Py_DECREF(function);
            return result;
        }
    }
    if (direct) stand_behind_call(ts);
    return frame_run(ts, f, code);
}

/* A function in Python; `direct`: the interpreter would run it without another interpreter loop. */
static inline __attribute__((always_inline)) PyObject *call_function(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, PyObject *kwnames, bool direct) {
    if (LIKELY(kwnames == NULL)) {
        PyObject *result = tierup_direct_any(ts, function, self, args, n, direct ? TIERUP_DIRECT_STAND : 0);
        if (LIKELY(result != TIERUP_NOT_DIRECT)) return result;
    }
    return call_frame(ts, function, self, args, n, kwnames, direct && ts->interp->eval_frame == NULL);
}

/* ---- classes ---- */

static PyObject *no_arguments(void) {
    static PyObject *empty;
    if (empty == NULL) empty = PyTuple_New(0);
    return empty;
}

/* type.__init__ of an object just made, called as type.__call__ does it. */
static int initialise(PyObject *object, PyObject **args, int64_t n, PyObject *kwnames) {
    Py_ssize_t positional = n - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    PyObject *tuple = PyTuple_New(positional), *map = kwnames ? _PyStack_AsDict(args + positional, kwnames) : NULL;
    int failed = -1;
    if (tuple != NULL && (map != NULL || kwnames == NULL)) {
        for (Py_ssize_t i = 0; i < positional; i++) PyTuple_SET_ITEM(tuple, i, new_ref(args[i]));
        failed = Py_TYPE(object)->tp_init(object, tuple, map);
    }
    Py_XDECREF(tuple);
    Py_XDECREF(map);
    return failed;
}

/* A function of a class, with `first` before the arguments, which stay the caller's. */
static PyObject *call_of_class(PyThreadState *ts, PyObject *function, PyObject *first, PyObject **args, int64_t n, PyObject *kwnames) {
    PyObject *few[12], **own = few, *result = TIERUP_NOT_DIRECT;
    Py_INCREF(function);
    if (LIKELY(kwnames == NULL)) {
        Py_INCREF(first);
        result = tierup_direct_any(ts, (PyFunctionObject *)function, first, args, n, TIERUP_DIRECT_BORROW);
        if (UNLIKELY(result == TIERUP_NOT_DIRECT)) Py_DECREF(first);
    }
    if (UNLIKELY(result == TIERUP_NOT_DIRECT)) {
        if (n > 12 && (own = PyMem_New(PyObject *, n)) == NULL) {
            result = PyErr_NoMemory();
        } else {
            for (int64_t i = 0; i < n; i++) own[i] = new_ref(args[i]);
            result = call_frame(ts, (PyFunctionObject *)function, new_ref(first), own, n, kwnames, false);
            if (own != few) PyMem_Free(own);
        }
    }
    Py_DECREF(function);
    return result;
}

static int initialise_quickly(PyThreadState *ts, PyObject *init, PyObject *object, PyObject **args, int64_t n, PyObject *kwnames) {
    PyObject *result = call_of_class(ts, init, object, args, n, kwnames);
    if (result == NULL) return -1;
    bool good = result == Py_None;
    if (!good) PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
    Py_DECREF(result);
    return good ? 0 : -1;
}

/* How a class that `class` statements made makes its instances: by object.__new__ (then `make` is NULL and there is an `init`), or by a __new__ in Python. Then tp_new and tp_init
   are the slots that look these up, as the slot of any class is when what it finds there is no wrapper of a C function. */
struct making { PyTypeObject *type; unsigned int version; PyObject *init, *make; };

static PyObject *find_function(PyTypeObject *type, enum tierup_name_id id) {
    PyObject *name = tierup_name_get(id), *found = name ? _PyType_Lookup(type, name) : NULL;
    if (id == NAME_NEW && found != NULL && Py_IS_TYPE(found, &PyStaticMethod_Type)) found = tierup_static_function(found);
    return found != NULL && PyFunction_Check(found) ? found : NULL;
}

static __attribute__((noinline)) void find_making(struct making *known, PyTypeObject *type) {
    PyObject *init = NULL, *make = NULL;
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && type->tp_vectorcall == NULL) {
        bool plain = type->tp_new == PyBaseObject_Type.tp_new;
        if (!plain && (make = find_function(type, NAME_NEW)) != NULL) tierup_new_of_classes = type->tp_new;
        if (plain || make != NULL) init = find_function(type, NAME_INIT);
        if (init == NULL && type->tp_init != PyBaseObject_Type.tp_init) make = NULL;
    }
    *known = (struct making){type, type->tp_version_tag, init, make};
}

/* The same, remembered as long as the class keeps its version tag. */
static inline struct making *how_made(PyTypeObject *type) {
    static struct making remembered[256];
    struct making *known = &remembered[(uintptr_t)type >> 5 & 255];
    if (UNLIKELY(known->type != type || known->version != type->tp_version_tag || type->tp_version_tag == 0)) find_making(known, type);
    return known;
}

/* By a __new__ in Python. The tuple of arguments that type.__call__ gets holds them once more, and where there are keywords, so does what is made of it for each function, which
   holds the instance, too. What __new__ returns may be anything. */
static PyObject *make_in_python(PyThreadState *ts, PyTypeObject *type, PyObject *make, PyObject **args, int64_t n, PyObject *kwnames) {
    Py_ssize_t more = kwnames != NULL ? 2 : 1;
    for (int64_t i = 0; i < n; i++) Py_SET_REFCNT(args[i], Py_REFCNT(args[i]) + more);
    PyObject *object = call_of_class(ts, make, (PyObject *)type, args, n, kwnames);
    if (LIKELY(object != NULL) && PyObject_TypeCheck(object, type)) {
        struct making *known = Py_IS_TYPE(object, type) ? how_made(type) : NULL; /* once more: it may have changed */
        int failed = 0;
        if (known == NULL || known->make == NULL) failed = Py_TYPE(object)->tp_init == NULL ? 0 : initialise(object, args, n, kwnames);
        else if (known->init != NULL) {
            if (more == 2) Py_INCREF(object);
            failed = initialise_quickly(ts, known->init, object, args, n, kwnames);
            if (more == 2) Py_DECREF(object);
        }
        if (failed) Py_CLEAR(object);
    }
    if (more == 2) release_forward(args, n);
    release_forward(args, n);
    return object;
}

/* Arguments stay the caller's, as they do while type.__call__ runs. */
static PyObject *instantiate(PyThreadState *ts, PyTypeObject *type, PyObject **args, int64_t n, PyObject *kwnames) {
    PyObject *empty = no_arguments(), *make = how_made(type)->make;
    if (UNLIKELY(empty == NULL) || _Py_EnterRecursiveCallTstate(ts, " while calling a Python object")) return NULL;
    PyObject *object = make != NULL ? make_in_python(ts, type, make, args, n, kwnames) : tierup_instance_new(type);
    if (make == NULL && object == NULL) object = type->tp_new(type, empty, NULL);
    if (make == NULL && LIKELY(object != NULL)) {
        struct making *known = how_made(type); /* once more: making the object may have run code */
        int failed = known->init && known->make == NULL ? initialise_quickly(ts, known->init, object, args, n, kwnames) : initialise(object, args, n, kwnames);
        if (failed) Py_CLEAR(object);
    }
    _Py_LeaveRecursiveCallTstate(ts);
    return object;
}

PyObject *tierup_new_instance(PyObject *type) {
    PyObject *quick = tierup_instance_new((PyTypeObject *)type), *empty = no_arguments();
    if (LIKELY(quick != NULL)) return quick;
    return empty != NULL ? ((PyTypeObject *)type)->tp_new((PyTypeObject *)type, empty, NULL) : NULL;
}

static inline bool is_plain_class(PyObject *callable) {
    if (!Py_IS_TYPE(callable, &PyType_Type) || !(((PyTypeObject *)callable)->tp_flags & Py_TPFLAGS_HEAPTYPE)) return false;
    struct making *known = how_made((PyTypeObject *)callable);
    return known->init != NULL || known->make != NULL;
}

/* ---- helpers ---- */

/* The two kinds of calls have functions of their own: what one needs registers for, the other does not have to save. */
static __attribute__((noinline)) PyObject *call_plain(PyThreadState *ts, PyObject *function, PyObject **args, int64_t n, PyObject *kwnames) {
    return call_function(ts, (PyFunctionObject *)function, NULL, args, n, kwnames, true);
}

/* `turn`: it is CALL that calls, which looks at the eval breaker behind anything but a function in Python. */
static __attribute__((noinline)) PyObject *call_bound(PyThreadState *ts, PyObject *method, PyObject **args, int64_t n, PyObject *kwnames, bool turn) {
    PyObject *self = new_ref(PyMethod_GET_SELF(method)), *callable = PyMethod_GET_FUNCTION(method);
    if (LIKELY(PyFunction_Check(callable))) return call_function(ts, (PyFunctionObject *)callable, self, args, n, kwnames, true);
    Py_INCREF(callable);
    PyObject *result = call_library(ts, callable, self, args, n, kwnames);
    Py_DECREF(callable);
    return turn ? give_turn(ts, result) : result;
}

static __attribute__((noinline)) PyObject *call_other(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames) {
    PyTypeObject *type = Py_TYPE(callable);
    if (type != &PyCFunction_Type && type != &PyMethodDescr_Type && is_plain_class(callable)) {
        PyObject *object = instantiate(ts, (PyTypeObject *)callable, args, n, kwnames);
        release_forward(args, n);
        return object;
    }
    Py_INCREF(callable);
    PyObject *result = call_c(ts, callable, args, n, kwnames);
    release_forward(args, n);
    Py_DECREF(callable);
    return result;
}

static inline PyObject *call_any(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames, bool turn) {
    PyTypeObject *type = Py_TYPE(callable);
    if (LIKELY(type == &PyFunction_Type)) return call_plain(ts, callable, args, n, kwnames);
    if (type == &PyMethod_Type) return call_bound(ts, callable, args, n, kwnames, turn);
    PyObject *result = call_other(ts, callable, args, n, kwnames);
    return turn ? give_turn(ts, result) : result;
}

PyObject *tierup_call(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames) { return call_any(ts, callable, args, n, kwnames, true); }

PyObject *tierup_call_within(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n) { return call_any(ts, callable, args, n, NULL, false); }

PyObject *tierup_call_named(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames) {
    return call_any(ts, callable, args, n, kwnames, false);
}

PyObject *tierup_call_known(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n) {
    PyObject *result = tierup_direct_call(ts, (PyFunctionObject *)callable, NULL, args, n, 0);
    if (LIKELY(result != TIERUP_NOT_DIRECT)) return result;
    result = tierup_generators_call(ts, (PyFunctionObject *)callable, NULL, args, n, false);
    if (result != TIERUP_NOT_DIRECT) return result;
    ts->cframe->current_frame->prev_instr -= INLINE_CACHE_ENTRIES_CALL;
    return call_frame(ts, (PyFunctionObject *)callable, NULL, args, n, NULL, ts->interp->eval_frame == NULL);
}

PyObject *tierup_call_maybe_method(PyThreadState *ts, PyObject *method, PyObject **args, int64_t n, PyObject *kwnames) {
    if (method != NULL) return call_any(ts, method, args, n, kwnames, true);
    PyObject *callable = args[0], *result = call_any(ts, callable, args + 1, n - 1, kwnames, true);
    Py_DECREF(callable);
    return result;
}

PyObject *tierup_call_lent(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n) {
    if (is_plain_class(callable)) return instantiate(ts, (PyTypeObject *)callable, args, n, NULL);
    if (Py_IS_TYPE(callable, &PyFunction_Type) || Py_IS_TYPE(callable, &PyMethod_Type)) {
        PyObject *few[12], **own = n > 12 ? PyMem_New(PyObject *, n) : few;
        if (own == NULL) return PyErr_NoMemory();
        for (int64_t i = 0; i < n; i++) own[i] = new_ref(args[i]);
        PyObject *result = tierup_call_within(ts, callable, own, n);
        if (own != few) PyMem_Free(own);
        return result;
    }
    return call_c(ts, callable, args, n, NULL);
}

PyObject *tierup_call_borrow(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames) {
    return give_turn(ts, call_c(ts, callable, args, n, kwnames));
}

PyObject *tierup_call_one(PyThreadState *ts, PyObject *callable, PyObject *argument) {
    Py_INCREF(callable);
    PyObject *result = tierup_call_lent(ts, callable, &argument, 1);
    Py_DECREF(callable);
    return result;
}
