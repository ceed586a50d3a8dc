/* What compiled code calls for NumPy's scalars. */
#include "helpers.h"
#include "compat/numpy_2.h"
#include <math.h>

struct tierup_numpy tierup_numpy;

/* ---- boxes ---- */

/* As NumPy makes its scalars; nothing can run. */
PyObject *tierup_box_numpy_float(double value) {
    PyObject *box = tierup_numpy.float_type->tp_alloc(tierup_numpy.float_type, 0);
    if (LIKELY(box != NULL)) ((tierup_numpy_float64 *)box)->value = value;
    return box;
}

PyObject *tierup_box_numpy_int(int64_t value) {
    PyObject *box = tierup_numpy.int_type->tp_alloc(tierup_numpy.int_type, 0);
    if (LIKELY(box != NULL)) ((tierup_numpy_int64 *)box)->value = value;
    return box;
}

PyObject *tierup_numpy_bool(bool value) { return value ? tierup_numpy.true_object : tierup_numpy.false_object; }

/* ---- arithmetic ---- */

static bool quiet_nan(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return isnan(x) && (bits >> 51 & 1) != 0;
}

static bool loud_nan(double x) { return isnan(x) && !quiet_nan(x); }

/* Of a result that is no ordinary number (too large, too small, no number at all): has the operation given no reason to warn? */
int64_t tierup_numpy_quiet(double x, double y, double result, int64_t divided) {
    if (loud_nan(x) || loud_nan(y)) return 0;
    if (isnan(result)) return isnan(x) || isnan(y);
    if (isinf(result)) return isinf(x) || (isinf(y) && !divided);
    return result == 0.0 && (x == 0.0 || (divided ? isinf(y) : y == 0.0)); /* else: underflow, perhaps */
}
