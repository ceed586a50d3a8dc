/* Exception handlers: the way to one, and the bytecodes in one. */
#include "caught.h"
#include "helpers.h"

enum { LAND_LASTI = 1, LAND_BARE = 2, LAND_LAZY = 4 }; /* as in backend/packed.py */

void tierup_traceback_here(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyFrameObject *object = tierup_frame_object(ts, f);
    if (object != NULL) PyTraceBack_Here(object);
}

PyObject *tierup_fetch_normal(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyException_SetTraceback(value, traceback ? traceback : Py_None);
    Py_XDECREF(traceback);
    Py_XDECREF(type);
    return value;
}

static void drop_stack(_PyInterpreterFrame *f, int top, int base) {
    f->stacktop = -1;
    while (top > base) {
        PyObject *dropped = f->localsplus[--top];
        Py_XDECREF(dropped);
    }
}

void tierup_handler_stack(_PyInterpreterFrame *f, int level, int lasti) {
    int top = f->f_code->co_nlocalsplus + level;
    drop_stack(f, f->stacktop, top);
    PyObject *number = lasti ? PyLong_FromLong(tierup_frame_unit(f)) : NULL, *value = tierup_fetch_normal();
    if (lasti) f->localsplus[top++] = number;
    f->localsplus[top++] = value;
    f->stacktop = top;
}

static void land_lazily(PyThreadState *ts, _PyInterpreterFrame *f, int level, int flags) {
    PyObject **top = f->localsplus + f->f_code->co_nlocalsplus + level;
    drop_stack(f, f->stacktop, (int)(top - f->localsplus));
    if (flags & LAND_LASTI) *top++ = PyLong_FromLong(tierup_frame_unit(f));
    *top = tierup_caught_new(ts, f, flags & LAND_BARE);
}

void *tierup_land(PyThreadState *ts, _PyInterpreterFrame *f, int64_t level, int64_t flags) {
    if (!(flags & LAND_BARE) && UNLIKELY(ts->cframe->use_tracing) && tierup_tracing_tools(ts)) {
        tierup_caught_not();
        return TIERUP_ERROR_EXIT;
    }
    if (flags & LAND_LAZY) {
        land_lazily(ts, f, (int)level, (int)flags);
        return NULL;
    }
    if (!(flags & LAND_BARE)) tierup_traceback_here(ts, f);
    tierup_handler_stack(f, (int)level, flags & LAND_LASTI);
    f->stacktop = -1;
    return NULL;
}

/* ---- raising again ---- */

static void restore(PyObject *value) {
    PyObject *traceback = PyException_GetTraceback(value);
    PyErr_Restore(new_ref(PyExceptionInstance_Class(value)), value, traceback);
}

int64_t tierup_reraise(_PyInterpreterFrame *f, PyObject *value, PyObject *lasti) {
    if (lasti != NULL) tierup_frame_set_unit(f, (int)PyLong_AsLong(lasti));
    restore(value);
    return -1;
}

int64_t tierup_reraise_out(PyThreadState *ts, _PyInterpreterFrame *f, PyObject *value, PyObject *lasti, PyObject **stack, int64_t n) {
    tierup_reraise(f, value, lasti);
    release_backward(stack, n);
    tierup_exits_raised(ts, f);
    return -1;
}

int64_t tierup_raise_again(PyThreadState *ts) {
    PyObject *value = _PyErr_GetTopmostException(ts)->exc_value;
    if (value == NULL || Py_IsNone(value)) {
        PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise");
        return 0;
    }
    restore(new_ref(value));
    return 1;
}

/* ---- what is being handled ---- */

PyObject *tierup_push_exc_info(PyThreadState *ts, PyObject *value) {
    _PyErr_StackItem *info = ts->exc_info;
    PyObject *before = info->exc_value ? info->exc_value : new_ref(Py_None);
    info->exc_value = new_ref(value);
    return before;
}

int64_t tierup_pop_except(PyThreadState *ts, PyObject *before) {
    _PyErr_StackItem *info = ts->exc_info;
    PyObject *value = info->exc_value;
    info->exc_value = before;
    Py_XDECREF(value);
    return 0;
}

bool tierup_classes_only(PyObject *wanted) {
    Py_ssize_t n = PyTuple_Check(wanted) ? PyTuple_GET_SIZE(wanted) : 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *class = PyTuple_Check(wanted) ? PyTuple_GET_ITEM(wanted, i) : wanted;
        if (PyExceptionClass_Check(class)) continue;
        PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed");
        return false;
    }
    return true;
}

int64_t tierup_exc_match(PyThreadState *ts, PyObject *value, PyObject *wanted) {
    if ((PyObject *)Py_TYPE(value) == wanted) return 1;
    return tierup_classes_only(wanted) ? PyErr_GivenExceptionMatches(value, wanted) : -1;
}

/* ---- with ---- */

PyObject *tierup_with_except_start(PyThreadState *ts, PyObject *leave, PyObject *value) {
    PyObject *traceback = PyException_GetTraceback(value);
    if (traceback == NULL) traceback = new_ref(Py_None);
    PyObject *arguments[] = {new_ref(PyExceptionInstance_Class(value)), new_ref(value), traceback};
    return tierup_call_within(ts, leave, arguments, 3);
}
