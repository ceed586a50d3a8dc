/* Entry stubs: LOAD_CONST <hidden>; UNARY_POSITIVE; RETURN_VALUE behind RESUME. */
#include "runtime.h"

bool tierup_entry_unsettled;
static struct tierup_stub *stubs;
static bool suspended;
static PyTypeObject entry_type;

/* ---- what a stub does ---- */

struct entry_work { PyThreadState *ts; _PyInterpreterFrame *f; tierup_region *region; bool interpreted; };

static inline PyObject *tierup_entry_work(struct entry_work *work) {
    PyObject *status = work->region ? tierup_region_run(work->region, work->ts, work->f) : TIERUP_EXIT;
    work->interpreted = status == TIERUP_EXIT || status == TIERUP_ERROR_EXIT;
    return tierup_exits_finish(work->ts, work->f, work->region, status);
}

static PyObject *tierup_entry_work_elsewhere(void *work) { return tierup_entry_work(work); }

/* The unit of the stub's UNARY_POSITIVE, if an instruction of the code itself begins there: the interpreter has shown it. */
static int tierup_entry_second(struct tierup_stub *stub) {
    int second = 1, i = 0;
    while (_Py_OPCODE(stub->patched[second]) != UNARY_POSITIVE) second++;
    while (i < second) {
        while (tierup_code_opcode(stub->original[i]) == EXTENDED_ARG) i++;
        i += 1 + tierup_code_caches(tierup_code_opcode(stub->original[i]));
    }
    return i == second ? stub->start + second : -1;
}

static PyObject *tierup_entry_run(PyObject *self) {
    struct tierup_code_state *state = ((tierup_entry_object *)self)->state;
    struct tierup_stub *stub = state->stub;
    PyThreadState *ts = _PyThreadState_GET();
    _PyInterpreterFrame *f = ts->cframe->current_frame;
    struct entry_work work = {ts, f, state->call_region, false};
    stub->running++;
    tierup_frame_set_unit(f, stub->start - 1);
    bool foreign = ts->interp != tierup_main_interpreter(); /* code that is frozen into the executable is shared by all interpreters */
    bool evaluated = ts->interp->eval_frame != NULL; /* inlined calls would not come to the evaluator */
    if (foreign || evaluated || suspended || (ts->cframe->use_tracing && tierup_tracing_tools(ts))) {
        work.region = NULL; /* else: the stub could not be taken out yet */
        tierup_tracing_hide_stub(ts, f, tierup_entry_second(stub));
    }
    else if (work.region == NULL && tierup_force_active) {
        tierup_force_called(ts, f, state);
        work.region = state->call_region;
    }
    else if (UNLIKELY(work.region == NULL && state->await_call)) {
        tierup_recorder_called(ts, f, state);
    }
    else if (UNLIKELY(ts->cframe->use_tracing) && tierup_recorder_lacks(ts, state)) {
        tierup_recorder_enter(ts, f, state);
        work.region = NULL;
    }
    if (work.region == NULL) f->stacktop = f->f_code->co_nlocalsplus;
    else if (f->is_entry) tierup_vectorcall_take(f->f_func);
    PyObject *result = tierup_stack_low() ? tierup_stack_elsewhere(tierup_entry_work_elsewhere, &work) : tierup_entry_work(&work);
    if (work.interpreted) tierup_tracing_hide(ts, f, TIERUP_HIDE_END);
    f->stacktop = -1; /* the region may have said something else: the interpreter goes on here */
    if (f->frame_obj != NULL) tierup_frame_left(ts, f);
    if (result != NULL && f->frame_obj != NULL && !(ts->cframe->use_tracing && tierup_tracing_tools(ts))) tierup_frame_take_over(ts, f);
    if (--stub->running == 0 && stub->placed != (stub->wanted && !suspended)) { /* not here: the interpreter still has to execute the stub's RETURN_VALUE */
        tierup_entry_unsettled = true;
        tierup_sampler_ask();
    }
    return result;
}

