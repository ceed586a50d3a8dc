/* container[key] in its three forms, and slices. */
#include "caught.h"
#include "helpers.h"

/* The position of an exact int of at most two digits in a sequence of `size`, or -1. */
static inline int64_t position(PyObject *key, int64_t size) {
    int64_t i;
    return PyLong_CheckExact(key) && small_int(key, &i) && wrap_index(&i, size) ? i : -1;
}

PyObject *tierup_dict_subscr(PyObject *dict, PyObject *key) {
    PyObject *value = tierup_dict_find(dict, key);
    if (LIKELY(value != NULL)) return new_ref(value);
    if (!PyErr_Occurred()) {
        if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key)) PyErr_SetObject(PyExc_KeyError, key); /* others may be taken for the arguments */
        else _PyErr_SetKeyError(key);
    }
    return NULL;
}

/* A class that inherits from dict what it does for [], but for __missing__. */
static PyObject *kind_of_dict_subscr(PyObject *dict, PyObject *key) {
    PyObject *value = tierup_dict_find(dict, key);
    if (LIKELY(value != NULL)) return new_ref(value);
    if (PyErr_Occurred()) return NULL;
    PyObject *missing = _PyObject_LookupSpecial(dict, &_Py_ID(__missing__));
    if (missing != NULL) {
        value = PyObject_CallOneArg(missing, key);
        Py_DECREF(missing);
    } else if (!PyErr_Occurred()) {
        _PyErr_SetKeyError(key);
    }
    return value;
}

PyObject *tierup_binary_subscr(PyObject *container, PyObject *key) {
    PyTypeObject *type = Py_TYPE(container);
    int64_t i;
    if (type == &PyList_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return new_ref(PyList_GET_ITEM(container, i));
    } else if (type == &PyTuple_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return new_ref(PyTuple_GET_ITEM(container, i));
    } else if (type == &PyDict_Type) {
        return tierup_dict_subscr(container, key);
    } else if (type == &PyUnicode_Type) {
        if (PyUnicode_IS_READY(container) && (i = position(key, PyUnicode_GET_LENGTH(container))) >= 0) return tierup_str_item(container, i);
    } else if (type == &PyBytes_Type) {
        if ((i = position(key, Py_SIZE(container))) >= 0) return tierup_box_int((unsigned char)PyBytes_AS_STRING(container)[i]);
    } else if (PyTuple_Check(key) && PyDict_Check(container) && type->tp_as_mapping->mp_subscript == PyDict_Type.tp_as_mapping->mp_subscript) {
        return kind_of_dict_subscr(container, key);
    }
    return PyObject_GetItem(container, key);
}

int64_t tierup_dict_store(PyObject *dict, PyObject *key, PyObject *value) { return tierup_dict_put(dict, key, value); }

int64_t tierup_dict_store_plain(PyObject *dict, PyObject *key, PyObject *value) {
    if (UNLIKELY(tierup_caught_unmade != NULL) && tierup_dict_find(dict, key) != NULL) tierup_caught_seen(); /* what is replaced may have a finaliser */
    return tierup_dict_put(dict, key, value);
}

int64_t tierup_store_subscr(PyObject *container, PyObject *key, PyObject *value) {
    PyTypeObject *type = Py_TYPE(container);
    if (type == &PyList_Type) {
        int64_t i = position(key, Py_SIZE(container));
        if (i >= 0) {
            PyObject *old = PyList_GET_ITEM(container, i);
            PyList_SET_ITEM(container, i, new_ref(value));
            Py_DECREF(old);
            return 0;
        }
    } else if (PyDict_Check(container) && type->tp_as_mapping->mp_ass_subscript == PyDict_Type.tp_as_mapping->mp_ass_subscript) {
        return tierup_dict_put(container, key, value);
    }
    return PyObject_SetItem(container, key, value);
}

int64_t tierup_delete_subscr(PyObject *container, PyObject *key) { return PyObject_DelItem(container, key); }

PyObject *tierup_build_slice(PyObject *start, PyObject *stop, PyObject *step) { return PySlice_New(start, stop, step); }

PyObject *tierup_list_slice(PyObject *list, int64_t start, int64_t stop, int64_t step) {
    Py_ssize_t size = PyList_GET_SIZE(list), first = start, end = stop, count = PySlice_AdjustIndices(size, &first, &end, step);
    PyObject *made = PyList_New(count);
    if (made == NULL) return NULL;
    if (UNLIKELY(PyList_GET_SIZE(list) != size)) { /* a finaliser that the collector ran has changed it */
        Py_DECREF(made);
        return tierup_list_slice(list, start, stop, step);
    }
    PyObject **from = ((PyListObject *)list)->ob_item + first, **to = ((PyListObject *)made)->ob_item;
    for (Py_ssize_t i = 0; i < count; i++) to[i] = new_ref(from[i * step]);
    return made;
}

int64_t tierup_list_set_slice(PyObject *list, int64_t start, int64_t stop, PyObject *value) {
    Py_ssize_t first = start, end = stop;
    PySlice_AdjustIndices(PyList_GET_SIZE(list), &first, &end, 1);
    return PyList_SetSlice(list, first, end, value);
}

/* ---- list[start:stop] = slices of lists, one behind the other ---- */

