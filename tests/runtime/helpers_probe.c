/* Stands in for the rest of the runtime when the helpers are tested by themselves: regions written in C, and a plain nested interpreter for exits. */
#include "direct.h"

Py_ssize_t tierup_code_index = -1;
struct tierup_configuration tierup_configuration;

static PyObject *callback;

bool tierup_generators_makes(PyThreadState *ts, PyCodeObject *code) { return false; }
PyObject *tierup_generators_make(_PyInterpreterFrame *f, PyCodeObject *code) { return NULL; }
PyObject *tierup_generators_call(PyThreadState *ts, PyFunctionObject *function, PyObject *self, PyObject **args, int64_t n, bool stand) { return TIERUP_NOT_DIRECT; }
int64_t tierup_anext_send(PyThreadState *ts, PyObject *iterator, void *pair) { return 3; }
int tierup_async_begin(PyThreadState *ts, PyAsyncGenObject *gen) { return 0; }
PyObject *tierup_make_generator(PyObject *code, int64_t offset, PyObject **parts, int64_t n) { return NULL; }
int64_t tierup_take_generator(PyObject *object, PyObject *code, PyObject *globals, PyObject *builtins, void *out) { return -1; }
_PyInterpreterFrame *tierup_generators_rebuild(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code) { return f; }
PyObject *tierup_generators_go_on(PyThreadState *ts, _PyInterpreterFrame *f, bool failed, PyObject **item) { return NULL; }
int tierup_code_opcode(_Py_CODEUNIT unit) { return _Py_OPCODE(unit) == RESUME_QUICK ? RESUME : _Py_OPCODE(unit); }
__thread char *volatile tierup_stack_lowest __attribute__((tls_model("initial-exec"))) = NULL;
int tierup_stack_low(void) { return 0; }
void tierup_exits_count(tierup_region *region) {}
void tierup_exits_raised(PyThreadState *ts, _PyInterpreterFrame *f) {}
PyObject *tierup_tracing_raised(PyThreadState *ts, _PyInterpreterFrame *f) { return NULL; }
void tierup_recorder_left(PyThreadState *ts, PyFrameObject *object) {}
void tierup_osr_left(PyFrameObject *object) {}
bool tierup_audit_seen(PyThreadState *ts) { return false; }
bool tierup_tracing_tools(PyThreadState *ts) { return ts->c_tracefunc != NULL || ts->c_profilefunc != NULL; }
PyObject *tierup_exits_raise_behind_jump(PyThreadState *ts, _PyInterpreterFrame *f, int header) { return TIERUP_ERROR_EXIT; }

PyObject *tierup_exits_interpret(PyThreadState *ts, _PyInterpreterFrame *f, int error) {
    _PyInterpreterFrame *previous = f->previous;
    ts->cframe->current_frame = previous;
    ts->recursion_remaining++;
    PyObject *result = _PyEval_EvalFrameDefault(ts, f, error);
    ts->recursion_remaining--;
    ts->cframe->current_frame = f;
    f->previous = previous;
    return result;
}

PyObject *tierup_exits_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *status) {
    PyObject *result = tierup_exits_interpret(ts, f, status == TIERUP_ERROR_EXIT);
    PyTracebackObject *entry = (PyTracebackObject *)ts->curexc_traceback;
    if (result == NULL && entry != NULL && f->frame_obj != NULL && entry->tb_frame == f->frame_obj) {
        f->prev_instr = _PyCode_CODE(f->f_code) + entry->tb_lasti / 2;
        ts->curexc_traceback = Py_XNewRef((PyObject *)entry->tb_next);
        Py_DECREF(entry);
    }
    return result;
}

/* ---- regions ---- */

/* Leaves at once: the interpreter does everything. */
static PyObject *region_exit(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->stacktop = f->f_code->co_nlocalsplus;
    return TIERUP_EXIT;
}
/* Returns a tuple of all local variables, None for those that are unbound. */
static PyObject *region_locals(PyThreadState *ts, _PyInterpreterFrame *f) {
    int n = f->f_code->co_nlocalsplus;
    PyObject *result = PyTuple_New(n);
    for (int i = 0; i < n; i++) PyTuple_SET_ITEM(result, i, new_ref(f->localsplus[i] ? f->localsplus[i] : Py_None));
    return result;
}
/* Drops its first local, then calls the callback with nothing and returns what it returns. */
static PyObject *region_drop(PyThreadState *ts, _PyInterpreterFrame *f) {
    Py_CLEAR(f->localsplus[0]);
    return PyObject_CallNoArgs(callback);
}
static PyObject *region_call(PyThreadState *ts, _PyInterpreterFrame *f) { return PyObject_CallNoArgs(callback); }
static PyObject *region_raise(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyErr_SetString(PyExc_ValueError, "from a region");
    return NULL;
}
/* Calls local 0 with itself. */
static PyObject *region_self(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyObject *args[] = {new_ref(f->localsplus[0])};
    return tierup_call(ts, f->localsplus[0], args, 1, NULL);
}

static const tierup_region_fn entries[] = {region_exit, region_locals, region_drop, region_call, region_raise, region_self};

void probe_callback(PyObject *function) { Py_XSETREF(callback, Py_XNewRef(function)); }

/* Gives a code object a region for good; -1 takes it away. */
int probe_install(PyObject *code, int which) {
    if (tierup_code_index < 0) tierup_code_index = _PyEval_RequestCodeExtraIndex(NULL);
    struct tierup_code_state *state = tierup_code_state_get((PyCodeObject *)code);
    if (state == NULL) {
        state = PyMem_Calloc(1, sizeof *state);
        if (state == NULL || _PyCode_SetExtra(code, tierup_code_index, state) < 0) return -1;
    }
    state->call_region = NULL;
    tierup_direct_forget((PyCodeObject *)code);
    state->plain_arguments = tierup_code_plain_arguments((PyCodeObject *)code);
    if (which >= 0) {
        tierup_region *region = PyMem_Calloc(1, sizeof *region);
        if (region == NULL) return -1;
        region->entry = entries[which];
        region->state = state;
        state->call_region = region;
    }
    return 0;
}

/* ---- ctypes calls with these: NULL results without an exception, and results that are no objects, made visible ---- */

PyThreadState *probe_thread(void) { return PyThreadState_GET(); }
void *probe_frame(void) { return PyThreadState_GET()->cframe->current_frame; }
int probe_recursion(void) { return PyThreadState_GET()->recursion_remaining; }
void *probe_datastack(void) { return PyThreadState_GET()->datastack_top; }
/* for_iter: 0 exhausted, 1 an item, -1 raised */
int probe_for_iter(PyObject *iterator, PyObject *out) {
    PyObject *item = tierup_for_iter(iterator);
    if (item == NULL) return 0;
    if (item == (PyObject *)1) return -1;
    PyList_Append(out, item);
    Py_DECREF(item);
    return 1;
}
/* A vector of new references, for vecsteal arguments. */
void probe_fill(PyObject **out, PyObject *items) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items); i++) out[i] = new_ref(PyTuple_GET_ITEM(items, i));
}
PyObject *probe_steal(PyObject *object) { return new_ref(object); }
