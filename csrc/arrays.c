/* NumPy's arrays and scalars: the structs in compat/numpy_2.h are compared with live objects once; until then compiled code knows nothing of them. */
#include "helpers.h"
#include "compat/numpy_2.h"

enum { ARRAY, FLOAT, INT, BOOL, TYPES };

static const char *const type_names[TYPES] = {"numpy.ndarray", "numpy.float64", "numpy.int64", "numpy.bool"};
static PyTypeObject *types[TYPES];
static PyObject *float_dtype, *int_dtype; /* classes of dtypes */

static bool number_is(PyObject *object, const char *attribute, int item, Py_ssize_t wanted) {
    PyObject *value = PyObject_GetAttrString(object, attribute);
    if (value != NULL && item >= 0) Py_SETREF(value, PySequence_GetItem(value, item));
    Py_ssize_t found = value == NULL ? -1 : PyLong_AsSsize_t(value);
    Py_XDECREF(value);
    return found == wanted && !PyErr_Occurred();
}

static bool shaped(PyObject *object) {
    tierup_ndarray *a = (tierup_ndarray *)object;
    if (!number_is(object, "ndim", -1, a->nd) || a->nd != 2) return false;
    for (int i = 0; i < 2; i++)
        if (!number_is(object, "shape", i, a->dimensions[i]) || !number_is(object, "strides", i, a->strides[i])) return false;
    return a->dimensions[0] != a->dimensions[1] && a->strides[0] != a->strides[1];
}

static bool data_is(PyObject *object) {
    PyObject *interface = PyObject_GetAttrString(object, "__array_interface__"), *data = interface ? PyMapping_GetItemString(interface, "data") : NULL;
    if (data != NULL) Py_SETREF(data, PySequence_GetItem(data, 0));
    void *found = data ? PyLong_AsVoidPtr(data) : NULL;
    Py_XDECREF(data);
    Py_XDECREF(interface);
    return found != NULL && found == ((tierup_ndarray *)object)->data;
}

static bool flag_is(PyObject *object, const char *name, uint32_t bit) {
    PyObject *flags = PyObject_GetAttrString(object, "flags"), *value = flags ? PyObject_GetAttrString(flags, name) : NULL;
    bool fits = value != NULL && (value == Py_True) == ((((tierup_ndarray *)object)->flags & bit) != 0);
    Py_XDECREF(value);
    Py_XDECREF(flags);
    return fits;
}

static bool read_only(PyObject *object) {
    PyObject *done = PyObject_CallMethod(object, "setflags", "O", Py_False);
    Py_XDECREF(done);
    return done != NULL && flag_is(object, "writeable", TIERUP_ARRAY_WRITEABLE) && !(((tierup_ndarray *)object)->flags & TIERUP_ARRAY_WRITEABLE);
}

/* Element (1, 2) is set to 7 by NumPy, and read. */
static bool element_is(PyObject *object, int type) {
    tierup_ndarray *a = (tierup_ndarray *)object;
    PyObject *key = Py_BuildValue("(ii)", 1, 2), *seven = PyLong_FromLong(7), *item = NULL;
    bool fits = false;
    if (key != NULL && seven != NULL && PyObject_SetItem(object, key, seven) == 0 && (item = PyObject_GetItem(object, key)) != NULL && Py_IS_TYPE(item, types[type])) {
        char *place = a->data + a->strides[0] + 2 * a->strides[1];
        if (type == FLOAT) fits = *(double *)place == 7.0 && ((tierup_numpy_float64 *)item)->value == 7.0;
        else fits = *(int64_t *)place == 7 && ((tierup_numpy_int64 *)item)->value == 7;
    }
    Py_XDECREF(item);
    Py_XDECREF(seven);
    Py_XDECREF(key);
    return fits;
}

static bool dtype_is(PyObject *object, int type) {
    PyObject *dtype = PyObject_GetAttrString(object, "dtype");
    bool fits = dtype != NULL && dtype == ((tierup_ndarray *)object)->descr && ((tierup_dtype *)dtype)->typeobj == types[type] && ((tierup_dtype *)dtype)->byteorder == TIERUP_NATIVE_ORDER;
    Py_XDECREF(dtype);
    return fits;
}

