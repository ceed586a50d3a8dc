/* The recorder: single-steps hot frames with CPython's opcode tracing and notes types and callees. */
#include "profiles.h"
#include <time.h>

enum { DEPTH = 64, RESUMES = 4, RETURNS = 50, PATIENCE = 10, IDLE_VISITS = 3, SHARE = 3 };

struct recorded_frame { PyFrameObject *object; struct tierup_profile *profile; int last, computed; char user_opcodes; }; /* the unit whose result comes now, or -1; the BINARY_OP whose result does */

int tierup_recorder_wanted;
static struct recorded_frame frames[DEPTH];
static int depth, recorded, events, returns; /* events: of all frames; returns: of the frames that recording began with */
static int events_looked, idle_visits; /* events at the sampler's last visit; visits since then without another one */
static bool armed;
static int returns_wanted; /* a small function has shown enough by then; force mode wants just the frame that has started, or a few resumes of a generator */
static struct timespec armed_at;
static int64_t armed_cpu, spent; /* ns of CPU time of the thread that was recorded; single steps make nearly all of it */

void tierup_recorder_forget(struct tierup_profile *profile) {
    for (int i = 0; i < depth; i++)
        if (frames[i].profile == profile) frames[i].profile = NULL;
}

/* ---- notes ---- */

enum { OPERANDS = 1, RESULTS = 2, CALLEES = 4, ITERATORS = 8 };

/* What the front end asks of a bytecode, beyond how often it ran. Most of those that run only move things about, or have operands whose types nothing depends on. */
static int tierup_recorder_interest(int opcode) {
    switch (opcode) {
    case LOAD_FAST: case LOAD_CONST: case LOAD_GLOBAL: case LOAD_NAME: case LOAD_DEREF: case LOAD_CLASSDEREF: case LOAD_CLOSURE: case LOAD_ASSERTION_ERROR: case LOAD_BUILD_CLASS:
    case STORE_FAST: case STORE_GLOBAL: case STORE_NAME: case STORE_DEREF: case DELETE_FAST: case MAKE_CELL: case COPY_FREE_VARS: case MAKE_FUNCTION: case RETURN_GENERATOR:
    case NOP: case RESUME: case PUSH_NULL: case POP_TOP: case COPY: case SWAP: case KW_NAMES: case RETURN_VALUE: case PUSH_EXC_INFO: case POP_EXCEPT:
    case JUMP_FORWARD: case JUMP_BACKWARD: case JUMP_BACKWARD_NO_INTERRUPT:
    case BUILD_LIST: case BUILD_MAP: case BUILD_CONST_KEY_MAP: case BUILD_STRING:
        return 0;
    case BINARY_SUBSCR: case GET_ITER: case CALL:
        return OPERANDS | RESULTS;
    case PRECALL: case CALL_FUNCTION_EX:
        return OPERANDS | CALLEES;
    case FOR_ITER:
        return OPERANDS | ITERATORS;
    }
    return OPERANDS;
}

/* Only what outlives the calls is noted: a closure, a bound method or an instance would keep alive what the program has dropped. */
static bool tierup_recorder_lasting(PyObject *callee) {
    if (PyFunction_Check(callee)) return ((PyFunctionObject *)callee)->func_closure == NULL;
    if (PyCFunction_Check(callee)) return PyCFunction_GET_SELF(callee) == NULL || PyModule_Check(PyCFunction_GET_SELF(callee));
    return PyType_Check(callee) || Py_IS_TYPE(callee, &PyMethodDescr_Type) || Py_IS_TYPE(callee, &PyClassMethodDescr_Type);
}

/* The descriptor of a method in C that is bound to an object of a type in C (list.append of [].append): it tells what is called, and outlives it. Borrowed. */
static PyObject *tierup_recorder_descriptor(PyObject *callee) {
    PyTypeObject *type = Py_TYPE(PyCFunction_GET_SELF(callee));
    if (type == &PyModule_Type || PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) return callee;
    PyObject *name = PyUnicode_FromString(((PyCFunctionObject *)callee)->m_ml->ml_name), *found = name == NULL ? NULL : _PyType_Lookup(type, name);
    if (name == NULL) PyErr_Clear();
    Py_XDECREF(name);
    bool same = found != NULL && Py_IS_TYPE(found, &PyMethodDescr_Type) && ((PyMethodDescrObject *)found)->d_method == ((PyCFunctionObject *)callee)->m_ml;
    return same ? found : callee;
}

