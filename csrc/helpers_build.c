/* Tuples, lists, sets, dicts, strs, functions out of the values on the operand stack. */
#include "helpers.h"
#include "objects.h"
#include "internal/pycore_unicodeobject.h"

PyObject *tierup_build_tuple(PyObject **items, int64_t n) {
    PyTupleObject *reused = tierup_reused_tuple(n);
    if (LIKELY(reused != NULL)) {
        for (int64_t i = 0; i < n; i++) *(PyObject *volatile *)&reused->ob_item[i] = items[i]; /* volatile: no call of memcpy for two or three */
        _PyObject_GC_TRACK(reused);
        return (PyObject *)reused;
    }
    PyObject *tuple = PyTuple_New(n);
    if (UNLIKELY(tuple == NULL)) release_backward(items, n);
    else if (n) memcpy(((PyTupleObject *)tuple)->ob_item, items, n * sizeof(PyObject *));
    return tuple;
}

/* A list that the library keeps for reuse, with a block for its items; NULL: it has to make one. */
static PyListObject *reuse_list(int64_t n) {
    size_t size = (size_t)n * sizeof(PyObject *);
    PyObject **items = n > 0 && size <= TIERUP_SPARE_LARGEST ? tierup_spare_take(size) : NULL;
    if (items == NULL) return NULL;
    PyListObject *list = tierup_reused_list();
    if (UNLIKELY(list == NULL)) {
        PyMem_Free(items);
        return NULL;
    }
    list->ob_item = items;
    list->allocated = n;
    Py_SET_SIZE(list, n);
    return list;
}

PyObject *tierup_build_list(PyObject **items, int64_t n) {
    PyListObject *reused = reuse_list(n);
    if (LIKELY(reused != NULL)) {
        for (int64_t i = 0; i < n; i++) *(PyObject *volatile *)&reused->ob_item[i] = items[i];
        _PyObject_GC_TRACK(reused);
        return (PyObject *)reused;
    }
    PyObject *list = PyList_New(n);
    if (UNLIKELY(list == NULL)) release_backward(items, n);
    else if (n) memcpy(((PyListObject *)list)->ob_item, items, n * sizeof(PyObject *));
    return list;
}

PyObject *tierup_build_set(PyObject **items, int64_t n) {
    PyObject *set = PySet_New(NULL);
    if (UNLIKELY(set == NULL)) {
        release_backward(items, n);
        return NULL;
    }
    int failed = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!failed) failed = PySet_Add(set, items[i]);
        Py_DECREF(items[i]);
    }
    if (failed) Py_CLEAR(set);
    return set;
}

PyObject *tierup_build_const_key_map(PyObject *keys, PyObject **values, int64_t n) {
    PyObject *map = NULL;
    if (LIKELY(PyTuple_CheckExact(keys) && PyTuple_GET_SIZE(keys) == n)) map = _PyStack_AsDict(values, keys);
    else PyErr_SetString(PyExc_SystemError, "bad BUILD_CONST_KEY_MAP keys argument");
    release_backward(values, n);
    return map;
}

/* The library makes a dict of the right size only from a tuple of keys; up to five keys no size has to be chosen. */
PyObject *tierup_build_map(PyObject **items, int64_t n) {
    int64_t pairs = n / 2;
    PyObject *map = NULL;
    if (pairs <= 5) {
        map = PyDict_New();
        for (int64_t i = 0; map != NULL && i < pairs; i++) {
            if (PyDict_SetItem(map, items[2 * i], items[2 * i + 1]) < 0) Py_CLEAR(map);
        }
    } else {
        PyObject *keys = PyTuple_New(pairs), **values = PyMem_New(PyObject *, pairs);
        if (keys != NULL && values != NULL) {
            for (int64_t i = 0; i < pairs; i++) {
                PyTuple_SET_ITEM(keys, i, new_ref(items[2 * i]));
                values[i] = items[2 * i + 1];
            }
            map = _PyStack_AsDict(values, keys);
        } else if (keys != NULL) {
            PyErr_NoMemory();
        }
        PyMem_Free(values);
        Py_XDECREF(keys);
    }
    release_backward(items, n);
    return map;
}

