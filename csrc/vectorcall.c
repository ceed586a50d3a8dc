/* Functions that C code calls: sort keys, callbacks, slots of classes. Whoever has come to a stub from C once is called by way of this function from then on
   (once the interpreter is warm: it does not see these calls), which goes into the region without an interpreter around it. What it can't do, the plain one does; so it may stay, whatever becomes of the code. */
#include "direct.h"

static PyObject *function_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    PyThreadState *ts = _PyThreadState_GET();
    if (LIKELY(kwnames == NULL) && LIKELY(ts->cframe->current_frame != NULL)) {
        PyObject *result = tierup_direct_any(ts, (PyFunctionObject *)callable, NULL, (PyObject **)args, PyVectorcall_NARGS(nargsf), TIERUP_DIRECT_BORROW);
        if (LIKELY(result != TIERUP_NOT_DIRECT)) return result;
    }
    return _PyFunction_Vectorcall(callable, args, nargsf, kwnames);
}

void tierup_vectorcall_take(PyFunctionObject *function) {
    if (function->vectorcall == _PyFunction_Vectorcall && tierup_code_warm((PyCodeObject *)function->func_code)) function->vectorcall = function_vectorcall;
}
