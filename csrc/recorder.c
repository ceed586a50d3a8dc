/* The recorder: single-steps hot frames with CPython's opcode tracing and notes types and callees. */
#include "runtime.h"
#include <time.h>

enum { KINDS = 4, DEPTH = 64, RESUMES = 4, NESTING = 16 };

/* What was seen is *held*: weakly, if the program can drop it (there is one weak reference for all holders of an object, so equal things have equal holds). */
struct seen_operands { PyObject *types[3]; uint32_t count; };
struct seen_entry { PyObject *types; uint32_t count; }; /* tuple of holds, None where there was no value */
struct seen_unit {
    uint32_t count;
    uint8_t noperands, nresults, ncallees;
    struct seen_operands operands[KINDS];
    PyObject *results[KINDS];
    PyObject *callees[KINDS];
};
struct tierup_profile {
    struct tierup_profile *next; /* all profiles not yet taken */
    struct tierup_code_state *state;
    int age, units;
    uint32_t entries;
    int nentries;
    struct seen_entry entry[KINDS];
    struct seen_unit *seen[];
};
struct recorded_frame { PyFrameObject *object; struct tierup_profile *profile; int last; char user_opcodes; };

int tierup_recorder_wanted;
static struct tierup_profile *profiles;
static struct recorded_frame frames[DEPTH];
static int depth, recorded, events;
static int nesting; /* of interpreter loops that have started since: functions called by C code */
static bool armed;
static int returns_wanted; /* force mode wants just the frame that has started, or a few resumes of a generator; 0: no limit */
static struct timespec armed_at;
static int64_t armed_cpu, spent; /* ns of CPU time of the thread that was recorded; single steps make nearly all of it */

/* ---- profiles ---- */

static void tierup_recorder_free(struct tierup_profile *profile) {
    for (int i = 0; i < profile->nentries; i++) Py_DECREF(profile->entry[i].types);
    for (int u = 0; u < profile->units; u++) {
        struct seen_unit *seen = profile->seen[u];
        if (seen == NULL) continue;
        for (int i = 0; i < seen->noperands; i++)
            for (int k = 0; k < 3; k++) Py_XDECREF(seen->operands[i].types[k]);
        for (int i = 0; i < seen->nresults; i++) Py_XDECREF(seen->results[i]);
        for (int i = 0; i < seen->ncallees; i++) Py_DECREF(seen->callees[i]);
        PyMem_Free(seen);
    }
    PyMem_Free(profile);
}

static void tierup_recorder_unlink(struct tierup_profile *profile) {
    struct tierup_profile **link = &profiles;
    while (*link != profile) link = &(*link)->next;
    *link = profile->next;
    if (profile->state) profile->state->profile = NULL;
    for (int i = 0; i < depth; i++)
        if (frames[i].profile == profile) frames[i].profile = NULL;
}

void tierup_recorder_drop(struct tierup_code_state *state) {
    struct tierup_profile *profile = state->profile;
    if (profile == NULL) return;
    tierup_recorder_unlink(profile);
    tierup_recorder_free(profile);
}

/* In force mode a function is compiled at its second call, after others have been recorded. Its comprehensions, which are called by nobody else, would be unknown. */
static bool tierup_recorder_keeps(PyCodeObject *code) {
    return tierup_force_active && code->co_argcount == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_localsplusnames, 0), ".0") == 0;
}

/* Profiles that nobody took do not keep their types and functions alive for long. */
void tierup_recorder_expire(bool all) {
    if (armed) return;
    for (struct tierup_profile *profile = profiles, *next; profile != NULL; profile = next) {
        next = profile->next;
        if ((all && !tierup_recorder_keeps(profile->state->code)) || ++profile->age > 500) {
            tierup_recorder_drop(profile->state);
            next = profiles; /* freeing may run anything */
            if (!all) break;
        }
    }
}

static struct tierup_profile *tierup_recorder_profile(struct tierup_code_state *state) {
    if (state->profile != NULL) return state->profile;
    int units = tierup_code_length(state->code);
    struct tierup_profile *profile = PyMem_Calloc(1, sizeof *profile + units * sizeof(struct seen_unit *));
    if (profile == NULL) return NULL;
    profile->units = units;
    profile->state = state;
    profile->next = profiles;
    profiles = profile;
    return state->profile = profile;
}

static PyObject *tierup_recorder_hold(void *object) {
    if (object == NULL) return NULL;
    bool lasts = PyType_Check((PyObject *)object) ? !PyType_HasFeature(object, Py_TPFLAGS_HEAPTYPE) : !PyFunction_Check((PyObject *)object) && !PyCFunction_Check((PyObject *)object);
    PyObject *held = lasts ? Py_NewRef((PyObject *)object) : PyWeakref_NewRef(object, NULL);
    if (held == NULL) PyErr_Clear();
    return held;
}