/* What runs in FOR_ITER: the code of a generator. */
static void tierup_recorder_note_iterator(struct tierup_profile *profile, struct seen_unit *seen, _PyInterpreterFrame *f) {
    PyObject *iterator = f->stacktop > f->f_code->co_nlocalsplus ? f->localsplus[f->stacktop - 1] : NULL;
    if (iterator == NULL || !PyGen_CheckExact(iterator)) return;
    PyObject *code = (PyObject *)((PyGenObject *)iterator)->gi_code;
    tierup_profiles_count(profile, &seen->callees, &code, 1);
}

static void tierup_recorder_note_callee(struct tierup_profile *profile, struct seen_unit *seen, _PyInterpreterFrame *f, int opcode, int argument) {
    PyObject **top = &f->localsplus[f->stacktop], *callee;
    int base = f->f_code->co_nlocalsplus, below = opcode == CALL_FUNCTION_EX ? 2 + (argument & 1) : argument + 2;
    if (f->stacktop - below < base) return;
    callee = opcode == CALL_FUNCTION_EX ? top[-below] : top[-below] != NULL ? top[-below] : top[-below + 1];
    if (callee != NULL && PyFunction_Check(callee) && ((PyCodeObject *)PyFunction_GET_CODE(callee))->co_flags & CO_NESTED) {
        callee = PyFunction_GET_CODE(callee); /* made anew each time another function runs: what lasts is the code */
        tierup_profiles_count(profile, &seen->callees, &callee, 1);
        return;
    }
    if (callee != NULL && PyMethod_Check(callee)) callee = PyMethod_GET_FUNCTION(callee);
    if (callee != NULL && PyCFunction_Check(callee) && PyCFunction_GET_SELF(callee) != NULL) callee = tierup_recorder_descriptor(callee);
    if (callee != NULL && tierup_recorder_lasting(callee)) tierup_profiles_count(profile, &seen->callees, &callee, 1);
}

/* An int that does not fit into 64 bits; -2**63, which does, counts as one, too. */
static bool tierup_recorder_large(PyObject *value) {
    if (value == NULL || !PyLong_CheckExact(value)) return false;
    Py_ssize_t digits = Py_ABS(Py_SIZE(value));
    return digits > 3 || (digits == 3 && ((PyLongObject *)value)->ob_digit[2] >> (63 - 2 * PyLong_SHIFT) != 0);
}

static void tierup_recorder_note_large(struct seen_unit *seen, _PyInterpreterFrame *f, int operands) {
    for (int i = f->stacktop - operands; i < f->stacktop; i++) {
        if (i < f->f_code->co_nlocalsplus || !tierup_recorder_large(f->localsplus[i])) continue;
        seen->large++;
        return;
    }
}

static void tierup_recorder_note_operands(struct tierup_profile *profile, struct seen_unit *seen, _PyInterpreterFrame *f) {
    PyObject *types[3] = {NULL, NULL, NULL};
    int base = f->f_code->co_nlocalsplus;
    for (int k = 0; k < 3; k++) {
        int i = f->stacktop - 1 - k;
        if (i >= base && f->localsplus[i] != NULL) types[k] = (PyObject *)Py_TYPE(f->localsplus[i]);
    }
    tierup_profiles_count(profile, &seen->operands, types, 3);
}

static void tierup_recorder_note_result(struct tierup_profile *profile, struct seen_unit *seen, _PyInterpreterFrame *f) {
    int top = f->stacktop - 1;
    if (seen == NULL || top < f->f_code->co_nlocalsplus) return;
    PyObject *type = f->localsplus[top] ? (PyObject *)Py_TYPE(f->localsplus[top]) : NULL;
    tierup_profiles_count(profile, &seen->results, &type, 1);
}

