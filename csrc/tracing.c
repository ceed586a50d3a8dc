/* CPython's tracing: other people's tools (stubs go out while there are any), and our own short use of it. */
#include "runtime.h"

enum { NESTING = 4 };

PyThreadState *tierup_tracing_armed;
static Py_tracefunc armed_function;
static int nesting; /* of calls of C functions that called Python code, since then */

bool tierup_tracing_tools(PyThreadState *ts) {
    if (ts->c_profilefunc != NULL) return true;
    return ts->c_tracefunc != NULL && !(ts == tierup_tracing_armed && ts->c_tracefunc == armed_function);
}

bool tierup_tracing_tools_anywhere(void) {
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        if (tierup_tracing_tools(ts)) return true;
    return false;
}

bool tierup_tracing_arm(PyThreadState *ts, Py_tracefunc function) {
    if (tierup_tracing_armed != NULL || ts->tracing || tierup_tracing_tools(ts)) return false;
    tierup_tracing_armed = ts;
    armed_function = function;
    nesting = 0;
    tierup_set_tracing(ts, function);
    return true;
}

void tierup_tracing_disarm(void) {
    PyThreadState *ts = tierup_tracing_armed;
    if (ts == NULL) return;
    tierup_tracing_armed = NULL;
    if (ts->c_tracefunc == armed_function) tierup_set_tracing(ts, NULL);
}

/* ---- under a trace function the interpreter runs unspecialised bytecodes, and a program could tell ---- */

static bool tierup_tracing_pair(int opcode) {
    return opcode == LOAD_FAST__LOAD_FAST || opcode == LOAD_FAST__LOAD_CONST || opcode == LOAD_CONST__LOAD_FAST || opcode == STORE_FAST__LOAD_FAST
        || opcode == STORE_FAST__STORE_FAST;
}

/* Warm code runs two such units as one and reports an unbound local of the second at the first. Pairs overlap in the bytecode (each unit says what it is with the
   next one); which of them are run as pairs follows from where the chain begins. Behind a place that is jumped to, it is not known; then nothing is mended. */
static void tierup_tracing_mend_position(PyFrameObject *object, PyObject *type, PyObject *traceback) {
    _PyInterpreterFrame *f = object->f_frame;
    PyTracebackObject *entry = (PyTracebackObject *)traceback;
    int unit = tierup_frame_unit(f), first = unit;
    _Py_CODEUNIT *units = tierup_code_units(f->f_code);
    if (type != PyExc_UnboundLocalError || unit < 1 || tierup_code_opcode(units[unit]) != LOAD_FAST || f->localsplus[_Py_OPARG(units[unit])] != NULL) return;
    if (entry == NULL || !PyTraceBack_Check(traceback) || entry->tb_frame != object || entry->tb_lasti != unit * (int)sizeof(_Py_CODEUNIT)) return;
    PyObject *bytes = PyCode_GetCode(f->f_code); /* a stub may cover jumps */
    if (bytes == NULL) { PyErr_Clear(); return; }
    const _Py_CODEUNIT *original = (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes);
    while (first > 0 && tierup_tracing_pair(_Py_OPCODE(units[first - 1])) && !tierup_code_jumped_to(original, tierup_code_length(f->f_code), first, first + 1)) first--;
    Py_DECREF(bytes);
    if ((unit - first) % 2 == 0) return;
    tierup_frame_set_unit(f, unit - 1);
    entry->tb_lasti -= (int)sizeof(_Py_CODEUNIT);
    entry->tb_lineno = PyCode_Addr2Line(f->f_code, entry->tb_lasti);
}

/* Under tracing the interpreter calls C functions by a way that counts as recursion, unlike that of warm code: what recurses through C would come to the limit
   as many levels earlier as were traced. A caller in native code stands behind its CALL, at a cache unit, and is not counted. */
static bool tierup_tracing_nests(_PyInterpreterFrame *f, int what) {
    if ((what != PyTrace_CALL && what != PyTrace_RETURN) || !f->is_entry || f->previous == NULL || tierup_frame_incomplete(f->previous)) return false;
    int unit = tierup_frame_unit(f->previous);
    if (unit < 0 || tierup_code_opcode(tierup_code_units(f->previous->f_code)[unit]) != CALL) return false;
    if (what == PyTrace_CALL) return ++nesting >= NESTING;
    if (nesting > 0) nesting--;
    return false;
}

/* For our trace functions: hides what can be hidden. True if they have to leave: close to the recursion limit, unspecialised bytecodes reach it earlier. */
bool tierup_tracing_shows(PyThreadState *ts, PyFrameObject *object, int what, PyObject *argument) {
    if (what == PyTrace_EXCEPTION && PyTuple_Check(argument) && PyTuple_GET_SIZE(argument) == 3)
        tierup_tracing_mend_position(object, PyTuple_GET_ITEM(argument, 0), PyTuple_GET_ITEM(argument, 2));
    return tierup_tracing_nests(object->f_frame, what) || ts->recursion_remaining < 32;
}

/* ---- a nested interpreter, and one that stands on a stub, would show what another one has shown before ---- */

static __thread struct { _PyInterpreterFrame *f; enum tierup_hiding what; int unit, second; Py_tracefunc trace, profile; } hidden;

