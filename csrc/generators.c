/* Generators and coroutines: every resume by next(), for, yield from, await ... goes through slots of their types. While tierup is on, these are ours:
   a generator whose code has a resume region goes on there, any other in the interpreter, as before. */
#include "runtime.h"
#include "internal/pycore_pyerrors.h"

static iternextfunc plain_iternext;
static sendfunc plain_send[2];
static PyCFunction plain_send_method[2];
static PyTypeObject *const types[2] = {&PyGen_Type, &PyCoro_Type};

/* ---- running ---- */

static inline _PyInterpreterFrame *tierup_generators_frame(PyGenObject *gen) { return (_PyInterpreterFrame *)gen->gi_iframe; }

/* Where the interpreter leaves a generator, and a region enters it. */
static inline bool tierup_generators_resumable(PyGenObject *gen, PyObject *sent) {
    int opcode = _Py_OPCODE(*tierup_generators_frame(gen)->prev_instr);
    if (gen->gi_frame_state == FRAME_SUSPENDED) return opcode == YIELD_VALUE;
    return gen->gi_frame_state == FRAME_CREATED && opcode == RETURN_GENERATOR && (sent == NULL || sent == Py_None);
}

/* The region to go on in; NULL: the plain slot does it, errors included. */
static inline tierup_region *tierup_generators_region(PyThreadState *ts, PyGenObject *gen, PyObject *sent) {
    if (ts->interp != tierup_main_interpreter() || gen->gi_frame_state >= FRAME_EXECUTING) return NULL;
    if (tierup_force_on()) tierup_force_resumed(ts, tierup_generators_frame(gen));
    struct tierup_code_state *state = tierup_code_state_get(gen->gi_code);
    if (state == NULL || state->resume_region == NULL || !tierup_generators_resumable(gen, sent)) return NULL;
    if (ts->cframe->use_tracing || ts->interp->eval_frame != NULL || ts->recursion_remaining <= 0) return NULL;
    if (_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker) || tierup_stack_low()) return NULL;
    return state->resume_region;
}

/* As the interpreter's loop runs the frame: to the next yield, the return, or an exception that leaves it. */
static PyObject *tierup_generators_evaluate(PyThreadState *ts, _PyInterpreterFrame *f, PyGenObject *gen, tierup_region *region) {
    _PyCFrame *cframe = ts->cframe;
    f->stacktop = -1;
    f->is_entry = true;
    cframe->current_frame = f;
    ts->recursion_remaining--;
    PyObject *result = tierup_region_run(region, ts, f);
    if (result == TIERUP_EXIT || result == TIERUP_ERROR_EXIT) { /* the interpreter finishes what it began, as if it had run the frame all along */
        cframe->current_frame = f->previous;
        ts->recursion_remaining++;
        return _PyEval_EvalFrameDefault(ts, f, result == TIERUP_ERROR_EXIT);
    }
    if (result == NULL && !tierup_frame_incomplete(f)) {
        PyFrameObject *object = tierup_frame_object(ts, f);
        if (object != NULL) PyTraceBack_Here(object);
    }
    if (gen->gi_frame_state == FRAME_EXECUTING) f->stacktop = f->f_code->co_nlocalsplus;
    ts->recursion_remaining++;
    cframe->current_frame = f->previous;
    return result;
}

/* The generator has returned or raised: it can't go on any more. */
static void tierup_generators_finish(PyThreadState *ts, PyGenObject *gen, bool raised) {
    if (raised && PyErr_ExceptionMatches(PyExc_StopIteration))
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s raised StopIteration", PyCoro_CheckExact(gen) ? "coroutine" : "generator");
    _PyErr_ClearExcState(&gen->gi_exc_state);
    gen->gi_frame_state = FRAME_CLEARED;
    tierup_frame_clear(ts, tierup_generators_frame(gen));
}

/* `sent` NULL: nothing was sent, and a return of None shows as NULL without an exception. */
static inline PySendResult tierup_generators_resume(PyThreadState *ts, PyGenObject *gen, tierup_region *region, PyObject *sent, PyObject **out) {
    _PyInterpreterFrame *f = tierup_generators_frame(gen);
    f->localsplus[f->stacktop] = Py_NewRef(sent ? sent : Py_None);
    f->previous = ts->cframe->current_frame;
    gen->gi_exc_state.previous_item = ts->exc_info;
    ts->exc_info = &gen->gi_exc_state;
    gen->gi_frame_state = FRAME_EXECUTING;
    PyObject *result = tierup_generators_evaluate(ts, f, gen, region);
    bool yielded = gen->gi_frame_state == FRAME_SUSPENDED;
    if (gen->gi_frame_state == FRAME_EXECUTING) gen->gi_frame_state = FRAME_COMPLETED;
    ts->exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    f->previous = NULL;
    *out = result;
    if (result != NULL && yielded) return PYGEN_NEXT;
    if (result == Py_None && sent == NULL) Py_CLEAR(*out);
    tierup_generators_finish(ts, gen, result == NULL);
    return *out ? PYGEN_RETURN : PYGEN_ERROR;
}

/* ---- the slots ---- */

static PyObject *tierup_generators_iternext(PyObject *self) {
    PyThreadState *ts = _PyThreadState_GET();
    PyGenObject *gen = (PyGenObject *)self;
    tierup_region *region = tierup_generators_region(ts, gen, NULL);
    if (region == NULL) return plain_iternext(self);
    PyObject *result;
    if (tierup_generators_resume(ts, gen, region, NULL, &result) == PYGEN_RETURN) {
        _PyGen_SetStopIterationValue(result);
        Py_CLEAR(result);
    }
    return result;
}

static inline PySendResult tierup_generators_send(int type, PyObject *self, PyObject *sent, PyObject **out) {
    PyThreadState *ts = _PyThreadState_GET();
    PyGenObject *gen = (PyGenObject *)self;
    tierup_region *region = tierup_generators_region(ts, gen, sent);
    return region ? tierup_generators_resume(ts, gen, region, sent, out) : plain_send[type](self, sent, out);
}

static PySendResult tierup_generators_send_generator(PyObject *self, PyObject *sent, PyObject **out) { return tierup_generators_send(0, self, sent, out); }
static PySendResult tierup_generators_send_coroutine(PyObject *self, PyObject *sent, PyObject **out) { return tierup_generators_send(1, self, sent, out); }

static inline PyObject *tierup_generators_method(int type, PyObject *self, PyObject *sent) {
    PyThreadState *ts = _PyThreadState_GET();
    PyGenObject *gen = (PyGenObject *)self;
    tierup_region *region = tierup_generators_region(ts, gen, sent);
    if (region == NULL) return plain_send_method[type](self, sent);
    PyObject *result;
    if (tierup_generators_resume(ts, gen, region, sent, &result) == PYGEN_RETURN) {
        if (result == Py_None) PyErr_SetNone(PyExc_StopIteration);
        else _PyGen_SetStopIterationValue(result);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *tierup_generators_method_generator(PyObject *self, PyObject *sent) { return tierup_generators_method(0, self, sent); }
static PyObject *tierup_generators_method_coroutine(PyObject *self, PyObject *sent) { return tierup_generators_method(1, self, sent); }

/* ---- in and out ---- */

static const sendfunc our_send[2] = {tierup_generators_send_generator, tierup_generators_send_coroutine};
static const PyCFunction our_send_method[2] = {tierup_generators_method_generator, tierup_generators_method_coroutine};

static PyMethodDef *tierup_generators_send_row(PyTypeObject *type) {
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
