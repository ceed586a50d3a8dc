/* What the files of C helpers share. The helpers themselves are declared in helpers_generated.h, made from abi/helpers.py. */
#ifndef TIERUP_HELPERS_H
#define TIERUP_HELPERS_H

#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#include "runtime.h"
#include "internal/pycore_ceval.h"
#include "helpers_generated.h"


/* Interned names; NULL with an exception set if memory is short. */
enum tierup_name_id { NAME_INIT, NAME_NEW, NAME_GETATTR, NAME_GETATTRIBUTE, NAME_ENTER, NAME_EXIT, NAME_BUILD_CLASS, NAME_IMPORT, NAME_NAME, NAME_DUNDER_NAME, NAME_SPEC, NAME_EMPTY,
    NAME_MATCH_ARGS, NAME_GET, NAME_AENTER, NAME_AEXIT, NAME_AITER, NAME_ANEXT, NAME_AWAIT, NAME_COUNT };
extern PyObject *tierup_names[NAME_COUNT];
PyObject *tierup_names_make(enum tierup_name_id id);
static inline PyObject *tierup_name_get(enum tierup_name_id id) {
    return LIKELY(tierup_names[id] != NULL) ? tierup_names[id] : tierup_names_make(id);
}

/* Raises `exception` with a format that holds one %s for `name`; a NameError gets its `name` attribute. */
void tierup_raise_name(PyObject *exception, const char *format, PyObject *name);
#define NAME_ERROR_FORMAT "name '%.200s' is not defined"

/* Calls with borrowed arguments. `self` stands before the arguments unless it is NULL. */
PyObject *tierup_call_one(PyThreadState *ts, PyObject *callable, PyObject *argument);
/* Calls that bytecodes other than CALL make; the arguments are taken over, or stay the caller's. */
PyObject *tierup_call_within(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n);
PyObject *tierup_call_lent(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n);
PyObject *tierup_call_named(PyThreadState *ts, PyObject *callable, PyObject **args, int64_t n, PyObject *kwnames); /* taken over, too; n counts those with names */

/* Behind CALL of anything but a function in Python, signals, pending calls, other threads and exceptions for this thread have their turn. A program may count on it: what
   comes while it waits for a lock is raised by acquire(), not in the middle of what follows. Takes the result; NULL if something was raised. */
PyObject *tierup_turn(PyThreadState *ts, PyObject *result);
static inline PyObject *give_turn(PyThreadState *ts, PyObject *result) {
    return LIKELY(!_Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker)) || result == NULL ? result : tierup_turn(ts, result);
}
void tierup_property_raised(_PyInterpreterFrame *f, PyObject *owner); /* a getter in Python that LOAD_ATTR has called: an AttributeError is told whose attribute it was */
/* Is this function of `tuple`, with two arguments, __new__, for a class made by `class` statements, from an exact tuple? Does it then. */
bool tierup_new_tuple(PyThreadState *ts, PyMethodDef *function, PyObject **args, PyObject **result);
extern newfunc tierup_new_of_classes; /* the slot of classes whose __new__ is in Python, which looks it up; NULL: none was met */
bool tierup_classes_only(PyObject *wanted); /* can this be caught? Else TypeError is set */
/* Errors of f(**x): what _PyDict_MergeEx left is reworded for `callable`. */
void tierup_raise_mapping(PyObject *callable, PyObject *mapping);

/* How a C function is to be called. */
enum { TIERUP_METHOD_CONVENTION = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD };

/* As the library's functions for dicts and sets; tuples as keys go quicker. (helpers_keys.c) */
PyObject *tierup_dict_find(PyObject *dict, PyObject *key); /* borrowed; NULL, perhaps with an exception */
int tierup_dict_put(PyObject *dict, PyObject *key, PyObject *value);
int tierup_dict_has(PyObject *dict, PyObject *key);
int tierup_set_has(PyObject *set, PyObject *key);

static inline PyObject *new_ref(PyObject *o) { Py_INCREF(o); return o; }
static inline PyObject *bool_ref(int truth) { return new_ref(truth ? Py_True : Py_False); }

static inline void release_forward(PyObject **items, int64_t n) {
    for (int64_t i = 0; i < n; i++) Py_DECREF(items[i]);
}
/* As the interpreter empties its stack: from the top. */
static inline void release_backward(PyObject **items, int64_t n) {
    while (--n >= 0) Py_DECREF(items[n]);
}

/* The value of an exact int of at most two digits. */
static inline bool small_int(PyObject *o, int64_t *value) {
    Py_ssize_t size = Py_SIZE(o);
    digit *d = ((PyLongObject *)o)->ob_digit;
    switch (size) {
    case 0: *value = 0; return true;
    case 1: *value = d[0]; return true;
    case -1: *value = -(int64_t)d[0]; return true;
    case 2: *value = (int64_t)d[0] | (int64_t)d[1] << PyLong_SHIFT; return true;
    case -2: *value = -((int64_t)d[0] | (int64_t)d[1] << PyLong_SHIFT); return true;
    default: return false;
    }
}

