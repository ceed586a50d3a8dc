/* Statements, imports, the eval breaker, and what all helpers share. */
#include "helpers.h"

const struct tierup_symbol tierup_helper_symbols[] = {TIERUP_HELPER_SYMBOLS};

/* ---- names ---- */

PyObject *tierup_names[NAME_COUNT];

PyObject *tierup_names_make(enum tierup_name_id id) {
    static const char *const texts[NAME_COUNT] = {
        [NAME_INIT] = "__init__",     [NAME_NEW] = "__new__",     [NAME_GETATTR] = "__getattr__", [NAME_GETATTRIBUTE] = "__getattribute__", [NAME_ENTER] = "__enter__", [NAME_EXIT] = "__exit__",         [NAME_BUILD_CLASS] = "__build_class__",
        [NAME_IMPORT] = "__import__", [NAME_NAME] = "name",       [NAME_DUNDER_NAME] = "__name__",  [NAME_SPEC] = "__spec__",
        [NAME_EMPTY] = "",            [NAME_MATCH_ARGS] = "__match_args__", [NAME_GET] = "get",
        [NAME_AENTER] = "__aenter__", [NAME_AEXIT] = "__aexit__", [NAME_AITER] = "__aiter__",       [NAME_ANEXT] = "__anext__",
        [NAME_AWAIT] = "__await__",
    };
    return tierup_names[id] = PyUnicode_InternFromString(texts[id]);
}

/* ---- raise ---- */

/* An exception object for `raise x` (consumes x), or NULL with an exception set. */
static PyObject *instantiate(PyObject *x) {
    if (PyExceptionClass_Check(x)) {
        PyObject *value = PyObject_CallNoArgs(x);
        if (value != NULL && !PyExceptionInstance_Check(value)) {
            PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %R", x, Py_TYPE(value));
            Py_CLEAR(value);
        }
        Py_DECREF(x);
        return value;
    }
    if (PyExceptionInstance_Check(x)) return x;
    Py_DECREF(x);
    PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException");
    return NULL;
}

static int set_cause(PyObject *value, PyObject *cause) {
    PyObject *fixed = NULL;
    if (PyExceptionClass_Check(cause)) {
        fixed = PyObject_CallNoArgs(cause);
        if (fixed == NULL) return -1;
        Py_DECREF(cause);
    } else if (PyExceptionInstance_Check(cause)) {
        fixed = cause;
    } else if (Py_IsNone(cause)) {
        Py_DECREF(cause);
    } else {
        PyErr_SetString(PyExc_TypeError, "exception causes must derive from BaseException");
        return -1;
    }
    PyException_SetCause(value, fixed); /* takes it over */
    return 0;
}

int64_t tierup_raise_varargs(PyThreadState *ts, PyObject *exception, PyObject *cause) {
    PyObject *type = PyExceptionClass_Check(exception) ? new_ref(exception) : NULL;
    PyObject *value = instantiate(exception);
    if (value == NULL || (cause != NULL && set_cause(value, cause) < 0)) {
        Py_XDECREF(value);
        Py_XDECREF(type);
        Py_XDECREF(cause);
        return -1;
    }
    if (type == NULL) type = new_ref(PyExceptionInstance_Class(value));
    PyErr_SetObject(type, value);
    Py_DECREF(value);
    Py_DECREF(type);
    return -1;
}

/* ---- with ---- */

static PyObject *special(PyObject *manager, enum tierup_name_id id, const char *format) {
    PyObject *name = tierup_name_get(id);
    PyObject *method = name ? _PyObject_LookupSpecial(manager, name) : NULL;
    if (method == NULL && !PyErr_Occurred()) PyErr_Format(PyExc_TypeError, format, Py_TYPE(manager)->tp_name);
    return method;
}

static int64_t enter(PyThreadState *ts, PyObject *manager, PyObject **out, const enum tierup_name_id *names, const char *const *errors) {
    PyObject *enter = special(manager, names[0], errors[0]);
    if (enter == NULL) return -1;
    PyObject *leave = special(manager, names[1], errors[1]);
    if (leave == NULL) {
        Py_DECREF(enter);
        return -1;
    }
    PyObject *value = tierup_call_within(ts, enter, NULL, 0);
    Py_DECREF(enter);
    if (value == NULL) {
        Py_DECREF(leave);
        return -1;
    }
    out[0] = leave;
    out[1] = value;
    return 0;
}

int64_t tierup_before_with(PyThreadState *ts, PyObject *manager, void *out) {
    static const enum tierup_name_id names[] = {NAME_ENTER, NAME_EXIT};
    static const char *const errors[] = {"'%.200s' object does not support the context manager protocol",
                                         "'%.200s' object does not support the context manager protocol (missed __exit__ method)"};
    return enter(ts, manager, out, names, errors);
}

int64_t tierup_before_async_with(PyThreadState *ts, PyObject *manager, void *out) {
    static const enum tierup_name_id names[] = {NAME_AENTER, NAME_AEXIT};
    static const char *const errors[] = {"'%.200s' object does not support the asynchronous context manager protocol",
                                         "'%.200s' object does not support the asynchronous context manager protocol (missed __aexit__ method)"};
    return enter(ts, manager, out, names, errors);
}

/* ---- imports and classes ---- */

