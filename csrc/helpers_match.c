/* Patterns of match statements. */
#include "helpers.h"

int64_t tierup_match_kind(PyObject *subject, int64_t mapping) {
    return (Py_TYPE(subject)->tp_flags & (mapping ? Py_TPFLAGS_MAPPING : Py_TPFLAGS_SEQUENCE)) != 0;
}

/* ---- classes ---- */

/* An attribute that a pattern asks for goes to its place; -1: it is not there (no exception), or an exception is set. `names` holds those asked for before. */
static int take_attribute(PyObject *subject, PyObject *class, PyObject *name, PyObject *names, PyObject *found, Py_ssize_t place) {
    int known = PySet_Contains(names, name);
    if (known > 0) PyErr_Format(PyExc_TypeError, "%s() got multiple sub-patterns for attribute %R", ((PyTypeObject *)class)->tp_name, name);
    if (known != 0 || PySet_Add(names, name) < 0) return -1;
    PyObject *value = PyObject_GetAttr(subject, name);
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
        return -1;
    }
    PyTuple_SET_ITEM(found, place, value);
    return 0;
}

/* The names that stand for positional patterns; *whole: the one pattern is for the subject itself. NULL with an exception set. */
static PyObject *positional_names(PyObject *class, int64_t count, bool *whole) {
    const char *of = ((PyTypeObject *)class)->tp_name;
    PyObject *key = tierup_name_get(NAME_MATCH_ARGS), *names = key ? PyObject_GetAttr(class, key) : NULL;
    *whole = false;
    if (names == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return NULL;
        PyErr_Clear();
        names = PyTuple_New(0);
        *whole = PyType_HasFeature((PyTypeObject *)class, _Py_TPFLAGS_MATCH_SELF);
    }
    else if (!PyTuple_CheckExact(names)) {
        PyErr_Format(PyExc_TypeError, "%s.__match_args__ must be a tuple (got %s)", of, Py_TYPE(names)->tp_name);
        Py_CLEAR(names);
    }
    if (names == NULL) return NULL;
    int64_t allowed = *whole ? 1 : PyTuple_GET_SIZE(names);
    if (allowed >= count) return names;
    PyErr_Format(PyExc_TypeError, "%s() accepts %d positional sub-pattern%s (%d given)", of, (int)allowed, allowed == 1 ? "" : "s", (int)count);
    Py_DECREF(names);
    return NULL;
}

static int take_positional(PyObject *subject, PyObject *class, int64_t count, PyObject *seen, PyObject *found) {
    bool whole;
    PyObject *names = positional_names(class, count, &whole);
    if (names == NULL) return -1;
    int good = 0;
    if (whole) PyTuple_SET_ITEM(found, 0, new_ref(subject));
    for (int64_t i = 0; i < count && !whole && good == 0; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (PyUnicode_CheckExact(name)) good = take_attribute(subject, class, name, seen, found, i);
        else {
            PyErr_Format(PyExc_TypeError, "__match_args__ elements must be strings (got %s)", Py_TYPE(name)->tp_name);
            good = -1;
        }
    }
    Py_DECREF(names);
    return good;
}

PyObject *tierup_match_class(PyObject *subject, PyObject *class, PyObject *names, int64_t count) {
    if (!PyType_Check(class)) {
        PyErr_SetString(PyExc_TypeError, "called match pattern must be a type");
        return NULL;
    }
    int is = PyObject_IsInstance(subject, class);
    if (is <= 0) return is < 0 ? NULL : new_ref(Py_None);
    Py_ssize_t keywords = PyTuple_GET_SIZE(names);
    PyObject *seen = PySet_New(NULL), *found = seen ? PyTuple_New(count + keywords) : NULL;
    int good = found == NULL ? -1 : 0;
    if (good == 0 && count) good = take_positional(subject, class, count, seen, found);
    for (Py_ssize_t i = 0; i < keywords && good == 0; i++) good = take_attribute(subject, class, PyTuple_GET_ITEM(names, i), seen, found, count + i);
    Py_XDECREF(seen);
    if (good == 0) return found;
    Py_XDECREF(found);
    return PyErr_Occurred() ? NULL : new_ref(Py_None);
}

/* ---- mappings ---- */

/* mapping.get(key, missing) for each key; None instead of the tuple if one is missing. */
static PyObject *take_keys(PyObject *get, PyObject *keys, PyObject *missing, PyObject *seen) {
    Py_ssize_t count = PyTuple_GET_SIZE(keys);
    PyObject *found = PyTuple_New(count);
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        PyObject *key = PyTuple_GET_ITEM(keys, i), *arguments[] = {key, missing}, *value = NULL;
        int known = PySet_Contains(seen, key);
        if (known > 0) PyErr_Format(PyExc_ValueError, "mapping pattern checks duplicate key (%R)", key);
        if (known == 0 && PySet_Add(seen, key) == 0) value = PyObject_Vectorcall(get, arguments, 2, NULL);
        if (value == missing) {
            Py_DECREF(value);
            Py_DECREF(found);
            return new_ref(Py_None);
        }
        if (value == NULL) Py_CLEAR(found);
        else PyTuple_SET_ITEM(found, i, value);
    }
    return found;
}

PyObject *tierup_match_keys(PyObject *mapping, PyObject *keys) {
    if (PyTuple_GET_SIZE(keys) == 0) return PyTuple_New(0);
    PyObject *name = tierup_name_get(NAME_GET), *get = name ? PyObject_GetAttr(mapping, name) : NULL;
    PyObject *seen = get ? PySet_New(NULL) : NULL, *missing = seen ? PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type) : NULL;
    PyObject *found = missing ? take_keys(get, keys, missing, seen) : NULL;
    Py_XDECREF(missing);
    Py_XDECREF(seen);
    Py_XDECREF(get);
    return found;
}