/* What is held, None for nothing; NULL if it is gone. A new reference. */
static PyObject *tierup_recorder_held(PyObject *held) {
    if (held == NULL || !PyWeakref_CheckRefExact(held)) return Py_NewRef(held ? held : Py_None);
    PyObject *object = PyWeakref_GET_OBJECT(held);
    return Py_IsNone(object) ? NULL : Py_NewRef(object);
}

static PyObject *tierup_recorder_list(PyObject **held, int n) {
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < n; i++) {
        PyObject *object = tierup_recorder_held(held[i]);
        if (object != NULL && PyList_Append(list, object) < 0) Py_CLEAR(list);
        Py_XDECREF(object);
    }
    return list;
}

/* A tuple of what is held; None, and no exception set, if some of it is gone. */
static PyObject *tierup_recorder_tuple(PyObject **held, Py_ssize_t n) {
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyObject *object = tierup_recorder_held(held[i]);
        if (object == NULL) {
            Py_DECREF(tuple);
            Py_RETURN_NONE;
        }
        PyTuple_SET_ITEM(tuple, i, object);
    }
    return tuple;
}

/* Adds (types, count). */
static int tierup_recorder_add(PyObject *list, PyObject *types, uint32_t count) {
    if (types == NULL) return -1;
    PyObject *pair = Py_IsNone(types) ? NULL : Py_BuildValue("(OI)", types, count);
    int error = Py_IsNone(types) ? 0 : pair == NULL ? -1 : PyList_Append(list, pair);
    Py_XDECREF(pair);
    Py_DECREF(types);
    return error;
}

static int tierup_recorder_describe_unit(PyObject *result, int unit, struct seen_unit *seen) {
    PyObject *operands = PyList_New(0);
    for (int i = 0; operands != NULL && i < seen->noperands; i++) {
        struct seen_operands *o = &seen->operands[i];
        if (tierup_recorder_add(operands, tierup_recorder_tuple(o->types, 3), o->count) < 0) Py_CLEAR(operands);
    }
    PyObject *row = Py_BuildValue("(INNN)", seen->count, operands, tierup_recorder_list(seen->results, seen->nresults),
                                  tierup_recorder_list(seen->callees, seen->ncallees));
    PyObject *key = PyLong_FromLong(unit * (long)sizeof(_Py_CODEUNIT));
    int error = row == NULL || key == NULL ? -1 : PyDict_SetItem(result, key, row);
    Py_XDECREF(row);
    Py_XDECREF(key);
    return error;
}

static int tierup_recorder_describe_entries(PyObject *result, struct tierup_profile *profile) {
    PyObject *list = PyList_New(0), *key = PyLong_FromLong(-1);
    for (int i = 0; list != NULL && i < profile->nentries; i++) {
        PyTupleObject *held = (PyTupleObject *)profile->entry[i].types;
        if (tierup_recorder_add(list, tierup_recorder_tuple(held->ob_item, Py_SIZE(held)), profile->entry[i].count) < 0) Py_CLEAR(list);
    }
    PyObject *row = Py_BuildValue("(IN[][])", profile->entries, list);
    int error = row == NULL || key == NULL ? -1 : PyDict_SetItem(result, key, row);
    Py_XDECREF(row);
    Py_XDECREF(key);
    return error;
}

PyObject *tierup_recorder_take(struct tierup_code_state *state) {
    struct tierup_profile *profile = state->profile;
    if (profile == NULL) Py_RETURN_NONE;
    tierup_recorder_unlink(profile);
    PyObject *result = PyDict_New();
    int error = result == NULL ? -1 : 0;
    for (int u = 0; !error && u < profile->units; u++)
        if (profile->seen[u] != NULL) error = tierup_recorder_describe_unit(result, u, profile->seen[u]);
    if (!error && profile->entries) error = tierup_recorder_describe_entries(result, profile);
    if (error) Py_CLEAR(result);
    tierup_recorder_free(profile);
    return result;
}

/* ---- notes ---- */

/* Only what outlives the calls is noted: a closure, a bound method or an instance would keep alive what the program has dropped. */
static bool tierup_recorder_lasting(PyObject *callee) {
    if (PyFunction_Check(callee)) return ((PyFunctionObject *)callee)->func_closure == NULL;
    if (PyCFunction_Check(callee)) return PyCFunction_GET_SELF(callee) == NULL || PyModule_Check(PyCFunction_GET_SELF(callee));
    return PyType_Check(callee) || Py_IS_TYPE(callee, &PyMethodDescr_Type) || Py_IS_TYPE(callee, &PyClassMethodDescr_Type);
}