/* Gives an int that has one owner, who doesn't mind, another value, if it has room and nobody expects the shared object of that value. */
static inline bool int_overwrite(PyLongObject *o, int64_t value) {
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    Py_ssize_t room = Py_ABS(Py_SIZE(o)), count = 1 + (left >> PyLong_SHIFT != 0);
    if (Py_REFCNT(o) != 1 || count > room || left >> (2 * PyLong_SHIFT) != 0 || (value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS)) return false;
    Py_SET_SIZE(o, value < 0 ? -count : count);
    o->ob_digit[0] = (digit)(left & PyLong_MASK);
    if (count > 1) o->ob_digit[1] = (digit)(left >> PyLong_SHIFT);
    return true;
}

/* Is i or i + size an index below size? Then *i is that. */
static inline bool wrap_index(int64_t *i, int64_t size) {
    if (*i < 0) *i += size;
    return (uint64_t)*i < (uint64_t)size;
}

static inline bool plain_str(PyObject *o) { return PyUnicode_CheckExact(o) && PyUnicode_IS_READY(o); }

/* Equality of two ready strs. */
static inline bool str_same(PyObject *a, PyObject *b) {
    if (a == b) return true;
    if (PyUnicode_GET_LENGTH(a) != PyUnicode_GET_LENGTH(b) || PyUnicode_KIND(a) != PyUnicode_KIND(b)) return false;
    Py_hash_t ha = ((PyASCIIObject *)a)->hash, hb = ((PyASCIIObject *)b)->hash;
    if (ha != hb && ha != -1 && hb != -1) return false;
    return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), PyUnicode_GET_LENGTH(a) * PyUnicode_KIND(a)) == 0;
}

/* Can keys_find look for this name? */
static inline bool findable(PyObject *name) { return PyUnicode_CheckExact(name) && ((PyASCIIObject *)name)->hash != -1; }

/* Position of `name` in keys that are all strs, or -1; needs no allocation and runs no Python code. */
static inline Py_ssize_t keys_find(PyDictKeysObject *keys, PyObject *name) {
    Py_hash_t hash = ((PyASCIIObject *)name)->hash;
    size_t mask = (size_t)DK_SIZE(keys) - 1, perturb = (size_t)hash, i = (size_t)hash & mask;
    PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
    for (;;) {
        Py_ssize_t at = keys->dk_log2_size < 8    ? ((int8_t *)keys->dk_indices)[i]
                        : keys->dk_log2_size < 16 ? ((int16_t *)keys->dk_indices)[i]
                        : keys->dk_log2_size < 32 ? ((int32_t *)keys->dk_indices)[i]
                                                  : ((int64_t *)keys->dk_indices)[i];
        if (at == DKIX_EMPTY) return -1;
        if (at >= 0) {
            PyObject *key = entries[at].me_key;
            if (key == name || (((PyASCIIObject *)key)->hash == hash && _PyUnicode_EQ(key, name))) return at;
        }
        perturb >>= 5;
        i = (i * 5 + perturb + 1) & mask;
    }
}

/* The value at position `at` of a dict whose keys are all strs, which keys_find has given. */
static inline PyObject *dict_value_at(PyDictObject *dict, Py_ssize_t at) {
    return dict->ma_values ? dict->ma_values->values[at] : DK_UNICODE_ENTRIES(dict->ma_keys)[at].me_value;
}

/* The value at position `at` of a dict if `name` itself is the key there, else NULL. */
static inline PyObject *dict_at(PyDictObject *dict, PyObject *name, Py_ssize_t at) {
    PyDictKeysObject *keys = dict->ma_keys;
    if (!DK_IS_UNICODE(keys) || at >= keys->dk_nentries) return NULL;
    return DK_UNICODE_ENTRIES(keys)[at].me_key == name ? dict_value_at(dict, at) : NULL;
}

/* ---- calls of C functions ---- */

/* One argument or none: such calls count as recursion, as they do in the interpreter. */
static inline PyObject *call_simple(PyThreadState *ts, PyCFunction function, PyObject *self, PyObject *argument) {
    if (UNLIKELY(_Py_EnterRecursiveCallTstate(ts, " while calling a Python object"))) return NULL;
    PyObject *result = function(self, argument);
    _Py_LeaveRecursiveCallTstate(ts);
    return result;
}

/* Calls by the flags, `n` arguments without self; false: this kind, or a wrong number, is for the library. */
static inline bool call_method_def(PyThreadState *ts, PyMethodDef *def, PyObject *self, PyObject **args, int64_t n, PyObject **result) {
    switch (def->ml_flags & TIERUP_METHOD_CONVENTION) {
    case METH_O:
        if (n != 1) return false;
        *result = call_simple(ts, def->ml_meth, self, args[0]);
        return true;
    case METH_NOARGS:
        if (n != 0) return false;
        *result = call_simple(ts, def->ml_meth, self, NULL);
        return true;
    case METH_FASTCALL: *result = ((_PyCFunctionFast)(void (*)(void))def->ml_meth)(self, args, n); return true;
    case METH_FASTCALL | METH_KEYWORDS: *result = ((_PyCFunctionFastWithKeywords)(void (*)(void))def->ml_meth)(self, args, n, NULL); return true;
    default: return false;
    }
}

#endif