static bool array_fits(PyObject *object, int type) {
    if (!Py_IS_TYPE(object, types[ARRAY]) || !dtype_is(object, type) || !shaped(object) || !data_is(object) || !element_is(object, type)) return false;
    if (!flag_is(object, "aligned", TIERUP_ARRAY_ALIGNED) || !flag_is(object, "writeable", TIERUP_ARRAY_WRITEABLE)) return false;
    PyObject *turned = PyObject_GetAttrString(object, "T");
    bool fits = turned != NULL && Py_IS_TYPE(turned, types[ARRAY]) && shaped(turned) && read_only(object);
    Py_XDECREF(turned);
    return fits;
}

/* The class of the dtypes of arrays with this type of elements; NULL if something is not what it should be. */
static PyObject *dtype_class(int type) {
    PyObject *array = PyObject_CallFunction((PyObject *)types[ARRAY], "((ii)O)", 2, 3, types[type]);
    PyObject *found = array != NULL && array_fits(array, type) ? Py_NewRef(Py_TYPE(((tierup_ndarray *)array)->descr)) : NULL;
    Py_XDECREF(array);
    return found;
}

static PyObject *truth_object(int comparison) {
    PyObject *number = tierup_box_numpy_float(1.0), *truth = number ? PyObject_RichCompare(number, number, comparison) : NULL;
    if (truth != NULL && !Py_IS_TYPE(truth, types[BOOL])) Py_CLEAR(truth);
    Py_XDECREF(number);
    return truth;
}

static bool type_fits(PyObject *object, int i) {
    PyTypeObject *type = (PyTypeObject *)object;
    return PyType_CheckExact(object) && !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && strcmp(type->tp_name, type_names[i]) == 0 && (i == ARRAY) == (type->tp_basicsize >= (Py_ssize_t)sizeof(tierup_ndarray));
}

bool tierup_arrays_learn(PyObject *const *found) {
    if (tierup_numpy.false_object != NULL) return memcmp(types, found, sizeof types) == 0; /* compiled code may use them already */
    for (int i = 0; i < TYPES; i++)
        if (!type_fits(found[i], i)) return false;
    if (((PyTypeObject *)found[FLOAT])->tp_basicsize != sizeof(tierup_numpy_float64) || ((PyTypeObject *)found[INT])->tp_basicsize != sizeof(tierup_numpy_int64)) return false;
    for (int i = 0; i < TYPES; i++) types[i] = (PyTypeObject *)found[i];
    tierup_numpy.float_type = types[FLOAT];
    tierup_numpy.int_type = types[INT];
    float_dtype = dtype_class(FLOAT);
    int_dtype = float_dtype ? dtype_class(INT) : NULL;
    tierup_numpy.true_object = int_dtype ? truth_object(Py_EQ) : NULL;
    tierup_numpy.false_object = tierup_numpy.true_object ? truth_object(Py_NE) : NULL;
    bool fits = tierup_numpy.false_object != NULL && ((tierup_numpy_truth *)tierup_numpy.true_object)->value == 1 && ((tierup_numpy_truth *)tierup_numpy.false_object)->value == 0;
    if (!fits) {
        PyErr_Clear();
        Py_CLEAR(float_dtype);
        Py_CLEAR(int_dtype);
        Py_CLEAR(tierup_numpy.true_object);
        Py_CLEAR(tierup_numpy.false_object);
        return false;
    }
    for (int i = 0; i < TYPES; i++) Py_INCREF(found[i]);
    return true;
}

const struct tierup_symbol *tierup_arrays_symbols(void) {
    static struct tierup_symbol symbols[TYPES + 5];
    if (tierup_numpy.false_object == NULL) return symbols;
    int n = 0;
    for (; n < TYPES; n++) symbols[n] = (struct tierup_symbol){type_names[n], types[n]};
    symbols[n++] = (struct tierup_symbol){"numpy.Float64DType", float_dtype};
    symbols[n++] = (struct tierup_symbol){"numpy.Int64DType", int_dtype};
    symbols[n++] = (struct tierup_symbol){"numpy.True_", tierup_numpy.true_object};
    symbols[n++] = (struct tierup_symbol){"numpy.False_", tierup_numpy.false_object};
    return symbols;
}