static void tierup_recorder_note_callee(struct seen_unit *seen, _PyInterpreterFrame *f, int opcode, int argument) {
    PyObject **top = &f->localsplus[f->stacktop], *callee;
    int base = f->f_code->co_nlocalsplus, below = opcode == CALL_FUNCTION_EX ? 2 + (argument & 1) : argument + 2;
    if (f->stacktop - below < base) return;
    callee = opcode == CALL_FUNCTION_EX ? top[-below] : top[-below] != NULL ? top[-below] : top[-below + 1];
    if (callee != NULL && PyMethod_Check(callee)) callee = PyMethod_GET_FUNCTION(callee);
    if (callee == NULL || !tierup_recorder_lasting(callee)) return;
    PyObject *held = tierup_recorder_hold(callee);
    for (int i = 0; i < seen->ncallees; i++)
        if (seen->callees[i] == held) Py_CLEAR(held);
    if (held != NULL && seen->ncallees < KINDS) seen->callees[seen->ncallees++] = Py_NewRef(held);
    Py_XDECREF(held);
}

static void tierup_recorder_note_operands(struct seen_unit *seen, _PyInterpreterFrame *f) {
    PyObject *types[3] = {NULL, NULL, NULL};
    int base = f->f_code->co_nlocalsplus;
    for (int k = 0; k < 3; k++) {
        int i = f->stacktop - 1 - k;
        if (i >= base && f->localsplus[i] != NULL) types[k] = tierup_recorder_hold(Py_TYPE(f->localsplus[i]));
    }
    int i = 0;
    while (i < seen->noperands && memcmp(seen->operands[i].types, types, sizeof types) != 0) i++;
    if (i == seen->noperands && i < KINDS) {
        struct seen_operands *o = &seen->operands[seen->noperands++];
        *o = (struct seen_operands){{types[0], types[1], types[2]}, 1};
        return;
    }
    if (i < seen->noperands) seen->operands[i].count++;
    for (int k = 0; k < 3; k++) Py_XDECREF(types[k]);
}

static void tierup_recorder_note_result(struct seen_unit *seen, _PyInterpreterFrame *f) {
    int top = f->stacktop - 1;
    if (seen == NULL || top < f->f_code->co_nlocalsplus) return;
    PyObject *type = f->localsplus[top] ? tierup_recorder_hold(Py_TYPE(f->localsplus[top])) : NULL;
    int i = 0;
    while (i < seen->nresults && seen->results[i] != type) i++;
    if (i == seen->nresults && i < KINDS) seen->results[seen->nresults++] = Py_XNewRef(type);
    Py_XDECREF(type);
}

static void tierup_recorder_note_unit(struct recorded_frame *frame, _PyInterpreterFrame *f) {
    struct tierup_profile *profile = frame->profile;
    int unit = tierup_frame_unit(f), argument = 0, opcode;
    _Py_CODEUNIT *units = tierup_code_units(f->f_code);
    if (profile == NULL || unit < 0 || unit >= profile->units) return;
    if (frame->last >= 0) tierup_recorder_note_result(profile->seen[frame->last], f);
    while ((opcode = tierup_code_opcode(units[unit])) == EXTENDED_ARG && unit + 1 < profile->units) { /* no event comes between the prefix and its instruction */
        argument = (argument | _Py_OPARG(units[unit])) << 8;
        unit++;
    }
    argument |= _Py_OPARG(units[unit]);
    struct seen_unit *seen = profile->seen[unit];
    if (seen == NULL) seen = profile->seen[unit] = PyMem_Calloc(1, sizeof *seen);
    frame->last = seen ? unit : -1;
    if (seen == NULL) return;
    seen->count++;
    recorded++;
    tierup_recorder_note_operands(seen, f);
    if (opcode == CALL || opcode == PRECALL || opcode == CALL_FUNCTION_EX) tierup_recorder_note_callee(seen, f, opcode, argument);
}

/* Weak references are made, which must not set off a collection: that could take the profile away. */
static void tierup_recorder_note(struct recorded_frame *frame, _PyInterpreterFrame *f) {
    int before = tierup_gc_hold();
    tierup_recorder_note_unit(frame, f);
    tierup_gc_release(before);
}

