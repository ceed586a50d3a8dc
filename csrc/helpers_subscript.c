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
