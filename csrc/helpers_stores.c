/* Stores of attributes; attributes.h says what they learn. */
#include "attributes.h"

static struct shared_entry stores[SHARED_ENTRIES];

int64_t tierup_store_attr(PyObject *owner, PyObject *name, PyObject *value) { return PyObject_SetAttr(owner, name, value); }
int64_t tierup_delete_attr(PyObject *owner, PyObject *name) { return PyObject_SetAttr(owner, name, NULL); }

static void learn_store(PyTypeObject *type, PyObject *owner, PyObject *name, int64_t *word) {
    PyObject *found = _PyType_Lookup(type, name);
    uint32_t version = type->tp_version_tag;
    Py_ssize_t offset = dict_offset(type), position = -1;
    enum kind kind = GENERAL;
    int64_t what = 0;
    PyMemberDef *member;
    if (version != 0 && type->tp_setattro == PyObject_GenericSetAttr && offset != 1) {
        if (found == NULL || (Py_TYPE(found)->tp_descr_set == NULL && steady(found))) {
            position = offset != 0 ? find_position(type, owner, name, offset) : -1;
            if (offset != 0) {
                kind = INSTANCE;
                what = offset;
            }
        } else if ((member = member_of(type, found)) != NULL) {
            kind = SLOT;
            what = member->offset;
        }
    }
    word[0] = pack(version, kind, position);
    word[1] = what;
}

/* 0: stored; -1: failed; 1: not this way. */
static inline int store_known(PyObject *owner, PyObject *name, PyObject *value, int64_t *word) {
    PyObject **place;
    if (word_kind(word[0]) == SLOT) {
        place = (PyObject **)((char *)owner + word[1]);
    } else if (word_kind(word[0]) == INSTANCE) {
        Py_ssize_t position = word_position(word[0]), offset = (Py_ssize_t)word[1];
        PyDictValues *values = offset == MANAGED_DICT_OFFSET ? *_PyObject_ValuesPointer(owner) : NULL;
        if (values == NULL) {
            /* A store must give the dict a new version, which only the library can do. */
            PyObject *dict = *(PyObject **)((char *)owner + offset);
            return dict != NULL && PyDict_CheckExact(dict) && DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys) && PyUnicode_CheckExact(name) ? PyDict_SetItem(dict, name, value) : 1;
        }
        PyDictKeysObject *keys = tierup_shared_keys(Py_TYPE(owner));
        if (position >= keys->dk_nentries || DK_UNICODE_ENTRIES(keys)[position].me_key != name) return 1;
        place = &values->values[position];
        if (*place == NULL) _PyDictValues_AddToInsertionOrder(values, position);
    } else {
        return 1;
    }
    PyObject *old = *place;
    *place = new_ref(value);
    Py_XDECREF(old);
    return 0;
}

int64_t tierup_store_attr_cached(PyObject *owner, PyObject *name, PyObject *value, void *cells) {
    int64_t *word = cells, fresh[2];
    PyTypeObject *type = Py_TYPE(owner);
    uint32_t version = type->tp_version_tag;
    if (LIKELY(version != 0)) {
        if (word_version(word[2]) == version) word += 2;
        if (LIKELY(word_version(word[0]) == version)) {
            int done = store_known(owner, name, value, word);
            if (LIKELY(done <= 0)) return done;
            if (word_kind(word[0]) != INSTANCE) return PyObject_SetAttr(owner, name, value);
        } else if (word[0] != 0) {
            word += 2;
            int64_t *known = word[0] != 0 ? shared_find(stores, version, name) : NULL;
            if (known != NULL) {
                int done = store_known(owner, name, value, known);
                if (LIKELY(done <= 0)) return done;
                if (word_kind(known[0]) != INSTANCE) return PyObject_SetAttr(owner, name, value);
                word = fresh;
            }
        }
    }
    learn_store(type, owner, name, word);
    shared_put(stores, name, word);
    int done = word_kind(word[0]) == INSTANCE ? store_known(owner, name, value, word) : 1;
    return done <= 0 ? done : PyObject_SetAttr(owner, name, value);
}
