/* Iterators and unpacking. */
#include "helpers.h"

PyObject *tierup_get_iter(PyObject *x) { return PyObject_GetIter(x); }

PyObject *tierup_for_iter(PyObject *iterator) {
    PyObject *next = Py_TYPE(iterator)->tp_iternext(iterator);
    if (next != NULL) return next;
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return (PyObject *)1;
        PyErr_Clear();
    }
    return NULL;
}

PyObject *tierup_range_iterator(int64_t start, int64_t stop, int64_t step) {
    _PyRangeIterObject *made = PyObject_New(_PyRangeIterObject, &PyRangeIter_Type);
    if (made == NULL) return NULL;
    int64_t distance = step > 0 ? stop - start : start - stop, by = step > 0 ? step : -step;
    made->index = 0;
    made->start = start;
    made->step = step;
    made->len = distance <= 0 ? 0 : by == 1 ? distance : (distance - 1) / by + 1;
    return (PyObject *)made;
}

PyObject *tierup_range_iterator_at(int64_t next, int64_t start, int64_t stop, int64_t step) {
    PyObject *made = tierup_range_iterator(start, stop, step);
    if (made != NULL) ((_PyRangeIterObject *)made)->index = (next - start) / step;
    return made;
}

/* Iterators whose next runs no Python code. */
static bool iterates_plainly(PyTypeObject *type) {
    return type == &PyListIter_Type || type == &PyTupleIter_Type || type == &PyRangeIter_Type || type == &PyDictIterItem_Type || type == &PyDictIterKey_Type
        || type == &PyDictIterValue_Type || type == &PySetIter_Type || type == &PyUnicodeIter_Type || type == &PyListRevIter_Type;
}

int64_t tierup_zip_plain(PyObject *object) {
    PyObject *iterators = ((tierup_zip *)object)->iterators;
    for (Py_ssize_t i = 0, n = PyTuple_GET_SIZE(iterators); i < n; i++)
        if (!iterates_plainly(Py_TYPE(PyTuple_GET_ITEM(iterators, i)))) return 0;
    return 1;
}

/* ---- enumerate ---- */

/* Puts a number where the pair that the enumerator reuses has its index: into the object there if nobody else holds it. */
static int replace_index(PyObject **place, Py_ssize_t index) {
    PyLongObject *old = (PyLongObject *)*place;
    if (PyLong_CheckExact(old) && Py_REFCNT(old) == 1 && Py_SIZE(old) == 1 && old->ob_digit[0] >= _PY_NSMALLPOSINTS && index <= PyLong_MASK) {
        old->ob_digit[0] = (digit)index;
        return 0;
    }
    PyObject *number = tierup_box_int(index);
    if (number == NULL) return -1;
    *place = number;
    Py_DECREF(old);
    return 0;
}

int64_t tierup_enumerate_next(PyObject *object, void *out) {
    tierup_enumerate *e = (tierup_enumerate *)object;
    PyObject *item = Py_TYPE(e->iterator)->tp_iternext(e->iterator), *result = e->result;
    if (item == NULL) return PyErr_Occurred() ? -1 : 0;
    int64_t index = e->index;
    if (Py_REFCNT(result) == 1) { /* the pair keeps the last item alive, as it does when it is handed out */
        PyObject **pair = ((PyTupleObject *)result)->ob_item, *old = pair[1];
        if (replace_index(pair, index) < 0) {
            Py_DECREF(item);
            return -1;
        }
        e->index++;
        pair[1] = new_ref(item);
        if (UNLIKELY(!_PyObject_GC_IS_TRACKED(result))) PyObject_GC_Track(result);
        Py_INCREF(result);
        Py_DECREF(old);
        Py_DECREF(result);
    } else {
        e->index++;
    }
    ((int64_t *)out)[0] = index;
    ((PyObject **)out)[1] = item;
    return 1;
}

/* The items of an exact tuple or list, or NULL. */
static inline PyObject **items_of(PyObject *sequence) {
    if (PyTuple_CheckExact(sequence)) return ((PyTupleObject *)sequence)->ob_item;
    return PyList_CheckExact(sequence) ? ((PyListObject *)sequence)->ob_item : NULL;
}

static PyObject *iterate(PyObject *sequence) {
    PyObject *iterator = PyObject_GetIter(sequence);
    if (iterator == NULL && PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(sequence)->tp_iter == NULL && !PySequence_Check(sequence)) {
        PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(sequence)->tp_name);
    }
    return iterator;
}

