/* f(*args, **kwargs). */
#include "helpers.h"

/* The arguments; what they come from is gone before the call. */
static PyObject *star_tuple(PyObject *callable, PyObject *iterable) {
    if (PyTuple_CheckExact(iterable)) return iterable;
    if (Py_TYPE(iterable)->tp_iter == NULL && !PySequence_Check(iterable)) {
        PyObject *who = _PyObject_FunctionStr(callable);
        if (who != NULL) {
            PyErr_Format(PyExc_TypeError, "%U argument after * must be an iterable, not %.200s", who, Py_TYPE(iterable)->tp_name);
            Py_DECREF(who);
        }
        Py_DECREF(iterable);
        return NULL;
    }
    PyObject *tuple = PySequence_Tuple(iterable);
    Py_DECREF(iterable);
    return tuple;
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

/* `map`: an exact dict or NULL. */
static PyObject *call_spread(PyThreadState *ts, PyObject *callable, PyObject *tuple, PyObject *map, bool merged) {
    bool python = Py_IS_TYPE(callable, &PyFunction_Type) || Py_IS_TYPE(callable, &PyMethod_Type);
    if (python && (map == NULL || PyDict_GET_SIZE(map) == 0)) return tierup_call_lent(ts, callable, ((PyTupleObject *)tuple)->ob_item, PyTuple_GET_SIZE(tuple));
    PyObject *result = python ? call_with_names(ts, callable, tuple, map, merged) : NOT_THIS_WAY;
    if (result != NOT_THIS_WAY) return result;
    PyObject *copy = merged ? PyDict_New() : Py_XNewRef(map);
    if (merged && (copy == NULL || tierup_dict_merge(copy, map, callable) < 0)) {
        Py_XDECREF(copy);
        return NULL;
    }
    result = PyObject_Call(callable, tuple, copy);
    Py_XDECREF(copy);
    return result;
}

/* The same with any iterable; releases what was called first, and then the arguments. */
static PyObject *call_iterable(PyThreadState *ts, PyObject *callable, PyObject *iterable, PyObject *map, bool merged) {
    PyObject *tuple = star_tuple(callable, iterable), *result = tuple == NULL ? NULL : call_spread(ts, callable, tuple, map, merged);
    Py_DECREF(callable);
    Py_XDECREF(tuple);
    return result;
}

PyObject *tierup_call_ex(PyThreadState *ts, PyObject *callable, PyObject *iterable, PyObject *mapping) {
    PyObject *map = mapping;
    if (mapping != NULL && !PyDict_CheckExact(mapping)) {
        map = PyDict_New();
        if (map == NULL || _PyDict_MergeEx(map, mapping, 2) < 0) {
            if (map != NULL) tierup_raise_mapping(callable, mapping);
            Py_XDECREF(map);
            Py_DECREF(callable);
            Py_DECREF(iterable);
            return NULL;
        }
    }
    PyObject *result = call_iterable(ts, callable, iterable, map, false);
    if (map != mapping) Py_DECREF(map);
    return give_turn(ts, result);
}

/* The same, and the DICT_MERGE before it: the keywords come from an exact dict into one that is empty so far. */
PyObject *tierup_call_ex_copy(PyThreadState *ts, PyObject *callable, PyObject *iterable, PyObject *mapping) {
    return give_turn(ts, call_iterable(ts, callable, iterable, mapping, true));
}