static PyNumberMethods entry_as_number = {.nb_positive = tierup_entry_run};
static PyTypeObject entry_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "tierup.entry",
    .tp_basicsize = sizeof(tierup_entry_object),
    .tp_as_number = &entry_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
};

/* ---- where it stands ---- */

/* Units [start, end) that the stub will cover, up to an instruction boundary; false where no stub can be. */
static bool tierup_entry_fits(PyCodeObject *code, int length, int *start_out, int *end_out) {
    PyObject *bytes = PyCode_GetCode(code); /* fills the cache that co_code, dis and marshal read from then on */
    if (bytes == NULL) { PyErr_Clear(); return false; }
    const _Py_CODEUNIT *units = (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes);
    int n = (int)(PyBytes_GET_SIZE(bytes) / sizeof(_Py_CODEUNIT)), resume = tierup_code_first(code), start = resume + 1, end = start;
    bool good = resume < n && _Py_OPCODE(units[resume]) == RESUME && _Py_OPARG(units[resume]) == 0 && !tierup_code_suspends(code) && code->co_stacksize > 0;
    while (good && end < start + length) {
        while (end < n && _Py_OPCODE(units[end]) == EXTENDED_ARG) end++;
        if (end >= n) good = false;
        else end += 1 + tierup_code_caches(_Py_OPCODE(units[end]));
    }
    good = good && end <= n && end - start <= 24 && !tierup_codes_covered(code, start, end);
    good = good && !tierup_code_jumped_to(units, n, start, end);
    Py_DECREF(bytes);
    *start_out = start, *end_out = end;
    return good;
}

/* Frames keep the constants they started with in a register: those that started before the tuple was extended must not come to the stub. Looks which of them
   are still before it; an address that a new frame has got counts as the old one until it is seen elsewhere. `all`: every frame there is one of them. */
static void tierup_entry_find_early(struct tierup_stub *stub, bool all) {
    PyCodeObject *code = stub->state->code;
    _PyInterpreterFrame *found[8];
    int count = 0, known = stub->early;
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL; f = f->previous) {
            if (f->f_code != code || tierup_frame_unit(f) >= stub->start) continue;
            bool early = all || known < 0;
            for (int i = 0; i < known; i++) early |= stub->early_frames[i] == f;
            if (!early) continue;
            if (count == 8) {
                stub->early = -1;
                return;
            }
            found[count++] = f;
        }
    memcpy(stub->early_frames, found, sizeof found[0] * count);
    stub->early = count;
}

/* Is a frame of any thread still going to execute what the change would take from under it? One that stands before the stub's place (at RESUME, where
   visits to a function that calls itself nearly always find it) has loaded nothing from there. */
static bool tierup_entry_in_use(struct tierup_stub *stub) {
    PyCodeObject *code = stub->state->code;
    if (stub->early) tierup_entry_find_early(stub, false);
    if (stub->early) return true;
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL; f = f->previous) {
            int unit = tierup_frame_unit(f);
            if (f->f_code == code && unit >= stub->start && unit < stub->start + stub->units - 1) return true;
        }
    return false;
}

static bool tierup_entry_extend_consts(struct tierup_stub *stub, PyCodeObject *code) {
    PyObject *old = code->co_consts;
    Py_ssize_t n = PyTuple_GET_SIZE(old);
    PyObject *extended = PyTuple_New(n + 1);
    if (extended == NULL) { PyErr_Clear(); return false; }
    bool alone = Py_REFCNT(old) == 1 && n > 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(old, i);
        if (!alone) Py_INCREF(item);
        PyTuple_SET_ITEM(extended, i, item);
    }
    PyTuple_SET_ITEM(extended, n, (PyObject *)&stub->state->entry_object);
    Py_SET_SIZE(extended, n);
    if (!PyObject_GC_IsTracked(old)) PyObject_GC_UnTrack(extended);
    if (alone) PyObject_GC_UnTrack(old);
    stub->old_consts = old;
    stub->old_is_loan = alone;
    stub->consts = code->co_consts = extended;
    return true;
}

