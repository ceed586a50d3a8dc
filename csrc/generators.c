/* Generators and coroutines: every resume by next(), for, yield from, await ... goes through slots of their types. While tierup is on, these are ours:
   a generator whose code has a resume region goes on there, any other in the interpreter, as before. */
#include "direct.h"
#include "objects.h"
#include "internal/pycore_pyerrors.h"

static iternextfunc plain_iternext;
static sendfunc plain_send[2];
static PyCFunction plain_send_method[2];
static PyTypeObject *const types[2] = {&PyGen_Type, &PyCoro_Type};

/* ---- where a generator stands ---- */

static inline _PyInterpreterFrame *tierup_generators_frame(PyGenObject *gen) { return (_PyInterpreterFrame *)gen->gi_iframe; }

/* May this be done here at all, and not by the plain slot? It also raises the errors. */
static inline bool tierup_generators_ours(PyThreadState *ts, PyGenObject *gen, PyObject *sent) {
    if (UNLIKELY(ts->interp != tierup_main_interpreter())) return false;
    if (gen->gi_frame_state != FRAME_SUSPENDED && (gen->gi_frame_state != FRAME_CREATED || (sent != NULL && sent != Py_None))) return false;
    return !ts->cframe->use_tracing && ts->interp->eval_frame == NULL && ts->recursion_remaining > 0 && !(UNLIKELY(tierup_stack_tight()) && tierup_stack_low());
}

/* The region to go on in; NULL: the interpreter goes on. The eval breaker is looked at by the RESUME that comes next. */
static inline tierup_region *tierup_generators_region(PyThreadState *ts, PyGenObject *gen) {
    struct tierup_direct *known = tierup_direct_find(gen->gi_code);
    if (UNLIKELY(known == NULL)) return NULL;
    if (UNLIKELY(_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker)) && tierup_breaker_busy()) return NULL;
    int opcode = _Py_OPCODE(*tierup_generators_frame(gen)->prev_instr);
    return opcode == YIELD_VALUE || opcode == RETURN_GENERATOR ? known->region : NULL;
}

/* Suspended in `yield from` or `await`: what it yields comes from the object on top of its stack. */
static inline bool tierup_generators_delegates(PyGenObject *gen) {
    const _Py_CODEUNIT *unit = tierup_generators_frame(gen)->prev_instr;
    if (gen->gi_frame_state != FRAME_SUSPENDED || _Py_OPARG(unit[1]) < 2) return false;
    return (_Py_OPCODE(unit[1]) == RESUME_QUICK || _Py_OPCODE(unit[1]) == RESUME) && _Py_OPCODE(unit[0]) == YIELD_VALUE && _Py_OPCODE(unit[-1]) == SEND;
}

/* ---- running ---- */

static inline PySendResult tierup_generators_send(int type, PyObject *self, PyObject *sent, PyObject **out);

/* The frame runs from here on; what is on its stack is not for the collector. */
static inline void tierup_generators_enter(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->stacktop = -1;
    f->is_entry = true;
    ts->cframe->current_frame = f;
    ts->recursion_remaining--;
}

static inline void tierup_generators_leave(PyThreadState *ts, _PyInterpreterFrame *f) {
    ts->recursion_remaining++;
    ts->cframe->current_frame = f->previous;
}

/* Compiled code of an asynchronous generator gives its items as they are, the interpreter in a wrapper. */
static PyObject *tierup_generators_interpret(PyThreadState *ts, _PyInterpreterFrame *f, PyGenObject *gen, bool failed) {
    PyObject *result = _PyEval_EvalFrameDefault(ts, f, failed);
    if (result == NULL || !PyAsyncGen_CheckExact(gen) || gen->gi_frame_state != FRAME_SUSPENDED || !tierup_generators_at_item(gen)) return result;
    PyObject *item = new_ref(((tierup_wrapped_item *)result)->item);
    Py_DECREF(result);
    return item;
}

