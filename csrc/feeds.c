/* Generator expressions whose values native code takes in line (any, sum, list ...), when that is left early: the generator comes into being, the interpreter
   goes on in it, and what native code has gathered so far is completed. The values of TIERUP_FEED_* are rows of abi/feeds.py. */
#include "helpers.h"

/* ---- lists as list(generator) makes them: their capacity shows in sys.getsizeof ---- */

enum { GUESS = 8 }; /* what a generator's length is taken to be */

PyObject *tierup_gather_list(void) {
    PyObject *list = PyList_New(GUESS);
    if (list != NULL) Py_SET_SIZE(list, 0);
    return list;
}

/* Capacity that was guessed is given back, as list.extend does it at its end. */
int64_t tierup_gathered_list(PyObject *object) {
    PyListObject *list = (PyListObject *)object;
    Py_ssize_t size = Py_SIZE(list), capacity = size ? (size + (size >> 3) + 6) & ~(Py_ssize_t)3 : 0;
    if (size >= list->allocated >> 1) return 0;
    if (capacity == 0) {
        PyMem_Free(list->ob_item);
        list->ob_item = NULL;
    } else {
        PyObject **items = PyMem_Realloc(list->ob_item, capacity * sizeof(PyObject *));
        if (items == NULL) return 0;
        list->ob_item = items;
    }
    list->allocated = capacity;
    return 0;
}

/* ---- one value, and the end ---- */

/* 1: that decides it; 0: go on; -1: an exception. The value is released. */
static int fed_take(int64_t feed, PyObject **gathering, PyObject *value) {
    int result = 0;
    PyObject *sum;
    switch (feed) {
    case TIERUP_FEED_ANY:
    case TIERUP_FEED_ALL:
        result = PyObject_IsTrue(value);
        if (result >= 0) result = result == (feed == TIERUP_FEED_ANY);
        break;
    case TIERUP_FEED_SUM:
        sum = PyNumber_Add(*gathering, value);
        if (sum == NULL) result = -1;
        else Py_SETREF(*gathering, sum);
        break;
    case TIERUP_FEED_MIN:
    case TIERUP_FEED_MAX:
        result = *gathering == NULL ? 1 : PyObject_RichCompareBool(value, *gathering, feed == TIERUP_FEED_MIN ? Py_LT : Py_GT);
        if (result > 0) {
            Py_XSETREF(*gathering, Py_NewRef(value));
            result = 0;
        }
        break;
    case TIERUP_FEED_SET: result = PySet_Add(*gathering, value); break;
    default: result = PyList_Append(*gathering, value);
    }
    Py_DECREF(value);
    return result;
}

static PyObject *fed_finish(int64_t feed, PyObject **gathering, bool decided) {
    PyObject *result = *gathering;
    switch (feed) {
    case TIERUP_FEED_ANY:
    case TIERUP_FEED_ALL: return Py_NewRef(decided == (feed == TIERUP_FEED_ANY) ? Py_True : Py_False);
    case TIERUP_FEED_TUPLE: return PyList_AsTuple(result);
    case TIERUP_FEED_JOIN: return PyUnicode_Join(gathering[-1], result);
    case TIERUP_FEED_LIST:
    case TIERUP_FEED_SORTED:
        tierup_gathered_list(result);
        if (feed == TIERUP_FEED_SORTED && PyList_Sort(result) < 0) return NULL;
        break;
    case TIERUP_FEED_MIN:
    case TIERUP_FEED_MAX:
        if (result == NULL) PyErr_Format(PyExc_ValueError, "%s() arg is an empty sequence", feed == TIERUP_FEED_MIN ? "min" : "max");
    }
    return Py_XNewRef(result);
}

PyObject *tierup_feed_finish(PyObject *gathered, PyObject *self, int64_t feed) {
    PyObject *gathering[2] = {self, gathered};
    return fed_finish(feed, &gathering[1], false);
}

/* ---- leaving ---- */

PyObject *tierup_run_fed(PyThreadState *ts, void *frame, PyObject *value, int64_t failed, int64_t feed) {
    _PyInterpreterFrame *f = frame, *caller = f->previous;
    PyObject **gathering = &caller->localsplus[caller->stacktop - 1], *item;
    if (value != NULL) f->localsplus[f->stacktop++] = value;
    PyObject *gen = tierup_generators_go_on(ts, f, failed, &item);
    if (feed == TIERUP_FEED_LOOP) { /* NULL: an exception, or the end */
        *gathering = gen;
        return item;
    }
    int decided = 0;
    while (item != NULL) {
        decided = fed_take(feed, gathering, item);
        if (decided) break;
        item = Py_TYPE(gen)->tp_iternext(gen);
    }
    if (item == NULL && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear();
        else decided = -1;
    }
    PyObject *result = decided < 0 ? NULL : fed_finish(feed, gathering, decided > 0);
    Py_DECREF(gen);
    return result;
}
