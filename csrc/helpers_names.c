/* Global, builtin, class-body and cell names. */
#include "helpers.h"

void tierup_raise_name(PyObject *exception, const char *format, PyObject *name) {
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) return;
    PyErr_Format(exception, format, text);
    if (exception != PyExc_NameError) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (PyErr_GivenExceptionMatches(value, PyExc_NameError) && ((PyNameErrorObject *)value)->name == NULL) {
        PyObject *attribute = tierup_name_get(NAME_NAME);
        if (attribute != NULL) (void)PyObject_SetAttr(value, attribute, name);
    }
    PyErr_Restore(type, value, traceback);
}

/* ---- globals ---- */

/* namespace[name] as a new reference; NULL without an exception if it is not there. */
static PyObject *lookup(PyObject *namespace, PyObject *name) {
    if (PyDict_CheckExact(namespace)) return Py_XNewRef(PyDict_GetItemWithError(namespace, name));
    PyObject *value = PyObject_GetItem(namespace, name);
    if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear();
    return value;
}

PyObject *tierup_load_global(PyObject *globals, PyObject *builtins, PyObject *name) {
    PyObject *value;
    if (LIKELY(PyDict_CheckExact(globals) && PyDict_CheckExact(builtins))) {
        value = PyDict_GetItemWithError(globals, name);
        if (value == NULL && !PyErr_Occurred()) value = PyDict_GetItemWithError(builtins, name);
        Py_XINCREF(value);
    } else {
        /* One of them is something else: then neither is taken for a dict. */
        value = PyObject_GetItem(globals, name);
        if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_Clear();
            value = PyObject_GetItem(builtins, name);
            if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
                tierup_raise_name(PyExc_NameError, NAME_ERROR_FORMAT, name);
            }
        }
        return value;
    }
    if (value == NULL && !PyErr_Occurred()) tierup_raise_name(PyExc_NameError, NAME_ERROR_FORMAT, name);
    return value;
}

/* Words: 0: position in the keys + 1, negative for the builtins; 1, 2: for a builtin, version tag and keys version of globals without that name.
   Positions are only hints, and versions are never given twice, so nothing here can be outdated unnoticed. */
static __attribute__((noinline)) PyObject *find_anew(PyDictObject *g, PyDictObject *b, PyObject *name, int64_t *word) {
    word[0] = 0;
    if (!DK_IS_UNICODE(g->ma_keys) || !DK_IS_UNICODE(b->ma_keys) || !PyUnicode_CheckExact(name) || ((PyASCIIObject *)name)->hash == -1) return NULL;
    Py_ssize_t at = keys_find(g->ma_keys, name);
    if (at >= 0) {
        word[0] = at + 1;
        return dict_value_at(g, at);
    }
    at = keys_find(b->ma_keys, name);
    if (at < 0) return NULL;
    word[0] = -at - 1;
    word[1] = (int64_t)g->ma_version_tag;
    word[2] = g->ma_keys->dk_version;
    return dict_value_at(b, at);
}

/* Without a call, where the name is found where it was: no register has to be saved. */
PyObject *tierup_find_global(PyObject *globals, PyObject *builtins, PyObject *name, void *cells) {
    int64_t *word = cells;
    PyDictObject *g = (PyDictObject *)globals, *b = (PyDictObject *)builtins;
    if (UNLIKELY(!PyDict_CheckExact(globals) || !PyDict_CheckExact(builtins))) return NULL;
    int64_t at = word[0];
    if (at > 0) {
        PyObject *value = dict_at(g, name, at - 1);
        if (LIKELY(value != NULL)) return value;
    } else if (at < 0 && ((uint64_t)word[1] == g->ma_version_tag || (word[2] != 0 && (uint32_t)word[2] == g->ma_keys->dk_version))) {
        PyObject *value = dict_at(b, name, -at - 1);
        if (LIKELY(value != NULL)) return value;
    }
    return find_anew(g, b, name, word);
}

