/* Arithmetic, comparison, truth: exact ints of up to two digits, floats and strs are done here, everything else as the abstract object layer does it. */
#include "helpers.h"
#include "objects.h"
#include <errno.h>
#include <math.h>

/* ---- boxes ---- */

static PyLongObject *small_ints; /* the shared objects of -5 .. 256 lie in one array */

PyObject *tierup_box_int(int64_t value) {
    if (value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS) {
        if (UNLIKELY(small_ints == NULL)) {
            PyObject *lowest = PyLong_FromLong(-_PY_NSMALLNEGINTS);
            small_ints = (PyLongObject *)lowest;
            Py_DECREF(lowest);
        }
        return new_ref((PyObject *)(small_ints + _PY_NSMALLNEGINTS + value));
    }
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (UNLIKELY(left >> (2 * PyLong_SHIFT) != 0)) return PyLong_FromLongLong(value);
    PyLongObject *box = tierup_spare_object(TIERUP_INT_SIZE);
    if (UNLIKELY(box == NULL)) return PyErr_NoMemory();
    Py_ssize_t count = 1 + (left >> PyLong_SHIFT != 0);
    Py_SET_REFCNT(box, 1);
    Py_SET_TYPE(box, &PyLong_Type);
    Py_SET_SIZE(box, value < 0 ? -count : count);
    box->ob_digit[0] = (digit)(left & PyLong_MASK);
    box->ob_digit[1] = (digit)(left >> PyLong_SHIFT);
    return (PyObject *)box;
}

PyObject *tierup_box_float(double value) {
    PyObject *reused = tierup_reused_float();
    if (UNLIKELY(reused == NULL)) return PyFloat_FromDouble(value);
    ((PyFloatObject *)reused)->ob_fval = value;
    return reused;
}

/* ---- floats ---- */

double tierup_float_mod(double x, double y) {
    double mod = fmod(x, y);
    if (mod == 0.0) return copysign(0.0, y);
    return (y < 0) != (mod < 0) ? mod + y : mod;
}

double tierup_float_floordiv(double x, double y) {
    double mod = fmod(x, y), quotient = (x - mod) / y;
    if (mod != 0.0 && (y < 0) != (mod < 0)) quotient -= 1.0;
    if (quotient == 0.0) return copysign(0.0, x / y);
    double floored = floor(quotient);
    return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

int64_t tierup_float_pow(double x, double y, void *out) {
    if (LIKELY(x > 0.0 && isfinite(x) && isfinite(y))) {
        double ordinary = pow(x, y);
        if (LIKELY(isnormal(ordinary))) { /* then there was no error; errno, which the interpreter does not keep either, takes a call to look at */
            *(double *)out = ordinary;
            return 1;
        }
    }
    if (!isfinite(x) || !isfinite(y)) return 0;
    bool odd = x <= 0.0 && fmod(fabs(y), 2.0) == 1.0; /* of no interest for other bases */
    double result;
    if (y == 0.0) {
        result = 1.0;
    } else if (x == 0.0) {
        if (y < 0.0) return 0;
        result = odd ? x : 0.0;
    } else {
        if (x < 0.0 && y != floor(y)) return 0;
        double base = fabs(x);
        int saved = errno;
        errno = 0;
        result = base == 1.0 ? 1.0 : pow(base, y);
        bool strange = errno != 0 || !isfinite(result);
        errno = saved;
        if (strange) return 0;
        if (x < 0.0 && odd) result = -result;
    }
    *(double *)out = result;
    return 1;
}

/* The four kinds of failure (division by zero, overflow, complex result, unknown operation) answer NULL without an exception: the caller takes the general way. */
static PyObject *float_op(double x, double y, int op) {
    switch (op) {
    case NB_ADD: return tierup_box_float(x + y);
    case NB_SUBTRACT: return tierup_box_float(x - y);
    case NB_MULTIPLY: return tierup_box_float(x * y);
    case NB_TRUE_DIVIDE: return y == 0.0 ? NULL : tierup_box_float(x / y);
    case NB_FLOOR_DIVIDE: return y == 0.0 ? NULL : tierup_box_float(tierup_float_floordiv(x, y));
    case NB_REMAINDER: return y == 0.0 ? NULL : tierup_box_float(tierup_float_mod(x, y));
    case NB_POWER: return tierup_float_pow(x, y, &x) ? tierup_box_float(x) : NULL;
    default: return NULL;
    }
}

/* ---- ints ---- */

static PyObject *int_power(int64_t base, int64_t exponent) {
    if (exponent < 0 || exponent > 62) return NULL;
    int64_t result = 1;
    while (exponent) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result)) return NULL;
        exponent >>= 1;
        if (exponent && __builtin_mul_overflow(base, base, &base)) return NULL;
    }
    return tierup_box_int(result);
}