/* Has the frame just loaded the stub's hidden constant? The function got its stub in the middle of the recording. */
static bool tierup_recorder_on_stub(struct tierup_profile *profile, _PyInterpreterFrame *f) {
    int top = f->stacktop - 1;
    return top >= f->f_code->co_nlocalsplus && f->localsplus[top] == (PyObject *)&profile->state->entry_object;
}

static void tierup_recorder_note_unit(struct recorded_frame *frame, _PyInterpreterFrame *f) {
    struct tierup_profile *profile = frame->profile;
    int unit = tierup_frame_unit(f), noted = unit, argument = 0, opcode; /* an instruction counts where its prefix begins, as jumps come there */
    _Py_CODEUNIT *units = tierup_code_units(f->f_code);
    if (profile == NULL || unit < 0 || unit >= profile->units) return;
    if (tierup_recorder_on_stub(profile, f)) {
        frame->last = frame->computed = -1;
        return;
    }
    if (frame->last >= 0) tierup_recorder_note_result(profile, profile->seen[frame->last], f);
    if (frame->computed >= 0) tierup_recorder_note_large(profile->seen[frame->computed], f, 1);
    frame->last = frame->computed = -1;
    while ((opcode = tierup_code_opcode(units[unit])) == EXTENDED_ARG && unit + 1 < profile->units) { /* no event comes between the prefix and its instruction */
        argument = (argument | _Py_OPARG(units[unit])) << 8;
        unit++;
    }
    argument |= _Py_OPARG(units[unit]);
    struct seen_unit *seen = profile->seen[noted];
    if (seen == NULL) seen = profile->seen[noted] = tierup_profiles_allocate(profile, sizeof *seen);
    if (seen == NULL) return;
    int interest = tierup_recorder_interest(opcode);
    if (interest & RESULTS) frame->last = noted;
    seen->count++;
    recorded++;
    profile->noted++;
    if (interest & OPERANDS) tierup_recorder_note_operands(profile, seen, f);
    if (opcode == BINARY_OP) frame->computed = noted;
    if (opcode == BINARY_OP || opcode == COMPARE_OP) tierup_recorder_note_large(seen, f, 2);
    else if (opcode == RETURN_VALUE || (interest & (OPERANDS | CALLEES)) == OPERANDS) tierup_recorder_note_large(seen, f, 1);
    if (interest & CALLEES) tierup_recorder_note_callee(profile, seen, f, opcode, argument);
    if (interest & ITERATORS) tierup_recorder_note_iterator(profile, seen, f);
}

/* Weak references are made, which must not set off a collection: that could take the profile away. */
static void tierup_recorder_note(struct recorded_frame *frame, _PyInterpreterFrame *f) {
    int before = tierup_gc_hold();
    tierup_recorder_note_unit(frame, f);
    tierup_gc_release(before);
}

static void tierup_recorder_note_entry(struct tierup_code_state *state, _PyInterpreterFrame *f) {
    struct tierup_profile *profile = state->profile;
    PyObject *types[ARGUMENTS];
    if (profile == NULL) return;
    profile->entries++;
    if (profile->arguments > ARGUMENTS) return;
    int before = tierup_gc_hold();
    for (int i = 0; i < profile->arguments; i++) {
        PyObject *value = f->localsplus[i];
        if (value != NULL && PyCell_Check(value)) value = PyCell_GET(value); /* MAKE_CELL came before us */
        types[i] = value ? (PyObject *)Py_TYPE(value) : NULL;
    }
    tierup_profiles_count(profile, &profile->entry, types, profile->arguments);
    tierup_gc_release(before);
}

/* ---- the trace function ---- */

/* Has the window shown enough of code that is called by what is to be recorded? `sum(... for ...)` over some hundred items in the body of a loop would take all of it. */
static bool tierup_recorder_knows(struct tierup_profile *profile) {
    return profile->noted >= tierup_configuration.record_ops / SHARE && !profile->state->want_record && !tierup_force_active;
}

