/* The attributes of instances where their classes are known; and instances that are made with them. */
#include "helpers.h"
#include "objects.h"

/* ---- the dict of an instance that has no inline values (any more); or has them, after all ---- */

static inline PyDictObject *own_dict(PyObject *owner) {
    PyObject *dict = *_PyObject_ManagedDictPointer(owner);
    return dict != NULL && (PyDict_CheckExact(dict) || PyDict_Check(dict)) && DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys) ? (PyDictObject *)dict : NULL;
}

static __attribute__((noinline, cold)) PyObject *dict_value_elsewhere(PyObject *owner, PyObject *name, int64_t *place) {
    PyDictObject *dict = own_dict(owner);
    if (!findable(name)) return NULL;
    if (dict == NULL) {
        PyDictValues *values = *_PyObject_ValuesPointer(owner);
        Py_ssize_t at = values != NULL ? keys_find(tierup_shared_keys(Py_TYPE(owner)), name) : -1;
        return at < 0 ? NULL : values->values[at];
    }
    Py_ssize_t at = keys_find(dict->ma_keys, name);
    if (at < 0) return NULL;
    *place = at;
    return dict_value_at(dict, at);
}

/* Short, and without calls: a register that has to be saved costs as much as one of the tests. */
PyObject *tierup_dict_value(PyObject *owner, PyObject *name, void *place) {
    PyDictObject *dict = own_dict(owner);
    PyObject *found = dict != NULL ? dict_at(dict, name, *(int64_t *)place) : NULL;
    return LIKELY(found != NULL) ? found : dict_value_elsewhere(owner, name, place);
}

int64_t tierup_not_own(PyObject *owner, PyObject *name) {
    PyDictValues *values = *_PyObject_ValuesPointer(owner);
    if (!findable(name)) return 0;
    if (values == NULL) {
        if (*_PyObject_ManagedDictPointer(owner) == NULL) return 1;
        int64_t place = 0;
        return own_dict(owner) != NULL && tierup_dict_value(owner, name, &place) == NULL;
    }
    Py_ssize_t at = keys_find(tierup_shared_keys(Py_TYPE(owner)), name);
    return at < 0 || values->values[at] == NULL;
}

int64_t tierup_plain_dict(PyObject *owner) {
    if (*_PyObject_ValuesPointer(owner) != NULL) return 1;
    PyObject *dict = *_PyObject_ManagedDictPointer(owner);
    return dict == NULL || (PyDict_CheckExact(dict) && DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys));
}

int64_t tierup_store_new_value(PyObject *owner, PyObject *name, PyObject *value) {
    PyDictObject *dict = own_dict(owner);
    return LIKELY(dict != NULL) ? PyDict_SetItem((PyObject *)dict, name, value) : PyObject_GenericSetAttr(owner, name, value);
}

/* ---- instances with attributes ---- */

static inline void value_put(PyDictValues *values, int64_t index, PyObject *value) {
    values->values[index] = value;
    _PyDictValues_AddToInsertionOrder(values, index);
}

/* As the library does it, for any class. */
static PyObject *make_slowly(PyObject *type, int64_t places, PyObject **items, int64_t n) {
    PyObject *self = tierup_new_instance(type);
    for (int64_t i = 0; i < n; i++, places = (int64_t)((uint64_t)places >> 8)) {
        PyDictValues *values = self != NULL ? *_PyObject_ValuesPointer(self) : NULL;
        PyObject *name = DK_UNICODE_ENTRIES(tierup_shared_keys((PyTypeObject *)type))[places & 255].me_key;
        if (values != NULL) value_put(values, places & 255, new_ref(items[i]));
        else if (self != NULL && tierup_store_new_value(self, name, items[i]) < 0) Py_CLEAR(self);
        Py_DECREF(items[i]);
    }
    return self;
}

PyObject *tierup_make_instance(PyObject *type, int64_t places, PyObject **items, int64_t n) {
    PyObject *self = tierup_instance_new((PyTypeObject *)type);
    if (UNLIKELY(self == NULL)) return make_slowly(type, places, items, n);
    PyDictValues *values = *_PyObject_ValuesPointer(self);
    for (int64_t i = 0; i < n; i++, places = (int64_t)((uint64_t)places >> 8)) value_put(values, places & 255, items[i]);
    return self;
}

newfunc tierup_new_of_classes;

/* As tuple.__new__ does it: the class gets its items by a copy. A class in C with a tp_new of its own among its bases, structseq for instance, is refused there. */
bool tierup_new_tuple(PyThreadState *ts, PyMethodDef *function, PyObject **args, PyObject **result) {
    PyTypeObject *type = (PyTypeObject *)args[0], *base = type;
    if (strcmp(function->ml_name, "__new__") != 0 || tierup_new_of_classes == NULL || !Py_IS_TYPE(args[0], &PyType_Type) || !PyTuple_CheckExact(args[1]) || type == &PyTuple_Type) return false;
    while (base != NULL && base != &PyTuple_Type && (base->tp_new == tierup_new_of_classes || base->tp_new == PyTuple_Type.tp_new)) base = base->tp_base;
    if (base != &PyTuple_Type) return false;
    *result = NULL;
    if (_Py_EnterRecursiveCallTstate(ts, " while calling a Python object")) return true;
    Py_ssize_t n = PyTuple_GET_SIZE(args[1]);
    *result = type->tp_alloc(type, n);
    for (Py_ssize_t i = 0; *result != NULL && i < n; i++) PyTuple_SET_ITEM(*result, i, new_ref(PyTuple_GET_ITEM(args[1], i)));
    _Py_LeaveRecursiveCallTstate(ts);
    return true;
}