/* Its region has given no object. */
static __attribute__((noinline)) PyObject *tierup_generators_unusual(PyThreadState *ts, _PyInterpreterFrame *f, PyGenObject *gen, tierup_region *region, PyObject *result) {
    if (result == TIERUP_EXIT) tierup_exits_count(region);
    region->active--;
    if (result == NULL && ts->cframe->use_tracing) result = tierup_tracing_raised(ts, f);
    if (result == TIERUP_EXIT || result == TIERUP_ERROR_EXIT) { /* the interpreter finishes what it began, as if it had run the frame all along */
        tierup_generators_leave(ts, f);
        if (result == TIERUP_ERROR_EXIT) tierup_tracing_hide(ts, f, TIERUP_HIDE_CALL);
        return tierup_generators_interpret(ts, f, gen, result == TIERUP_ERROR_EXIT);
    }
    if (result == NULL && !tierup_frame_incomplete(f)) {
        PyFrameObject *object = tierup_frame_object(ts, f);
        if (object != NULL) PyTraceBack_Here(object);
    }
    if (gen->gi_frame_state == FRAME_EXECUTING) f->stacktop = f->f_code->co_nlocalsplus;
    tierup_generators_leave(ts, f);
    return result;
}

/* As the interpreter's loop runs the frame: to the next yield, the return, or an exception that leaves it. */
static inline PyObject *tierup_generators_evaluate(PyThreadState *ts, _PyInterpreterFrame *f, PyGenObject *gen, tierup_region *region) {
    tierup_generators_enter(ts, f);
    region->active++;
    region->entries++;
    PyObject *result = region->entry(ts, f);
    if (UNLIKELY((uintptr_t)result <= 2)) return tierup_generators_unusual(ts, f, gen, region, result);
    region->active--;
    if (gen->gi_frame_state == FRAME_EXECUTING) f->stacktop = f->f_code->co_nlocalsplus;
    tierup_generators_leave(ts, f);
    return result;
}

static inline PySendResult tierup_generators_ask(PyObject *receiver, PyObject *sent, PyObject **out) {
    if (PyGen_CheckExact(receiver)) return tierup_generators_send(0, receiver, sent, out);
    if (PyCoro_CheckExact(receiver)) return tierup_generators_send(1, receiver, sent, out);
    return PyIter_Send(receiver, sent, out);
}

/* The generator has returned or raised: it can't go on any more. */
static __attribute__((noinline, cold)) void tierup_generators_finish_unusual(PyThreadState *ts, PyGenObject *gen, bool raised) {
    if (raised && PyErr_ExceptionMatches(PyExc_StopIteration))
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s raised StopIteration", PyCoro_CheckExact(gen) ? "coroutine" : PyGen_CheckExact(gen) ? "generator" : "async generator");
    else if (raised && PyAsyncGen_CheckExact(gen) && PyErr_ExceptionMatches(PyExc_StopAsyncIteration))
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s", "async generator raised StopAsyncIteration");
    _PyErr_ClearExcState(&gen->gi_exc_state);
    gen->gi_frame_state = FRAME_CLEARED;
    tierup_frame_clear(ts, tierup_generators_frame(gen));
}

static inline void tierup_generators_finish(PyThreadState *ts, PyGenObject *gen, bool raised) {
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    if (UNLIKELY(raised || gen->gi_exc_state.exc_value != NULL || f->frame_obj != NULL)) {
        tierup_generators_finish_unusual(ts, gen, raised);
        return;
    }
    gen->gi_frame_state = FRAME_CLEARED;
    tierup_frame_clear(ts, f);
}

