/* Operators by special methods in Python. The operator's number: oparg of BINARY_OP or COMPARE_OP, and these bits. */
#include "helpers.h"

enum { REFLECTED = 0x100, COMPARES = 0x200 };

static const struct { size_t slot; const char *sign; } operators[] = {
#define OPERATOR(name, sign) {offsetof(PyNumberMethods, name), sign}
    [NB_ADD] = OPERATOR(nb_add, "+"), [NB_AND] = OPERATOR(nb_and, "&"), [NB_FLOOR_DIVIDE] = OPERATOR(nb_floor_divide, "//"),
    [NB_LSHIFT] = OPERATOR(nb_lshift, "<<"), [NB_MATRIX_MULTIPLY] = OPERATOR(nb_matrix_multiply, "@"), [NB_MULTIPLY] = OPERATOR(nb_multiply, "*"),
    [NB_REMAINDER] = OPERATOR(nb_remainder, "%"), [NB_OR] = OPERATOR(nb_or, "|"), [NB_RSHIFT] = OPERATOR(nb_rshift, ">>"),
    [NB_SUBTRACT] = OPERATOR(nb_subtract, "-"), [NB_TRUE_DIVIDE] = OPERATOR(nb_true_divide, "/"), [NB_XOR] = OPERATOR(nb_xor, "^"),
#undef OPERATOR
};

static binaryfunc slot_of(PyObject *object, int64_t operator) {
    PyNumberMethods *numbers = Py_TYPE(object)->tp_as_number;
    return numbers == NULL ? NULL : *(binaryfunc *)((char *)numbers + operators[operator & 0xff].slot);
}

static PyObject *repeat(PyObject *sequence, PyObject *times) {
    if (!PyIndex_Check(times)) {
        PyErr_Format(PyExc_TypeError, "can't multiply sequence by non-int of type '%.200s'", Py_TYPE(times)->tp_name);
        return NULL;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(times, PyExc_OverflowError);
    return n == -1 && PyErr_Occurred() ? NULL : Py_TYPE(sequence)->tp_as_sequence->sq_repeat(sequence, n);
}

/* The one that is left to be asked, as in binary_op1: the right operand's class if that is another one; of a reflected call the left one's. Then sequences. */
static PyObject *binary_rest(PyObject *left, PyObject *right, int64_t operator) {
    binaryfunc first = slot_of(left, operator), second = slot_of(right, operator), other = operator & REFLECTED ? first : second;
    if (Py_TYPE(left) != Py_TYPE(right) && other != NULL && first != second) {
        PyObject *result = other(left, right);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    PySequenceMethods *lefts = Py_TYPE(left)->tp_as_sequence, *rights = Py_TYPE(right)->tp_as_sequence;
    if ((operator & 0xff) == NB_ADD && lefts != NULL && lefts->sq_concat != NULL) return lefts->sq_concat(left, right);
    if ((operator & 0xff) == NB_MULTIPLY) {
        if (lefts != NULL && lefts->sq_repeat != NULL) return repeat(left, right);
        if (rights != NULL && rights->sq_repeat != NULL) return repeat(right, left);
    }
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'", operators[operator & 0xff].sign, Py_TYPE(left)->tp_name,
                 Py_TYPE(right)->tp_name);
    return NULL;
}

/* As do_richcompare goes on. */
static PyObject *compare_rest(PyObject *left, PyObject *right, int op) {
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    if (Py_TYPE(right)->tp_richcompare != NULL) {
        PyObject *result = Py_TYPE(right)->tp_richcompare(right, left, _Py_SwappedOp[op]);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    if (op == Py_EQ || op == Py_NE) return bool_ref((left == right) == (op == Py_EQ));
    PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'", signs[op], Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
    return NULL;
}

PyObject *tierup_special_rest(PyObject *left, PyObject *right, PyObject *result, int64_t operator) {
    if (LIKELY(result != Py_NotImplemented)) return result;
    Py_DECREF(result);
    return operator & COMPARES ? compare_rest(left, right, (int)(operator & 0xff)) : binary_rest(left, right, operator);
}

PyObject *tierup_special(PyThreadState *ts, PyObject *function, PyObject *left, PyObject *right, int64_t operator) {
    PyObject *operands[2] = {operator & REFLECTED ? right : left, operator & REFLECTED ? left : right};
    if (operator & COMPARES && UNLIKELY(_Py_EnterRecursiveCallTstate(ts, " in comparison"))) return NULL;
    PyObject *result = tierup_call_lent(ts, function, operands, 2);
    result = tierup_special_rest(left, right, result, operator);
    if (operator & COMPARES) _Py_LeaveRecursiveCallTstate(ts);
    return result;
}