PyObject *tierup_load_global_cached(PyObject *globals, PyObject *builtins, PyObject *name, void *cells) {
    PyObject *value = tierup_find_global(globals, builtins, name, cells);
    return LIKELY(value != NULL) ? new_ref(value) : tierup_load_global(globals, builtins, name);
}

int64_t tierup_recheck_global(PyObject *dict, PyObject *name, PyObject *expected, void *cell) {
    if (!PyDict_CheckExact(dict) || !PyUnicode_CheckExact(name)) return 0;
    PyDictObject *d = (PyDictObject *)dict;
    PyObject *found = NULL;
    if (!DK_IS_UNICODE(d->ma_keys) || ((PyASCIIObject *)name)->hash == -1) return 0; /* a lookup might run code */
    Py_ssize_t at = keys_find(d->ma_keys, name);
    if (at >= 0) found = d->ma_values ? d->ma_values->values[at] : DK_UNICODE_ENTRIES(d->ma_keys)[at].me_value;
    if (found != expected) return 0;
    *(uint64_t *)cell = d->ma_version_tag;
    return 1;
}

/* Where an exact dict whose keys are all strs has the value of `name`; NULL if it has none. The word is a hint, as above. */
static PyObject **value_place(PyObject *globals, PyObject *name, int64_t *word) {
    PyDictObject *dict = (PyDictObject *)globals;
    if (UNLIKELY(!PyDict_CheckExact(globals) || dict->ma_values != NULL || !DK_IS_UNICODE(dict->ma_keys))) return NULL;
    PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(dict->ma_keys);
    Py_ssize_t at = *word - 1;
    if (UNLIKELY(at < 0 || at >= dict->ma_keys->dk_nentries || entries[at].me_key != name)) {
        if (!findable(name)) return NULL;
        at = keys_find(dict->ma_keys, name);
        if (at < 0) return NULL;
        *word = at + 1;
    }
    return entries[at].me_value != NULL ? &entries[at].me_value : NULL;
}

/* The interpreter's counter for versions of dicts is not ours to count up; it never comes to numbers that large. */
static void value_changed(PyObject *globals) {
    static uint64_t versions = UINT64_C(1) << 63;
    ((PyDictObject *)globals)->ma_version_tag = ++versions;
}

static bool dies_quietly(PyObject *object) {
    return Py_REFCNT(object) > 1 || PyLong_CheckExact(object) || PyFloat_CheckExact(object) || PyUnicode_CheckExact(object) || PyBool_Check(object) || object == Py_None;
}

static int64_t put_value(PyObject *globals, PyObject **place, PyObject *value) {
    if (UNLIKELY(value == NULL)) return -1;
    PyObject *old = *place;
    *place = value;
    value_changed(globals);
    Py_DECREF(old);
    return 1;
}

int64_t tierup_put_global_int(PyObject *globals, PyObject *name, int64_t value, void *cell) {
    PyObject **place = value_place(globals, name, cell);
    if (UNLIKELY(place == NULL)) return 0;
    if (LIKELY(PyLong_CheckExact(*place) && int_overwrite((PyLongObject *)*place, value))) return 1;
    return dies_quietly(*place) ? put_value(globals, place, tierup_box_int(value)) : 0;
}

int64_t tierup_put_global_float(PyObject *globals, PyObject *name, double value, void *cell) {
    PyObject **place = value_place(globals, name, cell);
    if (UNLIKELY(place == NULL)) return 0;
    if (LIKELY(PyFloat_CheckExact(*place) && Py_REFCNT(*place) == 1)) {
        ((PyFloatObject *)*place)->ob_fval = value;
        return 1;
    }
    return dies_quietly(*place) ? put_value(globals, place, tierup_box_float(value)) : 0;
}

PyObject *tierup_swap_global(PyObject *globals, PyObject *name, PyObject *value, void *cell) {
    PyObject **place = value_place(globals, name, cell);
    if (UNLIKELY(place == NULL || !_PyObject_GC_IS_TRACKED(globals))) return NULL;
    PyObject *old = *place;
    *place = Py_NewRef(value);
    value_changed(globals);
    return old;
}

