/* Methods of exact lists. Where the memory of a list has to grow or shrink, the library does it: what sys.getsizeof shows is the same. */
#include "helpers.h"

/* May the list have so many items in the memory it has? (Less than half full, and it would be given less.) */
static inline bool keeps_memory(PyObject *list, Py_ssize_t size) {
    Py_ssize_t allocated = ((PyListObject *)list)->allocated;
    return LIKELY(allocated >= size && size >= allocated >> 1);
}

PyObject *tierup_list_pop(PyObject *list, int64_t index) {
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (UNLIKELY(size == 0)) {
        PyErr_SetString(PyExc_IndexError, "pop from empty list");
        return NULL;
    }
    if (UNLIKELY(!wrap_index(&index, size))) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    PyObject **items = ((PyListObject *)list)->ob_item, *item = items[index];
    if (!keeps_memory(list, size - 1)) {
        Py_INCREF(item);
        if (PyList_SetSlice(list, index, index + 1, NULL) == 0) return item;
        Py_DECREF(item);
        return NULL;
    }
    Py_SET_SIZE(list, size - 1);
    for (Py_ssize_t i = index; i < size - 1; i++) items[i] = items[i + 1];
    return item;
}

int64_t tierup_list_insert(PyObject *list, int64_t index, PyObject *item) {
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (!keeps_memory(list, size + 1)) return PyList_Insert(list, index, item);
    if (index < 0 && (index += size) < 0) index = 0;
    if (index > size) index = size;
    PyObject **items = ((PyListObject *)list)->ob_item;
    for (Py_ssize_t i = size; i > index; i--) items[i] = items[i - 1];
    items[index] = Py_NewRef(item);
    Py_SET_SIZE(list, size + 1);
    return 0;
}