/* Its frame has run. `sent`: a return of None shows as an object. */
static inline PySendResult tierup_generators_settle(PyThreadState *ts, PyGenObject *gen, bool sent, PyObject **out) {
    bool yielded = gen->gi_frame_state == FRAME_SUSPENDED;
    if (gen->gi_frame_state == FRAME_EXECUTING) gen->gi_frame_state = FRAME_COMPLETED;
    ts->exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    f->previous = NULL;
    if (UNLIKELY(f->frame_obj != NULL)) tierup_frame_left(ts, f);
    if (LIKELY(*out != NULL && yielded)) return PYGEN_NEXT;
    bool raised = *out == NULL;
    if (*out == Py_None && !sent) Py_CLEAR(*out);
    tierup_generators_finish(ts, gen, raised);
    return *out ? PYGEN_RETURN : PYGEN_ERROR;
}

/* Becomes the innermost one that runs. */
static inline void tierup_generators_begin(PyThreadState *ts, PyGenObject *gen) {
    tierup_generators_frame(gen)->previous = ts->cframe->current_frame;
    gen->gi_exc_state.previous_item = ts->exc_info;
    ts->exc_info = &gen->gi_exc_state;
    gen->gi_frame_state = FRAME_EXECUTING;
}

/* One that delegates has got something from the other one, and does what SEND does then; `top`: of its stack. */
static __attribute__((noinline)) PyObject *tierup_generators_passed(PyThreadState *ts, PyGenObject *gen, int top, PySendResult status, PyObject *value) {
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    bool tools = ts->cframe->use_tracing;
    if (status == PYGEN_RETURN) {
        Py_DECREF(f->localsplus[top - 1]);
        f->localsplus[top - 1] = value;
        f->prev_instr += _Py_OPARG(*f->prev_instr);
    }
    else if (status == PYGEN_NEXT) { /* the interpreter does the yield, and shows it */
        f->localsplus[top++] = value;
    }
    tierup_generators_leave(ts, f);
    struct tierup_code_state *state = tierup_code_state_get(gen->gi_code);
    if (status == PYGEN_RETURN && !tools && state != NULL && state->resume_region != NULL) return tierup_generators_evaluate(ts, f, gen, state->resume_region);
    f->stacktop = top;
    if (status == PYGEN_ERROR) tierup_tracing_hide(ts, f, TIERUP_HIDE_CALL);
    return tierup_generators_interpret(ts, f, gen, status == PYGEN_ERROR);
}

/* What the loops around SEND do, without entering the frames: no more happens there while the receivers yield. All that wait for each other at a time: the
   tests are done once, and no C stack is needed for each. `sent` NULL: next. */
static __attribute__((noinline)) PySendResult tierup_generators_delegate(PyThreadState *ts, PyGenObject *gen, PyObject *sent, PyObject **out) {
    struct { PyGenObject *gen; int top; } chain[32];
    PyObject *value = sent ? sent : Py_None, *receiver;
    int n = 0;
    do {
        _PyInterpreterFrame *f = tierup_generators_frame(gen);
        tierup_generators_begin(ts, gen);
        chain[n].gen = gen;
        chain[n++].top = f->stacktop;
        receiver = f->localsplus[f->stacktop - 1];
        f->prev_instr--; /* at the SEND */
        tierup_generators_enter(ts, f);
        Py_INCREF(value);
        gen = (PyGenObject *)receiver;
    } while (n < 32 && (PyGen_CheckExact(receiver) || PyCoro_CheckExact(receiver)) && tierup_generators_delegates(gen) && ts->recursion_remaining > 0
             && LIKELY(!tierup_force_active));
    PySendResult status = tierup_generators_ask(receiver, value, out);
    while (n-- > 0) {
        gen = chain[n].gen;
        Py_DECREF(value);
        if (LIKELY(status == PYGEN_NEXT && !ts->cframe->use_tracing)) {
            _PyInterpreterFrame *f = tierup_generators_frame(gen);
            f->prev_instr++;
            f->stacktop = chain[n].top;
            gen->gi_frame_state = FRAME_SUSPENDED;
            tierup_generators_leave(ts, f);
        }
        else {
            *out = tierup_generators_passed(ts, gen, chain[n].top, status, *out);
        }
        status = tierup_generators_settle(ts, gen, n > 0 || sent != NULL, out);
    }
    return status;
}