static void tierup_recorder_pop(void) {
    struct recorded_frame *frame = &frames[--depth];
    frame->object->f_trace_opcodes = frame->user_opcodes;
    Py_DECREF(frame->object);
}

/* The row of the frame that runs; NULL if it is not recorded. Frames above it have been left without an event: they are not to be kept alive. */
static struct recorded_frame *tierup_recorder_running(PyFrameObject *object) {
    int place = depth - 1;
    while (place >= 0 && frames[place].object != object) place--;
    if (place < 0) return NULL;
    while (depth > place + 1) tierup_recorder_pop();
    return depth == place + 1 ? &frames[place] : NULL;
}

/* The frame that runs is recorded from here on. The sampler may have begun with it before its own event came: one return ends one row. */
static bool tierup_recorder_push(PyFrameObject *object, struct tierup_code_state *state) {
    if (tierup_recorder_running(object) != NULL) return true;
    if (!armed || depth == DEPTH) return false; /* what died with the rows above may have ended the recording */
    struct tierup_profile *profile = tierup_profiles_of(state);
    if (profile == NULL || tierup_recorder_knows(profile)) return false;
    profile->in_window = true;
    frames[depth++] = (struct recorded_frame){(PyFrameObject *)Py_NewRef(object), profile, -1, -1, object->f_trace_opcodes};
    object->f_trace_opcodes = 1;
    return true;
}

void tierup_recorder_left(PyThreadState *ts, PyFrameObject *object) {
    if (!armed || ts != tierup_tracing_armed || tierup_recorder_running(object) == NULL) return;
    tierup_recorder_pop();
    if (depth == 0 && ++returns == returns_wanted) tierup_recorder_disarm();
}

static int64_t tierup_recorder_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int64_t tierup_recorder_spent(void) { return spent; }

void tierup_recorder_disarm(void) {
    if (!armed) return;
    armed = false;
    int64_t taken = tierup_recorder_clock() - armed_cpu;
    if (taken > 0) spent += taken; /* another thread may have ended it */
    tierup_tracing_disarm();
    while (depth > 0) tierup_recorder_pop();
    for (struct tierup_profile *profile = tierup_profiles_first(); profile != NULL; profile = profile->next) {
        struct tierup_code_state *state = profile->state;
        if (!state->want_record || !profile->in_window || --state->windows > 0) continue;
        state->want_record = false;
        tierup_recorder_wanted--;
        tierup_events_recorded(state->code);
    }
}

/* The program has paid enough for it. In CPU time: by the clock on the wall, recordings on a busy machine would end in the first turn of a loop. */
static bool tierup_recorder_paid(void) { return tierup_recorder_clock() - armed_cpu > tierup_configuration.record_us * INT64_C(1000); }

bool tierup_recorder_overdue(void) {
    if (!armed) return false;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t waited = (now.tv_sec - armed_at.tv_sec) * INT64_C(1000000) + (now.tv_nsec - armed_at.tv_nsec) / 1000;
    idle_visits = events == events_looked ? idle_visits + 1 : 0;
    events_looked = events;
    return waited > tierup_configuration.record_us * (int64_t)(idle_visits >= IDLE_VISITS ? 1 : PATIENCE);
}

static bool tierup_recorder_started(PyFrameObject *object, _PyInterpreterFrame *f) {
    struct tierup_code_state *state = tierup_code_state_get(f->f_code);
    if (depth == 0 && (state == NULL || !state->want_record)) return false;
    if (tierup_codes_mine(f)) return false;
    if (state == NULL) state = tierup_codes_state(f->f_code);
    if (state == NULL) { PyErr_Clear(); return false; }
    if (state->stub != NULL && state->stub->placed) return false; /* runs natively */
    if (!tierup_recorder_push(object, state)) return false;
    tierup_codes_remember(state, f);
    tierup_recorder_note_entry(state, f);
    return true;
}