PyObject *tierup_load_build_class(_PyInterpreterFrame *f) {
    PyObject *name = tierup_name_get(NAME_BUILD_CLASS), *builder;
    if (name == NULL) return NULL;
    if (PyDict_CheckExact(f->f_builtins)) {
        builder = Py_XNewRef(PyDict_GetItemWithError(f->f_builtins, name));
        if (builder != NULL || PyErr_Occurred()) return builder;
    } else {
        builder = PyObject_GetItem(f->f_builtins, name);
        if (builder != NULL || !PyErr_ExceptionMatches(PyExc_KeyError)) return builder;
    }
    PyErr_SetString(PyExc_NameError, "__build_class__ not found");
    return NULL;
}

PyObject *tierup_import_name(PyThreadState *ts, _PyInterpreterFrame *f, PyObject *name, PyObject *fromlist, PyObject *level) {
    PyObject *key = tierup_name_get(NAME_IMPORT);
    PyObject *function = key ? PyDict_GetItemWithError(f->f_builtins, key) : NULL;
    if (function == NULL) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ImportError, "__import__ not found");
        return NULL;
    }
    PyObject *locals = f->f_locals ? f->f_locals : Py_None;
    if (function == ts->interp->import_func) {
        int depth = _PyLong_AsInt(level);
        if (depth == -1 && PyErr_Occurred()) return NULL;
        return PyImport_ImportModuleLevelObject(name, f->f_globals, locals, fromlist, depth);
    }
    PyObject *arguments[] = {name, f->f_globals, locals, fromlist, level};
    Py_INCREF(function);
    PyObject *result = PyObject_Vectorcall(function, arguments, 5, NULL);
    Py_DECREF(function);
    return result;
}

/* ImportError for a name that is in neither the module nor sys.modules; `package` (the module's name, owned) may be NULL. */
static void raise_import_from(PyObject *module, PyObject *name, PyObject *package) {
    PyObject *path = PyModule_GetFilenameObject(module), *message = NULL;
    PyObject *shown = package ? new_ref(package) : PyUnicode_FromString("<unknown module name>");
    if (shown != NULL) {
        if (path == NULL || !PyUnicode_Check(path)) {
            PyErr_Clear();
            message = PyUnicode_FromFormat("cannot import name %R from %R (unknown location)", name, shown);
            PyErr_SetImportError(message, package, NULL);
        } else {
            PyObject *key = tierup_name_get(NAME_SPEC), *spec = key ? PyObject_GetAttr(module, key) : NULL;
            const char *format = _PyModuleSpec_IsInitializing(spec)
                                     ? "cannot import name %R from partially initialized module %R (most likely due to a circular import) (%S)"
                                     : "cannot import name %R from %R (%S)";
            Py_XDECREF(spec);
            message = PyUnicode_FromFormat(format, name, shown, path);
            PyErr_SetImportError(message, package, path);
        }
    }
    Py_XDECREF(message);
    Py_XDECREF(shown);
    Py_XDECREF(package);
    Py_XDECREF(path);
}

PyObject *tierup_import_from(PyThreadState *ts, PyObject *module, PyObject *name) {
    PyObject *value;
    if (_PyObject_LookupAttr(module, name, &value) != 0) return value;
    PyObject *key = tierup_name_get(NAME_DUNDER_NAME), *package = key ? PyObject_GetAttr(module, key) : NULL;
    if (package != NULL && PyUnicode_Check(package)) {
        PyObject *full = PyUnicode_FromFormat("%U.%U", package, name);
        if (full != NULL) {
            value = PyImport_GetModule(full);
            Py_DECREF(full);
        }
        if (full == NULL || value != NULL || PyErr_Occurred()) {
            Py_DECREF(package);
            return value;
        }
    } else {
        Py_CLEAR(package);
    }
    raise_import_from(module, name, package);
    return NULL;
}

PyObject *tierup_get_len(PyObject *x) {
    Py_ssize_t length = PyObject_Length(x);
    return length < 0 ? NULL : tierup_box_int(length);
}

/* ---- eval breaker ---- */

int64_t tierup_poll(PyThreadState *ts, _PyInterpreterFrame *f) {
    struct _ceval_state *ceval = &ts->interp->ceval;
    if (_Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending) || _Py_atomic_load_relaxed(&ceval->pending.calls_to_do)) {
        if (Py_MakePendingCalls() < 0) return -1;
    }
    if (tierup_let_others_run(ts) < 0) return -1;
    if (ts->async_exc != NULL) return 1;
    return tierup_breaker_busy();
}

PyObject *tierup_turn(PyThreadState *ts, PyObject *result) {
    if (tierup_poll(ts, NULL) < 0 || tierup_raise_async(ts)) Py_CLEAR(result);
    return result;
}

bool tierup_breaker_busy(void) {
    bool main_thread = PyThread_get_thread_ident() == _PyRuntime.main_thread;
    return tierup_breaker_compute(main_thread, main_thread);
}

void *tierup_poll_raised(PyThreadState *ts, _PyInterpreterFrame *f, int64_t header) {
    return tierup_exits_raise_behind_jump(ts, f, (int)(header / (int64_t)sizeof(_Py_CODEUNIT)));
}

int64_t tierup_tools(PyThreadState *ts) { return tierup_tracing_tools(ts); }