/* Resumes a generator that is ours if there is a way without the interpreter (`done`). `sent` NULL: nothing was sent, and a return of None shows as NULL without
   an exception. */
static inline PySendResult tierup_generators_resume(PyThreadState *ts, PyGenObject *gen, PyObject *sent, PyObject **out, bool *done) {
    *done = true;
    if (tierup_generators_delegates(gen)) return tierup_generators_delegate(ts, gen, sent, out);
    tierup_region *region = tierup_generators_region(ts, gen);
    if (region == NULL) {
        *done = false;
        return PYGEN_ERROR;
    }
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    tierup_generators_begin(ts, gen);
    f->localsplus[f->stacktop] = Py_NewRef(sent ? sent : Py_None);
    *out = tierup_generators_evaluate(ts, f, gen, region);
    return tierup_generators_settle(ts, gen, sent != NULL, out);
}

/* False: the plain slot has to do it. */
static inline bool tierup_generators_try(PyThreadState *ts, PyGenObject *gen, PyObject *sent, PyObject **out, PySendResult *status) {
    if (UNLIKELY(tierup_force_active) && ts->interp == tierup_main_interpreter() && gen->gi_frame_state < FRAME_EXECUTING)
        tierup_force_resumed(ts, tierup_generators_frame(gen));
    bool done;
    if (UNLIKELY(!tierup_generators_ours(ts, gen, sent))) return false;
    *status = tierup_generators_resume(ts, gen, sent, out, &done);
    return done;
}

bool tierup_generators_step(PyThreadState *ts, PyGenObject *gen, PyObject *sent, PyObject **out, PySendResult *status) {
    return tierup_generators_try(ts, gen, sent, out, status);
}

/* ---- the slots ---- */

static PyObject *tierup_generators_iternext(PyObject *self) {
    PyObject *result;
    PySendResult status;
    if (!tierup_generators_try(_PyThreadState_GET(), (PyGenObject *)self, NULL, &result, &status)) return plain_iternext(self);
    if (status == PYGEN_RETURN) {
        _PyGen_SetStopIterationValue(result);
        Py_CLEAR(result);
    }
    return result;
}

static inline PySendResult tierup_generators_send(int type, PyObject *self, PyObject *sent, PyObject **out) {
    PySendResult status;
    return tierup_generators_try(_PyThreadState_GET(), (PyGenObject *)self, sent, out, &status) ? status : plain_send[type](self, sent, out);
}

static PySendResult tierup_generators_send_generator(PyObject *self, PyObject *sent, PyObject **out) { return tierup_generators_send(0, self, sent, out); }
static PySendResult tierup_generators_send_coroutine(PyObject *self, PyObject *sent, PyObject **out) { return tierup_generators_send(1, self, sent, out); }

/* Under a trace function SEND calls the method, which counts as recursion. Under ours that must not show: a long chain of awaits would come to the limit. */
static PyObject *tierup_generators_method_plain(int type, PyObject *self, PyObject *sent) {
    PyThreadState *ts = _PyThreadState_GET();
    _PyInterpreterFrame *caller = ts->cframe->current_frame;
    bool more = ts->c_tracefunc != NULL && !tierup_tracing_tools(ts) && caller != NULL && _Py_OPCODE(*caller->prev_instr) == SEND;
    ts->recursion_remaining += more;
    PyObject *result = plain_send_method[type](self, sent);
    ts->recursion_remaining -= more;
    return result;
}