PyObject *tierup_build_string(PyObject **items, int64_t n) {
    PyObject *empty = tierup_name_get(NAME_EMPTY);
    PyObject *joined = empty ? _PyUnicode_JoinArray(empty, items, n) : NULL;
    release_backward(items, n);
    return joined;
}

PyObject *tierup_format_value(PyObject *value, PyObject *spec, int64_t oparg) {
    PyObject *(*convert)(PyObject *) = NULL;
    switch (oparg & FVC_MASK) {
    case FVC_STR: convert = PyObject_Str; break;
    case FVC_REPR: convert = PyObject_Repr; break;
    case FVC_ASCII: convert = PyObject_ASCII; break;
    }
    PyObject *converted = convert ? convert(value) : new_ref(value);
    if (converted == NULL || (spec == NULL && PyUnicode_CheckExact(converted))) return converted;
    PyObject *result = PyObject_Format(converted, spec);
    Py_DECREF(converted);
    return result;
}

int64_t tierup_list_append(PyObject *list, PyObject *item) {
    Py_ssize_t size = Py_SIZE(list);
    if (LIKELY(((PyListObject *)list)->allocated > size)) {
        PyList_SET_ITEM(list, size, item);
        Py_SET_SIZE(list, size + 1);
        return 0;
    }
    int failed = PyList_Append(list, item);
    Py_DECREF(item);
    return failed;
}

int64_t tierup_list_extend(PyObject *list, PyObject *iterable) {
    PyObject *none = _PyList_Extend((PyListObject *)list, iterable);
    if (LIKELY(none != NULL)) {
        Py_DECREF(none);
        return 0;
    }
    if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(iterable)->tp_iter == NULL && !PySequence_Check(iterable)) {
        PyErr_Clear();
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(iterable)->tp_name);
    }
    return -1;
}

PyObject *tierup_list_to_tuple(PyObject *list) { return PyList_AsTuple(list); }
int64_t tierup_set_add(PyObject *set, PyObject *item) { return PySet_Add(set, item); }
int64_t tierup_set_update(PyObject *set, PyObject *iterable) { return _PySet_Update(set, iterable); }

int64_t tierup_map_add(PyObject *map, PyObject *key, PyObject *value) {
    int failed = tierup_dict_put(map, key, value);
    Py_DECREF(key);
    Py_DECREF(value);
    return failed;
}

int64_t tierup_dict_update(PyObject *dict, PyObject *other) {
    if (LIKELY(PyDict_Update(dict, other) == 0)) return 0;
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Format(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(other)->tp_name);
    return -1;
}

void tierup_raise_mapping(PyObject *callable, PyObject *mapping) {
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        PyObject *who = _PyObject_FunctionStr(callable);
        if (who == NULL) return;
        PyErr_Format(PyExc_TypeError, "%U argument after ** must be a mapping, not %.200s", who, Py_TYPE(mapping)->tp_name);
        Py_DECREF(who);
    } else if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        /* The merge leaves the doubled key in a tuple, not yet made an exception object; other KeyErrors stay. */
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (value == NULL || !PyTuple_Check(value) || PyTuple_GET_SIZE(value) != 1) {
            PyErr_Restore(type, value, traceback);
            return;
        }
        PyObject *who = _PyObject_FunctionStr(callable);
        if (who != NULL) {
            PyErr_Format(PyExc_TypeError, "%U got multiple values for keyword argument '%S'", who, PyTuple_GET_ITEM(value, 0));
            Py_DECREF(who);
        }
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
}

int64_t tierup_dict_merge(PyObject *dict, PyObject *other, PyObject *callable) {
    if (LIKELY(_PyDict_MergeEx(dict, other, 2) == 0)) return 0;
    tierup_raise_mapping(callable, other);
    return -1;
}

PyObject *tierup_make_function(_PyInterpreterFrame *f, PyObject *code, int64_t oparg, PyObject **extras, int64_t n) {
    PyFunctionObject *function = (PyFunctionObject *)PyFunction_New(code, f->f_globals);
    if (UNLIKELY(function == NULL)) {
        release_backward(extras, n);
        return NULL;
    }
    if (oparg & 0x08) function->func_closure = extras[--n];
    if (oparg & 0x04) function->func_annotations = extras[--n];
    if (oparg & 0x02) function->func_kwdefaults = extras[--n];
    if (oparg & 0x01) function->func_defaults = extras[--n];
    return (PyObject *)function;
}
