/* Force mode, for tests: every function that can have a stub gets one up front, a waiting one while it has no region; it reports each call. */
#include "runtime.h"

enum { NESTING = 100 };

static PyObject *on_frame; /* NULL: force mode is off */
static bool reporting;

bool tierup_force_active; /* is there an on_frame? */

/* ---- stubs up front ---- */

/* `code` itself (if it is a function's) and all code among its constants. */
static void tierup_force_cover(PyCodeObject *code, int nesting) {
    if ((code->co_flags & CO_OPTIMIZED) && !tierup_code_suspends(code)) {
        struct tierup_code_state *state = tierup_codes_state(code);
        if (state == NULL) PyErr_Clear();
        else tierup_entry_wait(state);
    }
    for (Py_ssize_t i = 0; nesting < NESTING && i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *item = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(item)) tierup_force_cover((PyCodeObject *)item, nesting + 1);
    }
}

/* All functions that exist, and those that the code which is running will make. */
static int tierup_force_cover_all(void) {
    PyObject *collector = PyImport_ImportModule("gc"), *objects = collector ? PyObject_CallMethod(collector, "get_objects", NULL) : NULL;
    Py_XDECREF(collector);
    if (objects == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(objects); i++) {
        PyObject *item = PyList_GET_ITEM(objects, i);
        if (PyFunction_Check(item) && !tierup_codes_own_globals(PyFunction_GET_GLOBALS(item))) tierup_force_cover((PyCodeObject *)PyFunction_GET_CODE(item), 0);
    }
    Py_DECREF(objects);
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL; f = f->previous)
            if (!tierup_codes_mine(f)) tierup_force_cover(f->f_code, 0);
    return 0;
}

/* The ways by which new code comes into use. Code that our own Python code imports gets no stubs. */
int tierup_force_audit(const char *event, PyObject *arguments, void *unused) {
    if (on_frame == NULL || (event[0] != 'e' && event[0] != 'f' && event[0] != 'o')) return 0;
    PyObject *code = NULL;
    if (strcmp(event, "exec") == 0 || strcmp(event, "function.__new__") == 0) code = PyTuple_GET_ITEM(arguments, 0);
    else if (strcmp(event, "object.__setattr__") == 0 && PyFunction_Check(PyTuple_GET_ITEM(arguments, 0))) code = PyTuple_GET_ITEM(arguments, 2);
    if (code == NULL || !PyCode_Check(code) || tierup_sampler_calling() || PyInterpreterState_Get() != tierup_main_interpreter()) return 0;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    tierup_force_cover((PyCodeObject *)code, 0);
    PyErr_Restore(type, value, traceback);
    return 0;
}

/* ---- calls ---- */

static void tierup_force_report(_PyInterpreterFrame *f, struct tierup_code_state *state) {
    reporting = true;
    tierup_codes_remember(state, f);
    PyObject *function = Py_NewRef(on_frame), *result = tierup_sampler_callback(function, (PyObject *)f->f_code);
    reporting = false;
    if (result == Py_False) {
        state->left_alone = true;
        tierup_entry_uninstall(state);
    }
    Py_XDECREF(result);
    Py_DECREF(function);
}

/* A function without a region has been called, f stands at its stub. */
void tierup_force_called(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state) {
    if (on_frame == NULL || reporting || tierup_sampler_calling() || ts->tracing || state->ours || state->state == TIERUP_REFUSED) return;
    if (tierup_codes_mine(f)) {
        state->ours = true;
        tierup_entry_uninstall(state);
        return;
    }
    if (tierup_entry_unsettled) tierup_entry_settle();
    if (tierup_tracing_armed == NULL) tierup_force_report(f, state);
    if (state->call_region == NULL && !tierup_tracing_tools(ts)) tierup_recorder_enter(ts, f, state);
}

void tierup_force_resumed(PyThreadState *ts, _PyInterpreterFrame *f) {
    if (on_frame == NULL || reporting || tierup_sampler_calling() || ts->tracing || tierup_tracing_armed != NULL || !tierup_code_suspends(f->f_code)) return;
    struct tierup_code_state *state = tierup_codes_state(f->f_code);
    if (state == NULL) PyErr_Clear();
    if (state == NULL || state->resume_region != NULL || state->ours || state->left_alone || state->state == TIERUP_REFUSED) return;
    if (tierup_codes_mine(f)) {
        state->ours = true;
        return;
    }
    tierup_force_report(f, state);
    if (state->resume_region == NULL && !tierup_tracing_tools(ts)) tierup_recorder_expect(ts, f, state);
}

int tierup_force_set(PyObject *function) {
    static bool hooked;
    if (function != NULL && !hooked && PySys_AddAuditHook(tierup_force_audit, NULL) < 0) return -1;
    hooked = hooked || function != NULL;
    tierup_force_active = function != NULL;
    Py_XSETREF(on_frame, Py_XNewRef(function));
    if (function != NULL) return tierup_force_cover_all();
    tierup_entry_stop_waiting();
    return 0;
}