static struct tierup_stub *tierup_entry_make(struct tierup_code_state *state) {
    PyCodeObject *code = state->code;
    Py_ssize_t n = PyTuple_GET_SIZE(code->co_consts);
    int start, end, extended = n > 0xffff ? 2 : n > 0xff ? 1 : 0, k = 0;
    if (n > 0xffffff || !tierup_entry_fits(code, 3 + extended, &start, &end)) return NULL;
    struct tierup_stub *stub = PyMem_Calloc(1, sizeof *stub);
    if (stub == NULL) return NULL;
    stub->state = state;
    stub->start = start, stub->units = end - start;
    state->entry_object.ob_base.ob_refcnt = 1 << 30;
    state->entry_object.ob_base.ob_type = &entry_type;
    state->entry_object.state = state;
    if (!tierup_entry_extend_consts(stub, code)) {
        PyMem_Free(stub);
        return NULL;
    }
    tierup_entry_find_early(stub, true);
    for (int shift = 8 * extended; shift > 0; shift -= 8) stub->patched[k++] = _Py_MAKECODEUNIT(EXTENDED_ARG, n >> shift & 0xff);
    stub->patched[k++] = _Py_MAKECODEUNIT(LOAD_CONST, n & 0xff);
    stub->patched[k++] = _Py_MAKECODEUNIT(UNARY_POSITIVE, 0);
    stub->patched[k++] = _Py_MAKECODEUNIT(RETURN_VALUE, 0);
    while (k < stub->units) stub->patched[k++] = _Py_MAKECODEUNIT(NOP, 0);
    stub->next = stubs;
    stubs = stub;
    return state->stub = stub;
}

/* ---- in and out ---- */

static void tierup_entry_write(struct tierup_stub *stub, const _Py_CODEUNIT *units) {
    memcpy(tierup_code_units(stub->state->code) + stub->start, units, stub->units * sizeof(_Py_CODEUNIT));
}

/* Brings one stub to where it should be, if that is possible now. */
static bool tierup_entry_settle_one(struct tierup_stub *stub) {
    bool want = stub->wanted && !suspended;
    if (want == stub->placed) return true;
    PyCodeObject *code = stub->state->code;
    if (stub->running || tierup_entry_in_use(stub)) return false;
    if (want) {
        memcpy(stub->original, tierup_code_units(code) + stub->start, stub->units * sizeof(_Py_CODEUNIT));
        tierup_entry_write(stub, stub->patched);
    }
    else {
        tierup_entry_write(stub, stub->original);
    }
    stub->placed = want;
    return true;
}

void tierup_entry_settle(void) {
    tierup_entry_unsettled = false;
    if (suspended && !tierup_tracing_tools_anywhere() && !tierup_tracing_changing()) suspended = false;
    bool settled = true;
    for (struct tierup_stub *stub = stubs; stub != NULL; stub = stub->next)
        if (!tierup_entry_settle_one(stub)) settled = false;
    if (!settled || suspended) tierup_entry_unsettled = true;
    tierup_regions_collect();
}

void tierup_entry_suspend_all(void) {
    suspended = true;
    tierup_entry_unsettled = true;
    for (struct tierup_stub *stub = stubs; stub != NULL; stub = stub->next) tierup_entry_settle_one(stub);
    tierup_sampler_ask(); /* the tool may just be leaving */
}

bool tierup_entry_install(tierup_region *region) {
    struct tierup_code_state *state = region->state;
    struct tierup_stub *stub = state->stub ? state->stub : tierup_entry_make(state);
    if (stub == NULL) return false;
    state->await_call = false;
    stub->wanted = true;
    if (!tierup_entry_settle_one(stub)) tierup_entry_unsettled = true;
    return true;
}