static int tierup_recorder_event(PyObject *unused, PyFrameObject *object, int what, PyObject *argument) {
    PyThreadState *ts = _PyThreadState_GET();
    if (!armed || ts != tierup_tracing_armed) return 0;
    _PyInterpreterFrame *f = object->f_frame;
    struct recorded_frame *top = tierup_recorder_running(object);
    events++;
    if (what == PyTrace_OPCODE && top != NULL) {
        if (top->profile != NULL && tierup_recorder_knows(top->profile)) object->f_trace_opcodes = top->user_opcodes;
        else tierup_recorder_note(top, f);
    }
    else if (what == PyTrace_CALL) tierup_recorder_started(object, f);
    else if (what == PyTrace_RETURN && top != NULL) tierup_recorder_pop();
    bool enough = what == PyTrace_RETURN && top != NULL && depth == 0 && ++returns == returns_wanted;
    if (recorded >= tierup_configuration.record_ops || events - recorded > (tierup_force_active ? 10 : 2) * tierup_configuration.record_ops || ((events & 63) == 0 && tierup_recorder_paid())
        || enough || tierup_tracing_shows(ts, object, what, argument))
        tierup_recorder_disarm();
    return 0;
}

static bool tierup_recorder_begin(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (tierup_tracing_armed != NULL) return false;
    tierup_profiles_tidy();
    if (!tierup_tracing_arm(ts, tierup_recorder_event)) return false;
    armed = true;
    returns_wanted = tierup_force_active ? -1 : RETURNS; /* there time does not count */
    tierup_codes_remember(state, f);
    depth = recorded = events = events_looked = idle_visits = returns = 0;
    clock_gettime(CLOCK_MONOTONIC, &armed_at);
    armed_cpu = tierup_recorder_clock();
    return true;
}

bool tierup_recorder_arm(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (armed) return false;
    PyFrameObject *object = tierup_frame_object(ts, f);
    if (object == NULL || !tierup_recorder_begin(ts, f, state)) return false;
    if (!tierup_recorder_push(object, state)) tierup_recorder_disarm();
    return armed;
}

/* Compiled code was left in the middle of the frame: its rest is what is wanted, nothing behind its end. */
bool tierup_recorder_go_on(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (!tierup_recorder_arm(ts, f, state)) return false;
    returns_wanted = 1;
    return true;
}

/* The frame has no frame object yet if it is a new generator's; its start is an event. */
void tierup_recorder_expect(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (armed || !state->want_record || !tierup_recorder_begin(ts, f, state)) return;
    returns_wanted = RESUMES;
}

/* The code has a region that an earlier process has made, so nothing is known of how it behaves: a caller that takes it in line must know. */
bool tierup_recorder_lacks(PyThreadState *ts, struct tierup_code_state *state) {
    return armed && ts == tierup_tracing_armed && depth > 0 && (state->profile == NULL || (state->profile->in_window && !tierup_recorder_knows(state->profile)));
}

/* The call that was waited for, of code with loops in which earlier windows all lay. Not while answers are to come: these end a recording. */
void tierup_recorder_called(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (tierup_tracing_armed != NULL || state->awaited > 0 || (state->state != TIERUP_COLD && state->state != TIERUP_INSTALLED)) return;
    state->await_call = false;
    state->state = TIERUP_RECORDING;
    state->want_record = true;
    state->windows = 1;
    tierup_recorder_wanted++;
    tierup_recorder_enter(ts, f, state);
    if (state->call_region == NULL) tierup_entry_uninstall(state);
}

/* Its own recording starts; or it is called by a frame that is recorded, and is looked at as the recorder looks at all callees. */
void tierup_recorder_enter(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (!armed && state->want_record) {
        if (!tierup_recorder_arm(ts, f, state)) return;
        returns_wanted = 1;
        tierup_recorder_note_entry(state, f);
    }
    else if (armed && ts == tierup_tracing_armed && depth > 0) {
        PyFrameObject *object = tierup_frame_object(ts, f);
        if (object == NULL || !tierup_recorder_push(object, state)) return;
        tierup_codes_remember(state, f);
        tierup_recorder_note_entry(state, f);
    }
}