enum { PARTS = 3, AT_HAND = 32 };

struct part { PyObject *list; int64_t start, stop, step; Py_ssize_t size, first, count; };

/* Not by an initialiser, which would fill the rest, too: that costs more than to reverse ten items. */
static inline void splice_set(struct part *part, PyObject *list, int64_t start, int64_t stop, int64_t step) {
    part->list = list;
    part->start = start;
    part->stop = stop;
    part->step = step;
}

static inline Py_ssize_t splice_bound(int64_t bound, Py_ssize_t size, Py_ssize_t least, Py_ssize_t most) {
    if (bound < 0) bound += size;
    return bound < least ? least : bound > most ? most : bound;
}

/* What PySlice_AdjustIndices computes. */
static inline void splice_measure(struct part *part) {
    Py_ssize_t size = part->size = PyList_GET_SIZE(part->list), back = part->step < 0;
    Py_ssize_t first = part->first = splice_bound(part->start, size, -back, size - back), end = splice_bound(part->stop, size, -back, size - back);
    if (back) part->count = end >= first ? 0 : part->step == -1 ? first - end : (first - end - 1) / -part->step + 1;
    else part->count = end <= first ? 0 : part->step == 1 ? end - first : (end - first - 1) / part->step + 1;
}

static inline Py_ssize_t splice_measure_all(struct part *parts) {
    Py_ssize_t total = 0;
    for (struct part *part = parts; part < parts + PARTS && part->list != NULL; part++) {
        splice_measure(part);
        total += part->count;
    }
    return total;
}

static inline void splice_gather(struct part *parts, PyObject **to) {
    for (struct part *part = parts; part < parts + PARTS && part->list != NULL; part++) {
        PyObject **from = ((PyListObject *)part->list)->ob_item + part->first;
        for (Py_ssize_t i = 0; i < part->count; i++) *to++ = from[i * part->step];
    }
}

/* Are the parts, all in all, just what stands in [first, end) of the list? Its items change their places then, and no reference count changes. */
static inline bool splice_permutes(struct part *parts, PyObject *list, Py_ssize_t first, Py_ssize_t end) {
    for (int k = 0; k < PARTS && parts[k].list != NULL; k++) {
        Py_ssize_t low = parts[k].step < 0 ? parts[k].first - parts[k].count + 1 : parts[k].first, high = low + parts[k].count;
        if (parts[k].count == 0) continue;
        if (parts[k].list != list || (parts[k].step != 1 && parts[k].step != -1) || low < first || high > end) return false;
        for (int j = 0; j < k; j++) /* those before have step 1 */
            if (parts[j].count != 0 && low < parts[j].first + parts[j].count && parts[j].first < high) return false;
    }
    return true;
}

static inline void splice_reverse(PyObject **items, Py_ssize_t count) {
    for (Py_ssize_t low = 0, high = count - 1; low < high; low++, high--) {
        PyObject *item = items[low];
        items[low] = items[high];
        items[high] = item;
    }
}

static bool splice_permute(struct part *parts, PyObject **to, Py_ssize_t count) {
    if (parts[0].step == -1) { /* and there are no others */
        splice_reverse(to, count);
        return true;
    }
    PyObject *at_hand[AT_HAND], **items = count <= AT_HAND ? at_hand : PyMem_Malloc(count * sizeof *items);
    if (items == NULL) return false;
    splice_gather(parts, items);
    for (Py_ssize_t i = 0; i < count; i++) to[i] = items[i];
    if (items != at_hand) PyMem_Free(items);
    return true;
}

static bool splice_changed(struct part *parts) {
    for (int k = 0; k < PARTS && parts[k].list != NULL; k++)
        if (PyList_GET_SIZE(parts[k].list) != parts[k].size) return true;
    return false;
}

int64_t tierup_list_splice(PyObject *list, int64_t start, int64_t stop, PyObject *list1, int64_t start1, int64_t stop1, int64_t step1, PyObject *list2, int64_t start2,
                           int64_t stop2, PyObject *list3, int64_t start3, int64_t stop3) {
    struct part parts[PARTS], target;
    splice_set(parts, list1, start1, stop1, step1);
    splice_set(parts + 1, list2, start2, stop2, 1);
    splice_set(parts + 2, list3, start3, stop3, 1);
    splice_set(&target, list, start, stop, 1);
    Py_ssize_t total = splice_measure_all(parts), first;
    splice_measure(&target);
    first = target.first;
    /* Not of nothing: an empty list gives its memory back then, as sys.getsizeof shows. */
    if (total > 0 && total == target.count && splice_permutes(parts, list, first, first + total) && splice_permute(parts, ((PyListObject *)list)->ob_item + first, total)) return 0;
    PyObject *value;
    for (;;) {
        if ((value = PyList_New(total)) == NULL) return -1;
        if (LIKELY(!splice_changed(parts))) break; /* else: by a finaliser that the collector ran */
        Py_DECREF(value);
        total = splice_measure_all(parts);
    }
    splice_gather(parts, ((PyListObject *)value)->ob_item);
    for (Py_ssize_t i = 0; i < total; i++) Py_INCREF(PyList_GET_ITEM(value, i));
    int64_t status = tierup_list_set_slice(list, start, stop, value);
    Py_DECREF(value);
    return status;
}