static bool tierup_entry_may_wait(struct tierup_code_state *state) {
    return (tierup_force_active || state->await_call) && !state->ours && !state->left_alone && state->state != TIERUP_REFUSED;
}

void tierup_entry_uninstall(struct tierup_code_state *state) {
    if (state->stub == NULL) return;
    state->stub->wanted = tierup_entry_may_wait(state);
    if (!tierup_entry_settle_one(state->stub)) tierup_entry_unsettled = true;
}

void tierup_entry_wait(struct tierup_code_state *state) {
    if (!tierup_entry_may_wait(state) || (state->stub != NULL && state->stub->wanted)) return;
    if (state->stub == NULL && tierup_entry_make(state) == NULL) {
        state->left_alone = true;
        return;
    }
    state->stub->wanted = true;
    if (!tierup_entry_settle_one(state->stub)) tierup_entry_unsettled = true;
}

void tierup_entry_stop_waiting(void) {
    for (struct tierup_stub *stub = stubs; stub != NULL; stub = stub->next) {
        stub->state->left_alone = stub->state->await_call = false;
        if (stub->state->call_region == NULL) tierup_entry_uninstall(stub->state);
    }
}

/* The code object is being freed: its tuple goes with it, ours go here. */
void tierup_entry_forget(struct tierup_code_state *state) {
    struct tierup_stub *stub = state->stub, **link = &stubs;
    if (stub == NULL) return;
    while (*link != stub) link = &(*link)->next;
    *link = stub->next;
    if (stub->old_is_loan) { /* nobody but frames that are gone knew it; its items belong to the new tuple */
        if (Py_REFCNT(stub->old_consts) == 1) {
            Py_SET_SIZE(stub->old_consts, 0);
            PyObject_GC_Del(stub->old_consts);
        }
    }
    else {
        Py_DECREF(stub->old_consts);
    }
    if (stub->shadow != NULL) {
        struct tierup_code_state *own = tierup_code_state_get(stub->shadow);
        if (own != NULL) own->shadow_of = NULL;
        Py_DECREF(stub->shadow);
    }
    PyMem_Free(stub);
    state->stub = NULL;
}

/* The shadow's frames start behind its RESUME, so it would never be specialised. */
static void tierup_entry_quicken_shadow(struct tierup_stub *stub) {
    if (tierup_code_warm(stub->shadow) || !tierup_code_warm(stub->state->code)) return;
    tierup_code_quicken(stub->shadow);
    stub->shadow->co_warmup = 0;
}

bool tierup_entry_covers(struct tierup_code_state *state, int unit) {
    struct tierup_stub *stub = state->stub;
    return stub != NULL && stub->placed && unit + 1 >= stub->start && unit + 1 < stub->start + stub->units;
}

PyCodeObject *tierup_entry_shadow(struct tierup_code_state *state, int unit) {
    struct tierup_stub *stub = state->stub;
    if (!tierup_entry_covers(state, unit)) return NULL;
    if (stub->shadow == NULL) {
        PyCodeObject *code = state->code;
        PyObject *type, *value, *traceback, *names[3] = {NULL, NULL, NULL};
        PyErr_Fetch(&type, &value, &traceback);
        PyObject *bytes = PyCode_GetCode(code);
        names[0] = PyCode_GetVarnames(code), names[1] = PyCode_GetFreevars(code), names[2] = PyCode_GetCellvars(code);
        if (bytes && names[0] && names[1] && names[2])
            stub->shadow = PyCode_NewWithPosOnlyArgs(code->co_argcount, code->co_posonlyargcount, code->co_kwonlyargcount, code->co_nlocals, code->co_stacksize,
                                                     code->co_flags, bytes, code->co_consts, code->co_names, names[0], names[1], names[2], code->co_filename,
                                                     code->co_name, code->co_qualname, code->co_firstlineno, code->co_linetable, code->co_exceptiontable);
        Py_XDECREF(bytes);
        for (int i = 0; i < 3; i++) Py_XDECREF(names[i]);
        struct tierup_code_state *own = stub->shadow ? tierup_codes_state(stub->shadow) : NULL;
        if (own != NULL) own->state = TIERUP_REFUSED, own->shadow_of = code;
        PyErr_Restore(type, value, traceback);
    }
    if (stub->shadow != NULL) tierup_entry_quicken_shadow(stub);
    return stub->shadow;
}