/* Operands below 2**60 in absolute value. */
static PyObject *int_op(int64_t a, int64_t b, int op) {
    int64_t r;
    switch (op) {
    case NB_ADD: return tierup_box_int(a + b);
    case NB_SUBTRACT: return tierup_box_int(a - b);
    case NB_MULTIPLY: return __builtin_mul_overflow(a, b, &r) ? NULL : tierup_box_int(r);
    case NB_FLOOR_DIVIDE:
        if (b == 0) return NULL;
        r = a / b;
        return tierup_box_int(r - (a % b != 0 && (a < 0) != (b < 0)));
    case NB_REMAINDER:
        if (b == 0) return NULL;
        r = a % b;
        return tierup_box_int(r != 0 && (r < 0) != (b < 0) ? r + b : r);
    case NB_TRUE_DIVIDE: {
        const int64_t exact = INT64_C(1) << 53;
        return b == 0 || a > exact || a < -exact || b > exact || b < -exact ? NULL : tierup_box_float((double)a / (double)b);
    }
    case NB_LSHIFT:
        if (b < 0 || b > 62) return NULL;
        r = (int64_t)((uint64_t)a << b);
        return r >> b != a ? NULL : tierup_box_int(r);
    case NB_RSHIFT: return b < 0 ? NULL : tierup_box_int(a >> (b > 63 ? 63 : b));
    case NB_AND: return tierup_box_int(a & b);
    case NB_OR: return tierup_box_int(a | b);
    case NB_XOR: return tierup_box_int(a ^ b);
    case NB_POWER: return int_power(a, b);
    default: return NULL;
    }
}

static PyObject *power(PyObject *a, PyObject *b) { return PyNumber_Power(a, b, Py_None); }
static PyObject *power_in_place(PyObject *a, PyObject *b) { return PyNumber_InPlacePower(a, b, Py_None); }

static const binaryfunc general[] = {
    [NB_ADD] = PyNumber_Add,
    [NB_AND] = PyNumber_And,
    [NB_FLOOR_DIVIDE] = PyNumber_FloorDivide,
    [NB_LSHIFT] = PyNumber_Lshift,
    [NB_MATRIX_MULTIPLY] = PyNumber_MatrixMultiply,
    [NB_MULTIPLY] = PyNumber_Multiply,
    [NB_REMAINDER] = PyNumber_Remainder,
    [NB_OR] = PyNumber_Or,
    [NB_POWER] = power,
    [NB_RSHIFT] = PyNumber_Rshift,
    [NB_SUBTRACT] = PyNumber_Subtract,
    [NB_TRUE_DIVIDE] = PyNumber_TrueDivide,
    [NB_XOR] = PyNumber_Xor,
    [NB_INPLACE_ADD] = PyNumber_InPlaceAdd,
    [NB_INPLACE_AND] = PyNumber_InPlaceAnd,
    [NB_INPLACE_FLOOR_DIVIDE] = PyNumber_InPlaceFloorDivide,
    [NB_INPLACE_LSHIFT] = PyNumber_InPlaceLshift,
    [NB_INPLACE_MATRIX_MULTIPLY] = PyNumber_InPlaceMatrixMultiply,
    [NB_INPLACE_MULTIPLY] = PyNumber_InPlaceMultiply,
    [NB_INPLACE_REMAINDER] = PyNumber_InPlaceRemainder,
    [NB_INPLACE_OR] = PyNumber_InPlaceOr,
    [NB_INPLACE_POWER] = power_in_place,
    [NB_INPLACE_RSHIFT] = PyNumber_InPlaceRshift,
    [NB_INPLACE_SUBTRACT] = PyNumber_InPlaceSubtract,
    [NB_INPLACE_TRUE_DIVIDE] = PyNumber_InPlaceTrueDivide,
    [NB_INPLACE_XOR] = PyNumber_InPlaceXor,
};