static inline PyObject *tierup_generators_method(int type, PyObject *self, PyObject *sent) {
    PyObject *result;
    PySendResult status;
    if (!tierup_generators_try(_PyThreadState_GET(), (PyGenObject *)self, sent, &result, &status)) return tierup_generators_method_plain(type, self, sent);
    if (status == PYGEN_RETURN) {
        if (result == Py_None) PyErr_SetNone(PyExc_StopIteration);
        else _PyGen_SetStopIterationValue(result);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *tierup_generators_method_generator(PyObject *self, PyObject *sent) { return tierup_generators_method(0, self, sent); }
static PyObject *tierup_generators_method_coroutine(PyObject *self, PyObject *sent) { return tierup_generators_method(1, self, sent); }

/* ---- making ---- */

/* RETURN_GENERATOR, POP_TOP, RESUME: as the compiler writes the start. Coroutines whose origin is wanted are made by the interpreter. */
bool tierup_generators_makes(PyThreadState *ts, PyCodeObject *code) {
    int first = tierup_code_first(code);
    return ts->coroutine_origin_tracking_depth == 0 && first >= 2 && _Py_OPCODE(tierup_code_units(code)[first - 2]) == RETURN_GENERATOR;
}

/* All but its frame. */
static inline PyGenObject *tierup_generators_new(PyFunctionObject *function, PyCodeObject *code) {
    PyTypeObject *type = code->co_flags & CO_COROUTINE ? &PyCoro_Type : code->co_flags & CO_ASYNC_GENERATOR ? &PyAsyncGen_Type : &PyGen_Type;
    PyGenObject *gen = tierup_generator_new(type, code);
    if (UNLIKELY(gen == NULL) && (gen = PyObject_GC_NewVar(PyGenObject, type, code->co_nlocalsplus + code->co_stacksize)) == NULL) return NULL;
    gen->gi_code = (PyCodeObject *)Py_NewRef(code);
    gen->gi_weakreflist = NULL;
    gen->gi_name = Py_NewRef(function->func_name);
    gen->gi_qualname = Py_NewRef(function->func_qualname);
    gen->gi_exc_state = (_PyErr_StackItem){NULL, NULL};
    gen->gi_origin_or_finalizer = NULL;
    gen->gi_hooks_inited = gen->gi_closed = gen->gi_running_async = 0;
    gen->gi_frame_state = FRAME_CREATED;
    return gen;
}

PyObject *tierup_generators_make(_PyInterpreterFrame *f, PyCodeObject *code) {
    PyGenObject *gen = tierup_generators_new(f->f_func, code);
    if (gen == NULL) return NULL;
    _PyInterpreterFrame *own = tierup_generators_frame(gen);
    memcpy(own, f, (char *)&f->localsplus[code->co_nlocalsplus] - (char *)f);
    own->previous = NULL;
    own->prev_instr = tierup_code_units(code) + tierup_code_first(code) - 2;
    own->stacktop = code->co_nlocalsplus;
    own->owner = FRAME_OWNED_BY_GENERATOR;
    _PyObject_GC_TRACK(gen);
    return (PyObject *)gen;
}

/* The rest of one whose locals and operand stack are in place. The reference to the function is taken over. */
static inline PyObject *tierup_generators_complete(PyGenObject *gen, PyFunctionObject *function, PyCodeObject *code, int64_t unit, int stacktop) {
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    f->f_func = function;
    f->f_globals = function->func_globals;
    f->f_builtins = function->func_builtins;
    f->f_locals = NULL;
    f->f_code = (PyCodeObject *)Py_NewRef(code);
    f->frame_obj = NULL;
    f->previous = NULL;
    f->prev_instr = tierup_code_units(code) + unit;
    f->stacktop = stacktop;
    f->is_entry = false;
    f->owner = FRAME_OWNED_BY_GENERATOR;
    _PyObject_GC_TRACK(gen);
    return (PyObject *)gen;
}

PyObject *tierup_generators_call(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, bool stand) {
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!(code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) || tierup_code_first(code) != 2 || tierup_code_plain_arguments(code) != n + (self != NULL)) return TIERUP_NOT_DIRECT;
    if (ts->interp->eval_frame != NULL || ts->cframe->use_tracing || ts->recursion_remaining <= 0 || !tierup_generators_makes(ts, code)) return TIERUP_NOT_DIRECT;
    if (stand) tierup_direct_stand(ts->cframe->current_frame);
    PyGenObject *gen = tierup_generators_new(function, code);
    if (UNLIKELY(gen == NULL)) {
        Py_XDECREF(self);
        release_forward(args, n);
        return NULL;
    }
    PyObject **slot = tierup_generators_frame(gen)->localsplus, **end = slot + code->co_nlocalsplus;
    if (self != NULL) *slot++ = self;
    for (int64_t i = 0; i < n; i++) *slot++ = args[i];
    while (slot < end) *slot++ = NULL;
    return tierup_generators_complete(gen, (PyFunctionObject *)Py_NewRef(function), code, 0, code->co_nlocalsplus);
}

/* ---- generators that native code does without: the parts are their locals, function and operand stack ---- */

PyObject *tierup_make_generator(PyObject *its_code, int64_t offset, PyObject **parts, int64_t n) {
    PyCodeObject *code = (PyCodeObject *)its_code; /* the function may have another one by now */
    int locals = code->co_nlocalsplus;
    PyFunctionObject *function = (PyFunctionObject *)parts[locals];
    PyGenObject *gen = tierup_generators_new(function, code);
    if (UNLIKELY(gen == NULL)) {
        for (int64_t i = 0; i < n; i++) Py_XDECREF(parts[i]);
        return NULL;
    }
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    memcpy(f->localsplus, parts, locals * sizeof(PyObject *));
    memcpy(f->localsplus + locals, parts + locals + 1, (n - locals - 1) * sizeof(PyObject *));
    int64_t unit = offset / (int64_t)sizeof(_Py_CODEUNIT);
    gen->gi_frame_state = _Py_OPCODE(tierup_code_units(code)[unit]) == RETURN_GENERATOR ? FRAME_CREATED : FRAME_SUSPENDED;
    return tierup_generators_complete(gen, function, code, unit, (int)n - 1);
}

/* Nobody has the frame object of a frame but the frame itself: it was made for tracing (our recorder's, for one), and nothing was set there. */
static bool tierup_generators_unseen(PyFrameObject *object) {
    return object == NULL || (Py_REFCNT(object) == 1 && object->f_trace == NULL && object->f_trace_lines && !object->f_trace_opcodes);
}

/* Nothing could tell it from one that is made anew. */
static bool tierup_generators_alone(PyGenObject *gen) {
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    bool handles = gen->gi_exc_state.exc_value != NULL && gen->gi_exc_state.exc_value != Py_None;
    if (Py_REFCNT(gen) != 1 || gen->gi_weakreflist != NULL || handles || f->f_locals != NULL) return false;
    return tierup_generators_unseen(f->frame_obj) && gen->gi_name == f->f_func->func_name && gen->gi_qualname == f->f_func->func_qualname;
}

int64_t tierup_take_generator(PyObject *object, PyObject *code, PyObject *globals, PyObject *builtins, void *out) {
    PyGenObject *gen = (PyGenObject *)object;
    if (!PyGen_CheckExact(object) || (PyObject *)gen->gi_code != code || gen->gi_frame_state > FRAME_SUSPENDED || tierup_generators_delegates(gen)) return -1;
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    if (f->f_globals != globals || f->f_builtins != builtins || !tierup_generators_alone(gen)) return -1;
    int locals = gen->gi_code->co_nlocalsplus;
    PyObject **parts = out;
    memcpy(parts, f->localsplus, locals * sizeof(PyObject *));
    parts[locals] = (PyObject *)f->f_func;
    memcpy(parts + locals + 1, f->localsplus + locals, (f->stacktop - locals) * sizeof(PyObject *));
    int64_t offset = (f->prev_instr - tierup_code_units(gen->gi_code)) * (int64_t)sizeof(_Py_CODEUNIT);
    gen->gi_frame_state = FRAME_CLEARED;
    Py_CLEAR(f->frame_obj);
    Py_DECREF(f->f_code);
    Py_DECREF(object);
    return offset;
}

/* ---- in the middle: a generator that native code did without ---- */

/* `f`, on top of the chain and of the data stack, with everything on its stack, becomes the frame of a running generator. Quietly, as the other frames may not be complete. */
_PyInterpreterFrame *tierup_generators_rebuild(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code) {
    int collects = PyGC_Disable();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyGenObject *gen = (PyGenObject *)tierup_generators_make(f, code);
    if (gen == NULL) Py_FatalError("no memory to rebuild the generator of inlined code");
    PyErr_Restore(type, value, traceback);
    if (collects) PyGC_Enable();
    _PyInterpreterFrame *own = tierup_generators_frame(gen);
    memcpy(own->localsplus, f->localsplus, f->stacktop * sizeof(PyObject *));
    own->previous = f->previous;
    own->prev_instr = f->prev_instr;
    own->stacktop = f->stacktop;
    gen->gi_exc_state.previous_item = ts->exc_info;
    ts->exc_info = &gen->gi_exc_state;
    gen->gi_frame_state = FRAME_EXECUTING;
    ts->cframe->current_frame = own;
    return own;
}

/* The interpreter goes on in the frame of a running generator, up to the next yield (`item` is what it yields) or the end (NULL; an exception may be set). Returns the generator. */
PyObject *tierup_generators_go_on(PyThreadState *ts, _PyInterpreterFrame *f, bool failed, PyObject **item) {
    PyGenObject *gen = _PyFrame_GetGenerator(f);
    tierup_generators_leave(ts, f);
    if (failed) tierup_tracing_hide(ts, f, TIERUP_HIDE_CALL);
    *item = _PyEval_EvalFrameDefault(ts, f, failed);
    if (tierup_generators_settle(ts, gen, false, item) == PYGEN_RETURN) Py_CLEAR(*item);
    return (PyObject *)gen;
}

/* ---- in and out ---- */

static const sendfunc our_send[2] = {tierup_generators_send_generator, tierup_generators_send_coroutine};
static const PyCFunction our_send_method[2] = {tierup_generators_method_generator, tierup_generators_method_coroutine};

PyMethodDef *tierup_generators_send_row(PyTypeObject *type) {
    for (PyMethodDef *row = type->tp_methods; row != NULL && row->ml_name != NULL; row++)
        if (strcmp(row->ml_name, "send") == 0 && row->ml_flags == METH_O) return row;
    return NULL;
}

void tierup_generators_wrap(void) {
    if (plain_iternext == NULL) {
        plain_iternext = PyGen_Type.tp_iternext;
        for (int i = 0; i < 2; i++) plain_send[i] = types[i]->tp_as_async->am_send;
    }
    PyGen_Type.tp_iternext = tierup_generators_iternext;
    for (int i = 0; i < 2; i++) {
        types[i]->tp_as_async->am_send = our_send[i];
        PyMethodDef *row = tierup_generators_send_row(types[i]);
        if (row == NULL || row->ml_meth == our_send_method[i]) continue;
        plain_send_method[i] = row->ml_meth;
        row->ml_meth = our_send_method[i];
    }
}

/* Somebody may still hold one of our functions, or have put his own in its place: then that stays. */
void tierup_generators_unwrap(void) {
    if (plain_iternext == NULL) return;
    if (PyGen_Type.tp_iternext == tierup_generators_iternext) PyGen_Type.tp_iternext = plain_iternext;
    for (int i = 0; i < 2; i++) {
        if (types[i]->tp_as_async->am_send == our_send[i]) types[i]->tp_as_async->am_send = plain_send[i];
        PyMethodDef *row = tierup_generators_send_row(types[i]);
        if (row != NULL && row->ml_meth == our_send_method[i]) row->ml_meth = plain_send_method[i];
    }
}
