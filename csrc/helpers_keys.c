/* Tuples as keys of dicts and sets: their hash in one go. The library's takes twice as long, as it makes two calls for each item, of nested tuples as well. */
#include "helpers.h"

enum { SET_PROBES = 9, SET_SHIFT = 5 }; /* how the library's sets are searched */

/* The hash of an object that is no tuple; false, and nothing was done, if that would run Python code. */
static bool hash_other(PyObject *o, hashfunc of_type, Py_hash_t *hash) {
    if (of_type != PyLong_Type.tp_hash && of_type != PyUnicode_Type.tp_hash && of_type != PyBaseObject_Type.tp_hash && of_type != PyFloat_Type.tp_hash
        && of_type != PyBytes_Type.tp_hash) return false;
    *hash = of_type(o);
    if (LIKELY(*hash != -1)) return true;
    PyErr_Clear(); /* a str that can't be made ready: it will be found out again */
    return false;
}

/* xxHash's 64-bit mixing with the constants of that algorithm, as the library's tuples use it: the same values come out. */
static bool hash_items(PyObject *tuple, Py_hash_t *hash) {
    const Py_uhash_t first = 11400714785074694791ULL, second = 14029467366897019727ULL, fifth = 2870177450012600261ULL;
    const hashfunc of_int = PyLong_Type.tp_hash, of_str = PyUnicode_Type.tp_hash, of_tuple = PyTuple_Type.tp_hash;
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    Py_uhash_t mixed = fifth;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *o = PyTuple_GET_ITEM(tuple, i);
        hashfunc of_type = Py_TYPE(o)->tp_hash;
        Py_hash_t item = -1;
        if (of_type == of_int) {
            if (LIKELY((size_t)Py_SIZE(o) <= 1)) item = Py_SIZE(o) * (Py_hash_t)((PyLongObject *)o)->ob_digit[0];
        } else if (of_type == of_str) {
            item = ((PyASCIIObject *)o)->hash;
        } else if (of_type == of_tuple) {
            if (!hash_items(o, &item)) return false;
        }
        if (UNLIKELY(item == -1) && !hash_other(o, of_type, &item)) return false;
        mixed += (Py_uhash_t)item * second;
        mixed = (mixed << 31 | mixed >> 33) * first;
    }
    mixed += (Py_uhash_t)n ^ (fifth ^ 3527539);
    *hash = mixed == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)mixed;
    return true;
}

static inline bool hash_of_tuple(PyObject *key, Py_hash_t *hash) { return Py_TYPE(key)->tp_hash == PyTuple_Type.tp_hash && hash_items(key, hash); }

PyObject *tierup_dict_find(PyObject *dict, PyObject *key) {
    Py_hash_t hash;
    return hash_of_tuple(key, &hash) ? _PyDict_GetItem_KnownHash(dict, key, hash) : PyDict_GetItemWithError(dict, key);
}

int tierup_dict_put(PyObject *dict, PyObject *key, PyObject *value) {
    Py_hash_t hash;
    return hash_of_tuple(key, &hash) ? _PyDict_SetItem_KnownHash(dict, key, value, hash) : PyDict_SetItem(dict, key, value);
}

int tierup_dict_has(PyObject *dict, PyObject *key) {
    Py_hash_t hash;
    return hash_of_tuple(key, &hash) ? _PyDict_Contains_KnownHash(dict, key, hash) : PyDict_Contains(dict, key);
}

/* 1: the very object is in the set; 0: nothing with its hash is; -1: there is something with its hash, which must be compared. */
static int set_search(PySetObject *set, PyObject *key, Py_hash_t hash) {
    size_t mask = (size_t)set->mask, perturb = (size_t)hash, i = (size_t)hash & mask;
    for (;;) {
        size_t more = i + SET_PROBES <= mask ? SET_PROBES : 0;
        for (setentry *entry = &set->table[i]; entry <= &set->table[i + more]; entry++) {
            if (entry->hash == 0 && entry->key == NULL) return 0;
            if (entry->hash == hash) return entry->key == key ? 1 : -1;
        }
        perturb >>= SET_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

int tierup_set_has(PyObject *set, PyObject *key) {
    Py_hash_t hash;
    int found = hash_of_tuple(key, &hash) ? set_search((PySetObject *)set, key, hash) : -1;
    return found >= 0 ? found : PySet_Contains(set, key);
}
