/* except*: exception groups are split by the classes that are caught, and what is left of them, or was raised meanwhile, is put together again. */
#include "helpers.h"

static bool is_group(PyObject *value) { return PyObject_TypeCheck(value, (PyTypeObject *)PyExc_BaseExceptionGroup); }

/* ---- CHECK_EG_MATCH ---- */

static bool no_groups(PyObject *wanted) {
    Py_ssize_t n = PyTuple_Check(wanted) ? PyTuple_GET_SIZE(wanted) : 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        int group = PyObject_IsSubclass(PyTuple_Check(wanted) ? PyTuple_GET_ITEM(wanted, i) : wanted, PyExc_BaseExceptionGroup);
        if (group > 0) PyErr_SetString(PyExc_TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        if (group != 0) return false;
    }
    return true;
}

static PyObject *make_group(PyObject *exceptions) { return PyObject_CallFunction(PyExc_BaseExceptionGroup, "(sO)", "", exceptions); }

/* A single exception becomes a group of its own. */
static PyObject *as_group(PyObject *value) {
    if (is_group(value)) return new_ref(value);
    PyObject *single = PyTuple_Pack(1, value), *group = single ? make_group(single) : NULL;
    Py_XDECREF(single);
    return group;
}

static int take_pair(PyObject *value, PyObject *pair, PyObject **out) {
    if (pair == NULL) return -1;
    bool fits = PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) >= 2; /* the interpreter does not look */
    if (fits) {
        out[1] = new_ref(PyTuple_GET_ITEM(pair, 0));
        out[0] = new_ref(PyTuple_GET_ITEM(pair, 1));
    }
    else {
        PyErr_Format(PyExc_TypeError, "%.200s.split must return a pair", Py_TYPE(value)->tp_name);
    }
    Py_DECREF(pair);
    return fits ? 0 : -1;
}

/* out[0] = the rest, out[1] = what matches; either may be None. */
static int split_group(PyObject *value, PyObject *wanted, PyObject **out) {
    if (!Py_IsNone(value) && PyErr_GivenExceptionMatches(value, wanted)) {
        out[1] = as_group(value);
        out[0] = out[1] ? new_ref(Py_None) : NULL;
        return out[1] ? 0 : -1;
    }
    if (!Py_IsNone(value) && is_group(value)) return take_pair(value, PyObject_CallMethod(value, "split", "(O)", wanted), out);
    out[0] = new_ref(Py_None);
    out[1] = new_ref(Py_None);
    return 0;
}

int64_t tierup_check_eg_match(PyThreadState *ts, PyObject *value, PyObject *wanted, void *pair) {
    PyObject **out = pair;
    bool good = tierup_classes_only(wanted) && no_groups(wanted) && split_group(value, wanted, out) == 0;
    Py_DECREF(wanted);
    if (!good) return -1;
    if (Py_IsNone(out[1])) {
        Py_SETREF(out[0], new_ref(value));
    }
    else {
        PyErr_SetHandledException(out[1]);
    }
    return 0;
}

/* ---- PREP_RERAISE_STAR ---- */

static bool same_origin(PyObject *one, PyObject *other) {
    PyBaseExceptionObject *a = (PyBaseExceptionObject *)one, *b = (PyBaseExceptionObject *)other;
    return a->notes == b->notes && a->traceback == b->traceback && a->cause == b->cause && a->context == b->context;
}

static PyObject *group_items(PyObject *group) { return ((PyBaseExceptionGroupObject *)group)->excs; }

/* Numbers that stand for the single exceptions in a group go into the set. */
static int collect_singles(PyObject *value, PyObject *set) {
    if (!is_group(value)) {
        PyObject *number = PyLong_FromVoidPtr(value);
        int result = number ? PySet_Add(set, number) : -1;
        Py_XDECREF(number);
        return result;
    }
    PyObject *items = group_items(value);
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyTuple_GET_SIZE(items); i++) {
        if (Py_EnterRecursiveCall(" in collect_exception_group_leaf_ids")) return -1;
        result = collect_singles(PyTuple_GET_ITEM(items, i), set);
        Py_LeaveRecursiveCall();
    }
    return result;
}

static int copy_notes(PyObject *from, PyObject *to) {
    if (!PyObject_HasAttrString(from, "__notes__")) return 0;
    PyObject *notes = PyObject_GetAttrString(from, "__notes__");
    if (notes == NULL) return -1;
    bool copied = PySequence_Check(notes);
    PyObject *copy = copied ? PySequence_List(notes) : NULL;
    Py_DECREF(notes);
    if (!copied) return 0;
    int result = copy ? PyObject_SetAttrString(to, "__notes__", copy) : -1;
    Py_XDECREF(copy);
    return result;
}

