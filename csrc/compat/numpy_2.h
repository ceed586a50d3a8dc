/* The parts of NumPy 2's public structs that compiled code reads; NumPy itself is neither needed nor linked. `csrc/arrays.c` compares them with a live
   array before they are used. */
#ifndef TIERUP_NUMPY_2_H
#define TIERUP_NUMPY_2_H
#include <Python.h>

typedef struct {
    PyObject_HEAD
    char *data;
    int nd;
    Py_ssize_t *dimensions, *strides;
    PyObject *base, *descr;
    uint32_t flags;
} tierup_ndarray;

typedef struct {
    PyObject_HEAD
    PyTypeObject *typeobj;
    char kind, type, byteorder;
} tierup_dtype;

typedef struct {
    PyObject_HEAD
    double value;
} tierup_numpy_float64;

typedef struct {
    PyObject_HEAD
    int64_t value;
} tierup_numpy_int64;

typedef struct {
    PyObject_HEAD
    unsigned char value;
} tierup_numpy_truth;

enum { TIERUP_ARRAY_ALIGNED = 0x100, TIERUP_ARRAY_WRITEABLE = 0x400, TIERUP_NATIVE_ORDER = '=' };
#define TIERUP_ARRAY_WARN_ON_WRITE UINT32_C(0x80000000)

#endif