PyCodeObject *tierup_entry_unshadow(_PyInterpreterFrame *f) {
    PyCodeObject *shadow = f->f_code;
    struct tierup_code_state *own = tierup_code_state_get(shadow);
    if (own == NULL || own->shadow_of == NULL) return NULL;
    int unit = tierup_frame_unit(f);
    f->f_code = own->shadow_of; /* whoever put the frame on the shadow keeps the references of both */
    tierup_frame_set_unit(f, unit);
    return shadow;
}

/* ---- nothing of it shows: code == code compares the live units, so show it the original ones; frame.f_code is the code itself ---- */

static richcmpfunc code_richcompare;

static struct tierup_stub *tierup_entry_lift(PyObject *code) {
    struct tierup_code_state *state = PyCode_Check(code) ? tierup_code_state_get((PyCodeObject *)code) : NULL;
    if (state == NULL || state->stub == NULL || !state->stub->placed) return NULL;
    tierup_entry_write(state->stub, state->stub->original);
    return state->stub;
}

void tierup_entry_count_run(PyCodeObject *code) {
    if (!tierup_code_count_run(code)) return;
    struct tierup_stub *stub = tierup_entry_lift((PyObject *)code);
    tierup_code_quicken(code);
    if (stub == NULL) return;
    memcpy(stub->original, tierup_code_units(code) + stub->start, stub->units * sizeof(_Py_CODEUNIT));
    tierup_entry_write(stub, stub->patched);
}

static PyObject *tierup_entry_richcompare(PyObject *a, PyObject *b, int op) {
    struct tierup_stub *of_a = tierup_entry_lift(a), *of_b = tierup_entry_lift(b);
    PyObject *result = code_richcompare(a, b, op);
    if (of_a) tierup_entry_write(of_a, of_a->patched);
    if (of_b) tierup_entry_write(of_b, of_b->patched);
    return result;
}

static getter frame_f_code;

static PyObject *tierup_entry_f_code(PyObject *frame, void *closure) {
    PyObject *code = frame_f_code(frame, closure);
    struct tierup_code_state *own = code != NULL ? tierup_code_state_get((PyCodeObject *)code) : NULL;
    if (own != NULL && own->shadow_of != NULL) Py_SETREF(code, Py_NewRef((PyObject *)own->shadow_of));
    return code;
}

/* dis reads the live units when it is asked to. */
static getter code_adaptive;

static PyObject *tierup_entry_adaptive(PyObject *code, void *closure) {
    struct tierup_stub *stub = tierup_entry_lift(code);
    PyObject *bytes = code_adaptive(code, closure);
    if (stub) tierup_entry_write(stub, stub->patched);
    return bytes;
}

int tierup_entry_init(void) {
    if (PyType_Ready(&entry_type) < 0) return -1;
    for (PyGetSetDef *row = PyFrame_Type.tp_getset; frame_f_code == NULL && row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, "f_code")) continue;
        frame_f_code = row->get;
        row->get = tierup_entry_f_code;
    }
    for (PyGetSetDef *row = PyCode_Type.tp_getset; code_adaptive == NULL && row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, "_co_code_adaptive")) continue;
        code_adaptive = row->get;
        row->get = tierup_entry_adaptive;
    }
    if (code_richcompare == NULL) {
        code_richcompare = PyCode_Type.tp_richcompare;
        PyCode_Type.tp_richcompare = tierup_entry_richcompare;
    }
    return 0;
}
