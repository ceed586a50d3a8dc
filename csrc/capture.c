/* What takes long in Python when a snapshot is made: profiles told by refs, and a look at bytecode. */
#include "runtime.h"

/* ---- refs ---- */

struct referring { PyObject *refs, *describe; }; /* {id: ref}; called for an object that has none yet */

/* The ref of an object, None for None. A new reference. */
static PyObject *tierup_capture_ref(struct referring *referring, PyObject *object) {
    if (object == Py_None) return Py_NewRef(Py_None);
    PyObject *key = PyLong_FromVoidPtr(object), *found = key == NULL ? NULL : PyDict_GetItemWithError(referring->refs, key);
    Py_XINCREF(found);
    if (found == NULL && key != NULL && !PyErr_Occurred()) found = PyObject_CallOneArg(referring->describe, object);
    Py_XDECREF(key);
    return found;
}

/* The refs of the items of a list, as a list, or of a tuple, as a tuple. */
static PyObject *tierup_capture_ref_items(struct referring *referring, PyObject *items) {
    Py_ssize_t n = PySequence_Fast_GET_SIZE(items);
    PyObject *result = PyList_CheckExact(items) ? PyList_New(n) : PyTuple_New(n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
        PyObject *ref = tierup_capture_ref(referring, PySequence_Fast_GET_ITEM(items, i));
        if (ref == NULL) Py_CLEAR(result);
        else PySequence_Fast_ITEMS(result)[i] = ref;
    }
    return result;
}

/* [(types, count), ...] */
static PyObject *tierup_capture_ref_kinds(struct referring *referring, PyObject *kinds) {
    PyObject *result = PyList_New(PyList_GET_SIZE(kinds));
    for (Py_ssize_t i = 0; result != NULL && i < PyList_GET_SIZE(kinds); i++) {
        PyObject *kind = PyList_GET_ITEM(kinds, i), *types = tierup_capture_ref_items(referring, PyTuple_GET_ITEM(kind, 0));
        PyObject *pair = types == NULL ? NULL : PyTuple_Pack(2, types, PyTuple_GET_ITEM(kind, 1));
        Py_XDECREF(types);
        if (pair == NULL) Py_CLEAR(result);
        else PyList_SET_ITEM(result, i, pair);
    }
    return result;
}

/* (count, operands, results, callees); most rows have nothing but the count, and stay as they are. */
static PyObject *tierup_capture_ref_row(struct referring *referring, PyObject *row) {
    PyObject *operands = PyTuple_GET_ITEM(row, 1), *results = PyTuple_GET_ITEM(row, 2), *callees = PyTuple_GET_ITEM(row, 3);
    if (PyList_GET_SIZE(operands) + PyList_GET_SIZE(results) + PyList_GET_SIZE(callees) == 0) return Py_NewRef(row);
    PyObject *kinds = tierup_capture_ref_kinds(referring, operands), *given = kinds ? tierup_capture_ref_items(referring, results) : NULL;
    PyObject *called = given ? tierup_capture_ref_items(referring, callees) : NULL;
    PyObject *result = called ? PyTuple_Pack(4, PyTuple_GET_ITEM(row, 0), kinds, given, called) : NULL;
    Py_XDECREF(kinds);
    Py_XDECREF(given);
    Py_XDECREF(called);
    return result;
}

static bool tierup_capture_is_row(PyObject *row) {
    return PyTuple_CheckExact(row) && PyTuple_GET_SIZE(row) == 4 && PyList_CheckExact(PyTuple_GET_ITEM(row, 1)) && PyList_CheckExact(PyTuple_GET_ITEM(row, 2))
        && PyList_CheckExact(PyTuple_GET_ITEM(row, 3));
}