int64_t tierup_store_global(PyObject *globals, PyObject *name, PyObject *value) { return PyDict_SetItem(globals, name, value); }

int64_t tierup_delete_global(PyObject *globals, PyObject *name) {
    if (LIKELY(PyDict_DelItem(globals, name) == 0)) return 0;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) tierup_raise_name(PyExc_NameError, NAME_ERROR_FORMAT, name);
    return -1;
}

/* ---- names of class bodies and modules ---- */

PyObject *tierup_load_name(_PyInterpreterFrame *f, PyObject *name) {
    if (UNLIKELY(f->f_locals == NULL)) {
        PyErr_Format(PyExc_SystemError, "no locals when loading %R", name);
        return NULL;
    }
    PyObject *value = lookup(f->f_locals, name);
    if (value != NULL || PyErr_Occurred()) return value;
    value = PyDict_GetItemWithError(f->f_globals, name);
    if (value != NULL) return new_ref(value);
    if (PyErr_Occurred()) return NULL;
    value = lookup(f->f_builtins, name);
    if (value == NULL && !PyErr_Occurred()) tierup_raise_name(PyExc_NameError, NAME_ERROR_FORMAT, name);
    return value;
}

int64_t tierup_store_name(_PyInterpreterFrame *f, PyObject *name, PyObject *value) {
    PyObject *namespace = f->f_locals;
    if (UNLIKELY(namespace == NULL)) {
        PyErr_Format(PyExc_SystemError, "no locals found when storing %R", name);
        return -1;
    }
    return PyDict_CheckExact(namespace) ? PyDict_SetItem(namespace, name, value) : PyObject_SetItem(namespace, name, value);
}

int64_t tierup_delete_name(_PyInterpreterFrame *f, PyObject *name) {
    if (UNLIKELY(f->f_locals == NULL)) {
        PyErr_Format(PyExc_SystemError, "no locals when deleting %R", name);
        return -1;
    }
    if (LIKELY(PyObject_DelItem(f->f_locals, name) == 0)) return 0;
    tierup_raise_name(PyExc_NameError, NAME_ERROR_FORMAT, name); /* whatever the error was */
    return -1;
}

/* ---- cells ---- */

int64_t tierup_unbound_local(_PyInterpreterFrame *f, int64_t i) {
    tierup_raise_name(PyExc_UnboundLocalError, "cannot access local variable '%s' where it is not associated with a value",
                      PyTuple_GET_ITEM(f->f_code->co_localsplusnames, i));
    return -1;
}

int64_t tierup_unbound_deref(_PyInterpreterFrame *f, int64_t i) {
    if (PyErr_Occurred()) return -1;
    if (i < f->f_code->co_nplaincellvars + f->f_code->co_nlocals) return tierup_unbound_local(f, i);
    tierup_raise_name(PyExc_NameError, "cannot access free variable '%s' where it is not associated with a value in enclosing scope",
                      PyTuple_GET_ITEM(f->f_code->co_localsplusnames, i));
    return -1;
}

int64_t tierup_delete_deref(_PyInterpreterFrame *f, int64_t i) {
    PyObject *cell = f->localsplus[i], *old = PyCell_GET(cell);
    if (UNLIKELY(old == NULL)) return tierup_unbound_deref(f, i);
    PyCell_SET(cell, NULL);
    Py_DECREF(old);
    return 0;
}

PyObject *tierup_load_classderef(_PyInterpreterFrame *f, int64_t i) {
    PyObject *value = lookup(f->f_locals, PyTuple_GET_ITEM(f->f_code->co_localsplusnames, i));
    if (value != NULL || PyErr_Occurred()) return value;
    value = PyCell_GET(f->localsplus[i]);
    if (value != NULL) return new_ref(value);
    tierup_unbound_deref(f, i);
    return NULL;
}
