/* f(*args, **kwargs). */
#include "helpers.h"

static PyObject *star_tuple(PyObject *callable, PyObject *iterable) {
    if (PyTuple_CheckExact(iterable)) return new_ref(iterable);
    if (Py_TYPE(iterable)->tp_iter == NULL && !PySequence_Check(iterable)) {
        PyObject *who = _PyObject_FunctionStr(callable);
        if (who != NULL) {
            PyErr_Format(PyExc_TypeError, "%U argument after * must be an iterable, not %.200s", who, Py_TYPE(iterable)->tp_name);
            Py_DECREF(who);
        }
        return NULL;
    }
    return PySequence_Tuple(iterable);
}

/* "Not this way": nothing has happened. */
#define NOT_THIS_WAY ((PyObject *)1)
enum { MOST_SPREAD = 12 };

/* Puts the values of an exact dict behind the arguments; their names, or NULL where the library has to do it: some are no strs, or memory is short. */
static PyObject *spread(PyObject *map, PyObject **values) {
    Py_ssize_t at = 0, n = 0;
    PyObject *key, *names = PyTuple_New(PyDict_GET_SIZE(map));
    if (names == NULL) PyErr_Clear();
    else if (PyTuple_GET_SIZE(names) != PyDict_GET_SIZE(map)) Py_CLEAR(names); /* a collection has run code */
    while (names != NULL && PyDict_Next(map, &at, &key, values + n)) {
        if (!PyUnicode_Check(key)) Py_CLEAR(names);
        else PyTuple_SET_ITEM(names, n++, new_ref(key));
    }
    return names;
}

/* A function in Python, or a method that is one, gets its keywords from an exact dict. While it runs, the library would hold each argument once more, for the call, and what a merged
   dict has another time, if there is `merged` to be one: programs can count that. */
static PyObject *call_with_names(PyThreadState *ts, PyObject *callable, PyObject *tuple, PyObject *map, bool merged) {
    Py_ssize_t count = PyTuple_GET_SIZE(tuple), total = count + PyDict_GET_SIZE(map);
    PyObject *all[MOST_SPREAD];
    PyObject *names = total > MOST_SPREAD ? NULL : spread(map, all + count);
    if (names == NULL) return NOT_THIS_WAY;
    if (PyTuple_GET_SIZE(names) != total - count) {
        Py_DECREF(names);
        return NOT_THIS_WAY;
    }
    for (Py_ssize_t i = 0; i < count; i++) all[i] = PyTuple_GET_ITEM(tuple, i);
    for (Py_ssize_t i = 0; i < total; i++) Py_SET_REFCNT(all[i], Py_REFCNT(all[i]) + (i >= count && merged ? 3 : 2));
    if (merged)
        for (Py_ssize_t i = 0; i < total - count; i++) Py_INCREF(PyTuple_GET_ITEM(names, i));
    PyObject *moved[MOST_SPREAD];
    memcpy(moved, all, total * sizeof(PyObject *));
    PyObject *result = tierup_call_named(ts, callable, moved, total, names);
    if (merged) {
        for (Py_ssize_t i = 0; i < total - count; i++) Py_DECREF(PyTuple_GET_ITEM(names, i));
        release_forward(all + count, total - count);
    }
    release_forward(all, total);
    Py_DECREF(names);
    return result;
}

PyObject *tierup_call_ex(PyThreadState *ts, PyObject *callable, PyObject *iterable, PyObject *mapping) {
    PyObject *map = NULL, *result = NULL;
    if (mapping != NULL && PyDict_CheckExact(mapping)) {
        map = new_ref(mapping);
    } else if (mapping != NULL) {
        map = PyDict_New();
        if (map == NULL) return NULL;
        if (_PyDict_MergeEx(map, mapping, 2) < 0) {
            Py_DECREF(map);
            tierup_raise_mapping(callable, mapping);
            return NULL;
        }
    }
    PyObject *tuple = star_tuple(callable, iterable);
    if (tuple != NULL) {
        bool python = Py_IS_TYPE(callable, &PyFunction_Type) || Py_IS_TYPE(callable, &PyMethod_Type);
        if (python && (map == NULL || PyDict_GET_SIZE(map) == 0)) result = tierup_call_lent(ts, callable, ((PyTupleObject *)tuple)->ob_item, PyTuple_GET_SIZE(tuple));
        else if (!python || (result = call_with_names(ts, callable, tuple, map, false)) == NOT_THIS_WAY) result = PyObject_Call(callable, tuple, map);
        Py_DECREF(tuple);
    }
    Py_XDECREF(map);
    return give_turn(ts, result);
}

/* The same, and the DICT_MERGE before it: the keywords come from an exact dict into one that is empty so far. */
PyObject *tierup_call_ex_copy(PyThreadState *ts, PyObject *callable, PyObject *iterable, PyObject *mapping) {
    bool python = Py_IS_TYPE(callable, &PyFunction_Type) || Py_IS_TYPE(callable, &PyMethod_Type);
    if (python && PyTuple_CheckExact(iterable)) {
        if (PyDict_GET_SIZE(mapping) == 0) return give_turn(ts, tierup_call_lent(ts, callable, ((PyTupleObject *)iterable)->ob_item, PyTuple_GET_SIZE(iterable)));
        PyObject *result = call_with_names(ts, callable, iterable, mapping, true);
        if (result != NOT_THIS_WAY) return give_turn(ts, result);
    }
    PyObject *copy = PyDict_New();
    if (copy == NULL) return NULL;
    PyObject *result = tierup_dict_merge(copy, mapping, callable) < 0 ? NULL : tierup_call_ex(ts, callable, iterable, copy);
    Py_DECREF(copy);
    return result;
}