PyObject *tierup_capture_refer(PyObject *profile, PyObject *refs, PyObject *describe) {
    struct referring referring = {refs, describe};
    PyObject *result = PyDict_New(), *offset, *row;
    Py_ssize_t at = 0;
    while (result != NULL && PyDict_Next(profile, &at, &offset, &row)) {
        if (!tierup_capture_is_row(row)) {
            PyErr_SetString(PyExc_TypeError, "not a profile");
            Py_CLEAR(result);
            break;
        }
        PyObject *told = tierup_capture_ref_row(&referring, row);
        if (told == NULL || PyDict_SetItem(result, offset, told) < 0) Py_CLEAR(result);
        Py_XDECREF(told);
    }
    return result;
}

/* ---- bytecode ---- */

struct uses { PyObject *names, *attributes, *operators; };

static int tierup_capture_append(PyObject *list, PyObject *item) {
    int error = item == NULL ? -1 : PyList_Append(list, item);
    Py_XDECREF(item);
    return error;
}

static int tierup_capture_use(struct uses *uses, PyCodeObject *code, int start, int opcode, int argument) {
    PyObject *name = opcode == LOAD_GLOBAL ? PyTuple_GET_ITEM(code->co_names, argument >> 1) : NULL;
    switch (opcode) {
    case LOAD_NAME: case STORE_NAME: case DELETE_NAME: case STORE_GLOBAL: case DELETE_GLOBAL:
        name = PyTuple_GET_ITEM(code->co_names, argument); /* falls through */
    case LOAD_GLOBAL:
        return PySet_Add(uses->names, name);
    case LOAD_ATTR: case LOAD_METHOD: case STORE_ATTR:
        return tierup_capture_append(uses->attributes, Py_BuildValue("(iO)", start, PyTuple_GET_ITEM(code->co_names, argument)));
    case BINARY_SUBSCR: case STORE_SUBSCR: case BINARY_OP: case COMPARE_OP: case FOR_ITER: case PRECALL:
        return tierup_capture_append(uses->operators, Py_BuildValue("(iii)", start, opcode, argument));
    }
    return 0;
}

static int tierup_capture_look(struct uses *uses, PyCodeObject *code, const _Py_CODEUNIT *units, int n) {
    for (int i = 0, argument = 0, start = -1; i < n; i++) {
        int opcode = _Py_OPCODE(units[i]);
        argument = argument << 8 | _Py_OPARG(units[i]);
        start = start < 0 ? i * (int)sizeof(_Py_CODEUNIT) : start;
        if (opcode == EXTENDED_ARG) continue;
        if (tierup_capture_use(uses, code, start, opcode, argument) < 0) return -1;
        i += tierup_code_caches(opcode);
        argument = 0, start = -1;
    }
    return 0;
}

PyObject *tierup_capture_uses(PyCodeObject *code) {
    struct uses uses = {PySet_New(NULL), PyList_New(0), PyList_New(0)};
    PyObject *bytes = PyCode_GetCode(code), *result = NULL; /* not the live units: a stub may cover some */
    if (bytes != NULL && uses.names != NULL && uses.attributes != NULL && uses.operators != NULL
        && tierup_capture_look(&uses, code, (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes), (int)(PyBytes_GET_SIZE(bytes) / sizeof(_Py_CODEUNIT))) == 0)
        result = PyTuple_Pack(3, uses.names, uses.attributes, uses.operators);
    Py_XDECREF(bytes);
    Py_XDECREF(uses.names);
    Py_XDECREF(uses.attributes);
    Py_XDECREF(uses.operators);
    return result;
}

/* 1: there is a STORE_GLOBAL or DELETE_GLOBAL. */
int tierup_capture_stores_globals(PyCodeObject *code) {
    if (PyTuple_GET_SIZE(code->co_names) == 0) return 0;
    PyObject *bytes = PyCode_GetCode(code);
    if (bytes == NULL) return -1;
    const _Py_CODEUNIT *units = (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes);
    int n = (int)(PyBytes_GET_SIZE(bytes) / sizeof(_Py_CODEUNIT)), found = 0;
    for (int i = 0; i < n && !found; i += 1 + tierup_code_caches(_Py_OPCODE(units[i]))) found = _Py_OPCODE(units[i]) == STORE_GLOBAL || _Py_OPCODE(units[i]) == DELETE_GLOBAL;
    Py_DECREF(bytes);
    return found;
}