static int tierup_tracing_hide_trace(PyObject *object, PyFrameObject *frame, int what, PyObject *argument) {
    _PyInterpreterFrame *f = frame->f_frame;
    bool same = f == hidden.f, step = what == PyTrace_LINE || what == PyTrace_OPCODE;
    if (same && hidden.what == TIERUP_HIDE_STEP && step && (tierup_frame_unit(f) == hidden.unit || tierup_frame_unit(f) == hidden.second)) return 0;
    if (same && hidden.what == TIERUP_HIDE_END && (step || what == PyTrace_EXCEPTION)) return 0;
    _PyThreadState_GET()->c_tracefunc = hidden.trace;
    if (same && what == (hidden.what == TIERUP_HIDE_END ? PyTrace_RETURN : PyTrace_CALL)) return 0;
    return hidden.trace(object, frame, what, argument);
}

static int tierup_tracing_hide_profile(PyObject *object, PyFrameObject *frame, int what, PyObject *argument) {
    _PyThreadState_GET()->c_profilefunc = hidden.profile;
    if (frame->f_frame == hidden.f && what == (hidden.what == TIERUP_HIDE_END ? PyTrace_RETURN : PyTrace_CALL)) return 0;
    return hidden.profile(object, frame, what, argument);
}

void tierup_tracing_hide(PyThreadState *ts, _PyInterpreterFrame *f, enum tierup_hiding what) {
    if (LIKELY(!ts->cframe->use_tracing) || !tierup_tracing_tools(ts)) return;
    hidden.f = f, hidden.what = what, hidden.unit = tierup_frame_unit(f) + 1, hidden.second = -1;
    if (ts->c_tracefunc != NULL && ts->c_tracefunc != tierup_tracing_hide_trace) {
        hidden.trace = ts->c_tracefunc;
        ts->c_tracefunc = tierup_tracing_hide_trace;
    }
    if (what != TIERUP_HIDE_STEP && ts->c_profilefunc != NULL && ts->c_profilefunc != tierup_tracing_hide_profile) {
        hidden.profile = ts->c_profilefunc;
        ts->c_profilefunc = tierup_tracing_hide_profile;
    }
}

void tierup_tracing_hide_stub(PyThreadState *ts, _PyInterpreterFrame *f, int second) {
    tierup_tracing_hide(ts, f, TIERUP_HIDE_STEP);
    hidden.second = second;
}

PyObject *tierup_tracing_raised(PyThreadState *ts, _PyInterpreterFrame *f) {
    int level, target, lasti;
    if (!tierup_tracing_tools(ts) || tierup_frame_incomplete(f) || tierup_codes_handler(f->f_code, tierup_frame_unit(f), &level, &target, &lasti)) return NULL;
    f->stacktop = f->f_code->co_nlocalsplus;
    return TIERUP_ERROR_EXIT;
}

/* Profilers in C ask for the code of a frame, and tell codes apart by their address: a frame on a shadow is shown as one of the code itself. */

static __thread Py_tracefunc profiler;

static int tierup_tracing_unshadowed(PyObject *object, PyFrameObject *frame, int what, PyObject *argument) {
    _PyInterpreterFrame *f = frame->f_frame;
    PyCodeObject *shadow = tierup_entry_unshadow(f);
    int result = profiler(object, frame, what, argument);
    if (shadow != NULL) {
        int unit = tierup_frame_unit(f);
        f->f_code = shadow;
        tierup_frame_set_unit(f, unit);
    }
    return result;
}

bool tierup_tracing_unshadow_begin(PyThreadState *ts) {
    if (ts->c_profilefunc == NULL || ts->c_profilefunc == tierup_tracing_unshadowed || ts->c_profilefunc == tierup_tracing_hide_profile) return false;
    profiler = ts->c_profilefunc;
    ts->c_profilefunc = tierup_tracing_unshadowed;
    return true;
}

void tierup_tracing_unshadow_end(PyThreadState *ts) {
    if (ts->c_profilefunc == tierup_tracing_unshadowed) ts->c_profilefunc = profiler;
}

/* A thread may end while armed. */
void tierup_tracing_forget_dead(void) {
    if (tierup_tracing_armed == NULL) return;
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        if (ts == tierup_tracing_armed) return;
    tierup_tracing_armed = NULL;
    tierup_recorder_disarm();
    tierup_osr_disarm();
}

/* Where sys.settrace or sys.setprofile was called last: Python audit hooks that run behind ours may take their time before the tool is there. */
static struct { PyThreadState *ts; _PyInterpreterFrame *frame; int unit; } setting;

bool tierup_tracing_changing(void) {
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts)) {
        if (ts != setting.ts) continue;
        for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL; f = f->previous)
            if (f == setting.frame) return f != tierup_frame_current(ts) && tierup_frame_unit(f) == setting.unit;
    }
    return false;
}

int tierup_tracing_audit(const char *event, PyObject *arguments, void *unused) {
    tierup_audit_event();
    if (event[0] != 's' || (strcmp(event, "sys.settrace") && strcmp(event, "sys.setprofile"))) return 0;
    if (PyInterpreterState_Get() != tierup_main_interpreter()) return 0;
    tierup_recorder_disarm();
    tierup_osr_disarm();
    setting.ts = _PyThreadState_GET();
    setting.frame = tierup_frame_current(setting.ts);
    if (setting.frame != NULL) setting.unit = tierup_frame_unit(setting.frame);
    tierup_entry_suspend_all();
    return 0;
}

int tierup_tracing_init(void) {
    static bool hooked;
    if (hooked) return 0;
    if (PySys_AddAuditHook(tierup_tracing_audit, NULL) < 0) return -1;
    tierup_audit_quicken();
    hooked = true;
    return 0;
}
