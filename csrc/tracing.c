/* CPython's tracing: other people's tools (stubs go out while there are any), and our own short use of it. */
#include "runtime.h"

PyThreadState *tierup_tracing_armed;
static Py_tracefunc armed_function;

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
    tierup_set_tracing(ts, function);
    return true;
}

void tierup_tracing_disarm(void) {
    PyThreadState *ts = tierup_tracing_armed;
    if (ts == NULL) return;
    tierup_tracing_armed = NULL;
    if (ts->c_tracefunc == armed_function) tierup_set_tracing(ts, NULL);
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

static int tierup_tracing_audit(const char *event, PyObject *arguments, void *unused) {
    if (event[0] != 's' || (strcmp(event, "sys.settrace") && strcmp(event, "sys.setprofile"))) return 0;
    if (PyInterpreterState_Get() != tierup_main_interpreter()) return 0;
    tierup_recorder_disarm();
    tierup_osr_disarm();
    tierup_entry_suspend_all();
    return 0;
}

int tierup_tracing_init(void) {
    static bool hooked;
    if (!hooked && PySys_AddAuditHook(tierup_tracing_audit, NULL) < 0) return -1;
    hooked = true;
    return 0;
}
