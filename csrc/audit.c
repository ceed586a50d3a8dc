/* What our own Python code does while it is called back in the program's thread raises no audit events for hooks that the program has written in Python. */
#include "runtime.h"

static PyTypeObject quiet_list; /* PyList_Type, but for how the interpreter gets an iterator over the hooks */
static __thread int calls;      /* of our own Python code, that this thread is in */
static __thread _PyInterpreterFrame *outside; /* the program's frame below the innermost of them */

/* What is imported for TIERUP_COMPILER=inline only counts as ours: a program that uses it itself does so in frames of its own, which are further out. */
static bool tierup_audit_compiling(_PyInterpreterFrame *f) {
    return tierup_codes_package(f->f_globals, "llvmlite") || tierup_codes_package(f->f_globals, "ctypes");
}

/* Above the program's frame there are frames of ours only: a finaliser of the program that runs meanwhile is seen. */
static bool tierup_audit_ours(PyThreadState *ts) {
    if (calls == 0) return false;
    for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL && f != outside; f = f->previous)
        if (!tierup_codes_mine(f) && !tierup_audit_compiling(f)) return false;
    return true;
}

static PyObject *tierup_audit_iterate(PyObject *hooks) {
    if (!tierup_audit_ours(_PyThreadState_GET())) return PyList_Type.tp_iter(hooks);
    PyObject *none = PyTuple_New(0), *iterator = none ? PyObject_GetIter(none) : NULL;
    Py_XDECREF(none);
    return iterator;
}

/* The interpreter asks hooks in C first (ours is one of them), then it takes an iterator over the list of the others. Only gc.get_objects() and its like can show
   that list to a program; it looks the same, but its type is not `list` itself any more. */
void tierup_audit_event(void) {
    PyThreadState *ts = _PyThreadState_GET();
    PyObject *hooks = calls ? tierup_audit_hooks(ts) : NULL;
    if (hooks == NULL || !PyList_CheckExact(hooks)) return;
    if (quiet_list.tp_iter == NULL) {
        quiet_list = PyList_Type;
        quiet_list.tp_iter = tierup_audit_iterate;
    }
    Py_SET_TYPE(hooks, &quiet_list); /* a static type: not counted */
}

_PyInterpreterFrame *tierup_audit_begin(PyThreadState *ts) {
    _PyInterpreterFrame *before = outside;
    outside = tierup_frame_current(ts);
    calls++;
    return before;
}

void tierup_audit_end(_PyInterpreterFrame *before) {
    outside = before;
    calls--;
}

/* ---- id() ---- */

/* With any hook the interpreter makes a tuple for each event, and id(), the one function in inner loops that raises one, takes three times as long. */

static PyCFunction plain_id;

static PyObject *tierup_audit_id(PyObject *module, PyObject *object) {
    if (tierup_audit_seen(_PyThreadState_GET())) return plain_id(module, object);
    return PyLong_FromVoidPtr(object);
}

bool tierup_audit_seen(PyThreadState *ts) { return tierup_audit_others(ts, tierup_tracing_audit, tierup_force_audit); }

/* The module's own table: the program may have put another `id` into the module, or another module in its place. Then all stays as it is. */
void tierup_audit_quicken(void) {
    PyObject *modules = PySys_GetObject("modules"), *builtins = modules != NULL && PyDict_Check(modules) ? PyDict_GetItemString(modules, "builtins") : NULL;
    PyModuleDef *definition = builtins != NULL && PyModule_CheckExact(builtins) ? PyModule_GetDef(builtins) : NULL;
    for (PyMethodDef *method = definition != NULL && strcmp(definition->m_name, "builtins") == 0 ? definition->m_methods : NULL; method != NULL && method->ml_name != NULL; method++) {
        if (strcmp(method->ml_name, "id") != 0 || method->ml_flags != METH_O || plain_id != NULL) continue;
        plain_id = method->ml_meth;
        method->ml_meth = tierup_audit_id;
    }
}