PyObject *tierup_binary_op(PyObject *a, PyObject *b, int64_t oparg) {
    int op = oparg >= NB_INPLACE_ADD ? (int)oparg - NB_INPLACE_ADD : (int)oparg;
    PyTypeObject *ta = Py_TYPE(a), *tb = Py_TYPE(b);
    PyObject *result = NULL;
    int64_t i, j;
    if (ta == &PyLong_Type) {
        if (tb == &PyLong_Type) {
            if (small_int(a, &i) && small_int(b, &j)) result = int_op(i, j, op);
        } else if (tb == &PyFloat_Type && small_int(a, &i)) {
            result = float_op((double)i, PyFloat_AS_DOUBLE(b), op);
        }
    } else if (ta == &PyFloat_Type) {
        if (tb == &PyFloat_Type) result = float_op(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b), op);
        else if (tb == &PyLong_Type && small_int(b, &j)) result = float_op(PyFloat_AS_DOUBLE(a), (double)j, op);
    } else if (ta == &PyUnicode_Type && tb == &PyUnicode_Type && op == NB_ADD) {
        return PyUnicode_Concat(a, b);
    }
    if (LIKELY(result != NULL)) return result;
    if (UNLIKELY(PyErr_Occurred() != NULL)) return NULL; /* a box could not be had */
    return general[oparg](a, b);
}

PyObject *tierup_unary_negative(PyObject *x) {
    int64_t i;
    if (PyFloat_CheckExact(x)) return tierup_box_float(-PyFloat_AS_DOUBLE(x));
    if (PyLong_CheckExact(x) && small_int(x, &i)) return tierup_box_int(-i);
    return PyNumber_Negative(x);
}

PyObject *tierup_unary_positive(PyObject *x) { return PyNumber_Positive(x); }

PyObject *tierup_unary_invert(PyObject *x) {
    int64_t i;
    if (PyLong_CheckExact(x) && small_int(x, &i)) return tierup_box_int(~i);
    return PyNumber_Invert(x);
}

/* ---- truth and comparison ---- */

int64_t tierup_long_truth(PyObject *x) { return Py_SIZE(x) != 0; }

int64_t tierup_is_true(PyObject *x) {
    if (x == Py_True) return 1;
    if (x == Py_False || x == Py_None) return 0;
    PyTypeObject *type = Py_TYPE(x);
    if (type == &PyLong_Type || type == &PyList_Type || type == &PyTuple_Type || type == &PyBytes_Type) return Py_SIZE(x) != 0;
    if (type == &PyDict_Type) return ((PyDictObject *)x)->ma_used != 0;
    if (type == &PyFloat_Type) return PyFloat_AS_DOUBLE(x) != 0.0;
    return PyObject_IsTrue(x);
}

#define ORDER(a, b, op) \
    ((op) == Py_LT ? (a) < (b) : (op) == Py_LE ? (a) <= (b) : (op) == Py_EQ ? (a) == (b) : (op) == Py_NE ? (a) != (b) : (op) == Py_GT ? (a) > (b) : (a) >= (b))