/* Fills out[0..count) from an iterator; `least` is what the message asks for, -1 for an exact count. On failure nothing is left in out. */
static int take(PyObject *iterator, int count, int least, PyObject **out) {
    for (int i = 0; i < count; i++) {
        out[i] = PyIter_Next(iterator);
        if (out[i] != NULL) continue;
        if (!PyErr_Occurred()) {
            if (least < 0) PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected %d, got %d)", count, i);
            else PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected at least %d, got %d)", least, i);
        }
        release_backward(out, i);
        return -1;
    }
    return 0;
}

int64_t tierup_unpack_sequence(PyThreadState *ts, PyObject *sequence, int64_t n, void *result) {
    PyObject **out = result, **items = items_of(sequence);
    if (items != NULL && Py_SIZE(sequence) == n) {
        for (int64_t i = 0; i < n; i++) out[i] = new_ref(items[i]);
        return 0;
    }
    PyObject *iterator = iterate(sequence);
    if (iterator == NULL) return -1;
    if (take(iterator, (int)n, -1, out) == 0) {
        PyObject *excess = PyIter_Next(iterator);
        if (excess == NULL && !PyErr_Occurred()) {
            Py_DECREF(iterator);
            return 0;
        }
        if (excess != NULL) {
            Py_DECREF(excess);
            PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %d)", (int)n);
        }
        release_backward(out, n);
    }
    Py_DECREF(iterator);
    return -1;
}

int64_t tierup_unpack_ex(PyThreadState *ts, PyObject *sequence, int64_t oparg, void *result) {
    PyObject **out = result;
    int before = (int)(oparg & 0xFF), after = (int)(oparg >> 8);
    PyObject *iterator = iterate(sequence);
    if (iterator == NULL) return -1;
    if (take(iterator, before, before + after, out) == 0) {
        PyObject *rest = PySequence_List(iterator);
        Py_ssize_t size = rest ? PyList_GET_SIZE(rest) : -1;
        if (size >= after) {
            out[before] = rest;
            for (int i = 0; i < after; i++) out[before + 1 + i] = PyList_GET_ITEM(rest, size - after + i);
            Py_SET_SIZE(rest, size - after);
            Py_DECREF(iterator);
            return 0;
        }
        if (rest != NULL) {
            PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected at least %d, got %zd)", before + after, before + size);
            Py_DECREF(rest);
        }
        release_backward(out, before);
    }
    Py_DECREF(iterator);
    return -1;
}

/* UNPACK_SEQUENCE and the STORE_FASTs behind it, in their order; n is at most 64. What is there already stays, with its reference. From the first old value that
   dies on, all items get their references first, as its finaliser may change the sequence. */
int64_t tierup_unpack_store(_PyInterpreterFrame *f, PyObject *sequence, int64_t n, int64_t owned, int64_t first, int64_t offset) {
    PyObject *items[64], **from = PyList_CheckExact(sequence) ? ((PyListObject *)sequence)->ob_item : ((PyTupleObject *)sequence)->ob_item;
    PyObject **slots = f->localsplus + first;
    _Py_CODEUNIT *place = f->prev_instr;
    int64_t done = 0;
    for (; done < n; done++) {
        PyObject *old = slots[done], *item = from[done];
        if (old == item) continue;
        if (old != NULL && UNLIKELY(old->ob_refcnt == 1)) break;
        slots[done] = new_ref(item);
        if (old != NULL) old->ob_refcnt--;
    }
    for (int64_t i = done; i < n; i++) items[i] = new_ref(from[i]);
    if (owned) Py_DECREF(sequence);
    for (int64_t i = done; i < n; i++) {
        PyObject *old = slots[i];
        slots[i] = items[i];
        if (old == NULL || --old->ob_refcnt != 0) continue;
        f->prev_instr = _PyCode_CODE(f->f_code) + offset / (int64_t)sizeof(_Py_CODEUNIT) + i;
        _Py_Dealloc(old);
        f->prev_instr = place;
    }
    return 0;
}

int64_t tierup_can_unpack(PyObject *sequence, int64_t n) {
    return (PyTuple_CheckExact(sequence) || PyList_CheckExact(sequence)) && Py_SIZE(sequence) == n;
}