static void tierup_recorder_note_entry(struct tierup_code_state *state, _PyInterpreterFrame *f) {
    int n = tierup_code_argument_slots(f->f_code), before = tierup_gc_hold();
    PyObject *types = PyTuple_New(n);
    if (types == NULL) PyErr_Clear();
    for (int i = 0; types != NULL && i < n; i++) {
        PyObject *value = f->localsplus[i];
        if (value != NULL && PyCell_Check(value)) value = PyCell_GET(value); /* MAKE_CELL came before us */
        PyObject *held = value ? tierup_recorder_hold(Py_TYPE(value)) : NULL;
        PyTuple_SET_ITEM(types, i, held ? held : Py_NewRef(Py_None));
    }
    tierup_gc_release(before);
    struct tierup_profile *profile = state->profile;
    if (profile == NULL || types == NULL) {
        Py_XDECREF(types);
        return;
    }
    profile->entries++;
    int i = 0;
    while (i < profile->nentries && memcmp(((PyTupleObject *)profile->entry[i].types)->ob_item, ((PyTupleObject *)types)->ob_item, n * sizeof(PyObject *)) != 0) i++;
    if (i == profile->nentries && i < KINDS) profile->entry[profile->nentries++] = (struct seen_entry){Py_NewRef(types), 1};
    else if (i < profile->nentries) profile->entry[i].count++;
    Py_DECREF(types);
}

/* ---- the trace function ---- */

static bool tierup_recorder_push(PyFrameObject *object, struct tierup_code_state *state) {
    if (depth == DEPTH) return false;
    struct tierup_profile *profile = tierup_recorder_profile(state);
    if (profile == NULL) return false;
    frames[depth++] = (struct recorded_frame){(PyFrameObject *)Py_NewRef(object), profile, -1, object->f_trace_opcodes};
    object->f_trace_opcodes = 1;
    return true;
}

static void tierup_recorder_pop(void) {
    struct recorded_frame *frame = &frames[--depth];
    frame->object->f_trace_opcodes = frame->user_opcodes;
    Py_DECREF(frame->object);
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
    for (struct tierup_profile *profile = profiles; profile != NULL; profile = profile->next) {
        struct tierup_code_state *state = profile->state;
        if (!state->want_record) continue;
        state->want_record = false;
        tierup_recorder_wanted--;
        tierup_events_recorded(state->code);
    }
}

bool tierup_recorder_overdue(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return armed && (now.tv_sec - armed_at.tv_sec) * 1000000 + (now.tv_nsec - armed_at.tv_nsec) / 1000 > tierup_configuration.record_us;
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

/* The row of the frame that runs; NULL if it is not recorded. Frames above it have been left without an event: they are not to be kept alive. */
static struct recorded_frame *tierup_recorder_running(PyFrameObject *object) {
    int place = depth - 1;
    while (place >= 0 && frames[place].object != object) place--;
    if (place < 0) return NULL;
    while (depth > place + 1) tierup_recorder_pop();
    return depth == place + 1 ? &frames[place] : NULL; /* what died with such a frame may have ended the recording */
}

/* Under tracing the interpreter calls C functions by a way that counts as recursion, unlike that of warm code: what recurses through C would come to the limit
   earlier. Its first levels are recorded only. */
static bool tierup_recorder_nests(_PyInterpreterFrame *f, int what) {
    if (!f->is_entry) return false;
    if (what == PyTrace_CALL) return ++nesting > NESTING;
    if (what == PyTrace_RETURN && nesting > 0) nesting--;
    return false;
}

static int tierup_recorder_event(PyObject *unused, PyFrameObject *object, int what, PyObject *argument) {
    PyThreadState *ts = _PyThreadState_GET();
    if (!armed || ts != tierup_tracing_armed) return 0;
    _PyInterpreterFrame *f = object->f_frame;
    struct recorded_frame *top = tierup_recorder_running(object);
    events++;
    if (what == PyTrace_OPCODE && top != NULL) tierup_recorder_note(top, f);
    else if (what == PyTrace_CALL) tierup_recorder_started(object, f);
    else if (what == PyTrace_RETURN && top != NULL) tierup_recorder_pop();
    bool enough = what == PyTrace_RETURN && top != NULL && depth == 0 && returns_wanted > 0 && --returns_wanted == 0;
    if (recorded >= tierup_configuration.record_ops || events > 10 * tierup_configuration.record_ops || ((events & 63) == 0 && tierup_recorder_overdue())
        || enough || tierup_recorder_nests(f, what) || tierup_tracing_shows(ts, object, what, argument))
        tierup_recorder_disarm();
    return 0;
}

static bool tierup_recorder_begin(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (tierup_tracing_armed != NULL) return false;
    tierup_recorder_expire(true);
    if (!tierup_tracing_arm(ts, tierup_recorder_event)) return false;
    armed = true;
    returns_wanted = 0;
    tierup_codes_remember(state, f);
    depth = recorded = events = nesting = 0;
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

/* The frame has no frame object yet if it is a new generator's; its start is an event. */
void tierup_recorder_expect(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (armed || !state->want_record || !tierup_recorder_begin(ts, f, state)) return;
    returns_wanted = RESUMES;
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