PyObject *tierup_compare(PyObject *a, PyObject *b, int64_t op) {
    PyTypeObject *ta = Py_TYPE(a), *tb = Py_TYPE(b);
    const int64_t exact = INT64_C(1) << 53;
    int64_t i, j;
    if (ta == tb) {
        if (ta == &PyLong_Type && small_int(a, &i) && small_int(b, &j)) return bool_ref(ORDER(i, j, op));
        if (ta == &PyFloat_Type) {
            double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
            return bool_ref(ORDER(x, y, op));
        }
        if (ta == &PyUnicode_Type && (op == Py_EQ || op == Py_NE) && PyUnicode_IS_READY(a) && PyUnicode_IS_READY(b)) return bool_ref(str_same(a, b) == (op == Py_EQ));
    } else if (ta == &PyLong_Type && tb == &PyFloat_Type && small_int(a, &i) && i < exact && i > -exact) {
        double x = (double)i, y = PyFloat_AS_DOUBLE(b);
        return bool_ref(ORDER(x, y, op));
    } else if (ta == &PyFloat_Type && tb == &PyLong_Type && small_int(b, &j) && j < exact && j > -exact) {
        double x = PyFloat_AS_DOUBLE(a), y = (double)j;
        return bool_ref(ORDER(x, y, op));
    }
    return PyObject_RichCompare(a, b, (int)op);
}

/* `item in` an array of references, for an exact str or small int and as long as only builtin values are met; -1: cannot tell. */
static int array_contains(PyObject **items, Py_ssize_t count, PyObject *item) {
    bool is_str = plain_str(item);
    int64_t value, other;
    if (!is_str && !(PyLong_CheckExact(item) && small_int(item, &value))) return -1;
    for (Py_ssize_t k = 0; k < count; k++) {
        PyObject *each = items[k];
        if (each == item) return 1;
        if (plain_str(each)) {
            if (is_str && str_same(each, item)) return 1;
        } else if (PyLong_CheckExact(each)) {
            if (!is_str && small_int(each, &other) && other == value) return 1;
        } else if (each != Py_None) {
            return -1;
        }
    }
    return 0;
}

int64_t tierup_contains(PyObject *item, PyObject *container) {
    PyTypeObject *type = Py_TYPE(container);
    if (type == &PyDict_Type) return tierup_dict_has(container, item);
    if ((type == &PySet_Type || type == &PyFrozenSet_Type) && !PySet_Check(item)) return tierup_set_has(container, item);
    int known = -1;
    if (type == &PyList_Type) known = array_contains(((PyListObject *)container)->ob_item, Py_SIZE(container), item);
    else if (type == &PyTuple_Type) known = array_contains(((PyTupleObject *)container)->ob_item, Py_SIZE(container), item);
    return known >= 0 ? known : PySequence_Contains(container, item);
}

static inline bool simple(PyTypeObject *type) {
    return type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type || type == &PyBool_Type || type == Py_TYPE(Py_None);
}

/* The item is of such a type: == of two of them is done in C and raises nothing. (Not bytes: python -b warns when they meet a str.) */
int64_t tierup_contains_simple(PyObject *item, PyObject *container) {
    PyObject **items = PyList_CheckExact(container) ? ((PyListObject *)container)->ob_item : ((PyTupleObject *)container)->ob_item;
    int64_t n = Py_SIZE(container);
    int known = array_contains(items, n, item);
    for (int64_t i = 0; known < 0 && i < n; i++) {
        if (items[i] != item && !simple(Py_TYPE(items[i]))) return 2;
        int same = PyObject_RichCompareBool(items[i], item, Py_EQ);
        if (same > 0) known = 1;
        if (UNLIKELY(same < 0)) { /* a str that could not be made ready */
            PyErr_Clear();
            return 2;
        }
    }
    return known > 0;
}

/* ---- strs ---- */

PyObject *tierup_str_item(PyObject *s, int64_t i) {
    if (UNLIKELY(PyUnicode_READY(s) < 0)) return NULL;
    return PyUnicode_FromOrdinal((int)PyUnicode_READ_CHAR(s, i));
}

int64_t tierup_str_equal(PyObject *a, PyObject *b) {
    if (LIKELY(PyUnicode_IS_READY(a) && PyUnicode_IS_READY(b))) return str_same(a, b);
    int order = PyUnicode_Compare(a, b);
    if (order == -1 && PyErr_Occurred()) PyErr_Clear();
    return order == 0;
}

PyObject *tierup_str_concat(PyObject *a, PyObject *b) { return PyUnicode_Concat(a, b); }

PyObject *tierup_str_append(PyObject *a, PyObject *b) {
    PyUnicode_Append(&a, b);
    return a;
}
