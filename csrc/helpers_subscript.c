/* container[key] in its three forms, and slices. */
#include "helpers.h"

/* The position of an exact int of at most two digits in a sequence of `size`, or -1. */
static inline int64_t position(PyObject *key, int64_t size) {
    int64_t i;
    return PyLong_CheckExact(key) && small_int(key, &i) && wrap_index(&i, size) ? i : -1;
}

PyObject *tierup_dict_subscr(PyObject *dict, PyObject *key) {
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (LIKELY(value != NULL)) return new_ref(value);
    if (!PyErr_Occurred()) _PyErr_SetKeyError(key);
    return NULL;
}

PyObject *tierup_binary_subscr(PyObject *container, PyObject *key) {
    PyTypeObject *type = Py_TYPE(container);
    int64_t i;
    if (type == &PyList_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return new_ref(PyList_GET_ITEM(container, i));
    } else if (type == &PyTuple_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return new_ref(PyTuple_GET_ITEM(container, i));
    } else if (type == &PyDict_Type) {
        return tierup_dict_subscr(container, key);
    } else if (type == &PyUnicode_Type) {
        if (PyUnicode_IS_READY(container) && (i = position(key, PyUnicode_GET_LENGTH(container))) >= 0) return tierup_str_item(container, i);
    } else if (type == &PyBytes_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return tierup_box_int((unsigned char)PyBytes_AS_STRING(container)[i]);
    }
    return PyObject_GetItem(container, key);
}

int64_t tierup_dict_store(PyObject *dict, PyObject *key, PyObject *value) { return PyDict_SetItem(dict, key, value); }

int64_t tierup_store_subscr(PyObject *container, PyObject *key, PyObject *value) {
    PyTypeObject *type = Py_TYPE(container);
    if (type == &PyList_Type) {
        int64_t i = position(key, Py_SIZE(container));
        if (i >= 0) {
            PyObject *old = PyList_GET_ITEM(container, i);
            PyList_SET_ITEM(container, i, new_ref(value));
            Py_DECREF(old);
            return 0;
        }
    } else if (type == &PyDict_Type) {
        return PyDict_SetItem(container, key, value);
    }
    return PyObject_SetItem(container, key, value);
}

int64_t tierup_delete_subscr(PyObject *container, PyObject *key) { return PyObject_DelItem(container, key); }

PyObject *tierup_build_slice(PyObject *start, PyObject *stop, PyObject *step) { return PySlice_New(start, stop, step); }

PyObject *tierup_list_slice(PyObject *list, int64_t start, int64_t stop, int64_t step) {
    Py_ssize_t size = PyList_GET_SIZE(list), first = start, end = stop, count = PySlice_AdjustIndices(size, &first, &end, step);
    PyObject *made = PyList_New(count);
    if (made == NULL) return NULL;
    if (UNLIKELY(PyList_GET_SIZE(list) != size)) { /* a finaliser that the collector ran has changed it */
        Py_DECREF(made);
        return tierup_list_slice(list, start, stop, step);
    }
    PyObject **from = ((PyListObject *)list)->ob_item + first, **to = ((PyListObject *)made)->ob_item;
    for (Py_ssize_t i = 0; i < count; i++) to[i] = new_ref(from[i * step]);
    return made;
}

int64_t tierup_list_set_slice(PyObject *list, int64_t start, int64_t stop, PyObject *value) {
    Py_ssize_t first = start, end = stop;
    PySlice_AdjustIndices(PyList_GET_SIZE(list), &first, &end, 1);
    return PyList_SetSlice(list, first, end, value);
}
