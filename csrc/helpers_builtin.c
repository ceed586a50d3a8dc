/* Calls of C functions by their kind, without the detour over vectorcall; and what some of them do, done at once. */
#include "helpers.h"
#include "internal/pycore_call.h"

PyObject *tierup_call_quiet(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n) {
    PyObject *result;
    if (LIKELY(Py_IS_TYPE(callable, &PyCFunction_Type))) {
        PyCFunctionObject *function = (PyCFunctionObject *)callable;
        if (callable == ts->interp->callable_cache.len && n == 1) return function->m_ml->ml_meth(PyCFunction_GET_SELF(callable), args[0]); /* the one that does not count */
        if (LIKELY(call_method_def(ts, function->m_ml, PyCFunction_GET_SELF(callable), args, n, &result))) return result;
        if (n == 2 && PyCFunction_GET_SELF(callable) == (PyObject *)&PyTuple_Type && tierup_new_tuple(ts, function->m_ml, args, &result)) return result;
    } else if (LIKELY(Py_IS_TYPE(callable, &PyMethodDescr_Type)) && n > 0) {
        PyMethodDescrObject *descr = (PyMethodDescrObject *)callable;
        if (LIKELY(PyObject_TypeCheck(args[0], PyDescr_TYPE(descr))) && LIKELY(call_method_def(ts, descr->d_method, args[0], args + 1, n - 1, &result))) return result;
    }
    return _PyObject_VectorcallTstate(ts, callable, args, (size_t)n, NULL);
}

PyObject *tierup_call_builtin(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n) { return give_turn(ts, tierup_call_quiet(ts, callable, args, n)); }

int64_t tierup_is_instance(PyObject *object, PyObject *cls) {
    if ((PyObject *)Py_TYPE(object) == cls) return 1;
    return PyObject_IsInstance(object, cls);
}

PyObject *tierup_dict_get(PyObject *dict, PyObject *key, PyObject *otherwise) {
    PyObject *value = tierup_dict_find(dict, key);
    if (value == NULL) {
        if (PyErr_Occurred()) return NULL;
        value = otherwise;
    }
    return new_ref(value);
}

int64_t tierup_str_ord(PyObject *str) { return PyUnicode_GET_LENGTH(str) == 1 ? (int64_t)PyUnicode_READ_CHAR(str, 0) : -1; }

PyObject *tierup_str_of(PyObject *object) { return PyObject_Str(object); }

int64_t tierup_object_id(PyObject *object) { return tierup_audit_seen(_PyThreadState_GET()) ? 0 : (int64_t)(intptr_t)object; }

PyObject *tierup_int_str(int64_t number) {
    char digits[20], *at = digits + sizeof digits; /* the smallest has 19, and its sign */
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do *--at = '0' + left % 10;
    while ((left /= 10) != 0);
    if (number < 0) *--at = '-';
    size_t length = digits + sizeof digits - at;
    PyObject *made = PyUnicode_New(length, 127);
    if (made != NULL) memcpy(PyUnicode_1BYTE_DATA(made), at, length);
    return made;
}