/* A group like this one of some of its exceptions. */
static PyObject *derive(PyObject *group, PyObject *items) {
    PyObject *made = PyObject_CallMethod(group, "derive", "(O)", items);
    if (made == NULL) return NULL;
    bool good = is_group(made);
    if (!good) PyErr_SetString(PyExc_TypeError, "derive must return an instance of BaseExceptionGroup");
    PyObject *traceback = good ? PyException_GetTraceback(group) : NULL;
    if (traceback != NULL) {
        good = PyException_SetTraceback(made, traceback) == 0;
        Py_DECREF(traceback);
    }
    if (good) {
        PyException_SetContext(made, PyException_GetContext(group));
        PyException_SetCause(made, PyException_GetCause(group));
        good = copy_notes(group, made) == 0;
    }
    if (!good) Py_CLEAR(made);
    return made;
}

/* What a group, or a single exception, consists of as far as it is in the set: NULL without an exception if there is nothing. */
static PyObject *only_singles(PyObject *value, PyObject *set) {
    if (!is_group(value)) {
        PyObject *number = PyLong_FromVoidPtr(value);
        int found = number ? PySet_Contains(set, number) : -1;
        Py_XDECREF(number);
        return found > 0 ? new_ref(value) : NULL;
    }
    PyObject *items = group_items(value), *kept = PyList_New(0), *result = NULL;
    bool good = kept != NULL;
    for (Py_ssize_t i = 0; good && i < PyTuple_GET_SIZE(items); i++) {
        if (Py_EnterRecursiveCall(" in exceptiongroup_split_recursive")) {
            good = false;
            break;
        }
        PyObject *part = only_singles(PyTuple_GET_ITEM(items, i), set);
        Py_LeaveRecursiveCall();
        good = part ? PyList_Append(kept, part) == 0 : !PyErr_Occurred();
        Py_XDECREF(part);
    }
    if (good && PyList_GET_SIZE(kept) > 0) result = derive(value, kept);
    Py_XDECREF(kept);
    return result;
}

/* What of the group was raised once more, in its order and nesting; None if nothing. */
static PyObject *reraised_part(PyObject *group, PyObject *reraised) {
    PyObject *set = PySet_New(NULL);
    bool good = set != NULL;
    for (Py_ssize_t i = 0; good && i < PyList_GET_SIZE(reraised); i++) good = collect_singles(PyList_GET_ITEM(reraised, i), set) == 0;
    PyObject *part = good ? only_singles(group, set) : NULL;
    Py_XDECREF(set);
    return part != NULL || !good || PyErr_Occurred() ? part : new_ref(Py_None);
}

static PyObject *put_together(PyObject *group, PyObject *exceptions, PyObject *raised, PyObject *reraised) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(exceptions); i++) {
        PyObject *value = PyList_GET_ITEM(exceptions, i);
        if (!Py_IsNone(value) && PyList_Append(same_origin(value, group) ? reraised : raised, value) < 0) return NULL;
    }
    PyObject *part = reraised_part(group, reraised);
    if (part == NULL || PyList_GET_SIZE(raised) == 0) return part;
    int failed = Py_IsNone(part) ? 0 : PyList_Append(raised, part);
    Py_DECREF(part);
    if (failed) return NULL;
    return PyList_GET_SIZE(raised) == 1 && !TIERUP_WRAPS_SINGLE ? new_ref(PyList_GET_ITEM(raised, 0)) : make_group(raised);
}

static PyObject *to_reraise(PyObject *value, PyObject *exceptions) {
    if (PyList_GET_SIZE(exceptions) == 0) return new_ref(Py_None);
    if (!is_group(value)) return new_ref(PyList_GET_ITEM(exceptions, 0)); /* one clause at most has had it */
    PyObject *raised = PyList_New(0), *reraised = raised ? PyList_New(0) : NULL;
    PyObject *result = reraised ? put_together(value, exceptions, raised, reraised) : NULL;
    Py_XDECREF(raised);
    Py_XDECREF(reraised);
    return result;
}

PyObject *tierup_prep_reraise_star(PyObject *value, PyObject *exceptions) {
    PyObject *result = to_reraise(value, exceptions);
    Py_DECREF(exceptions);
    Py_DECREF(value);
    return result;
}
