/* What accesses to attributes have learned: entries by the types seen.
   The cached forms of loads, stores and method loads have two entries of two words each, one per type seen:
   word 0: the type's version tag, the kind of attribute, and a position; word 1: what the kind says.
   A version tag is never given twice and dies with any change to the type or its bases, so what the type lookup found stays found (and alive)
   while the tag matches. Everything about instances is looked at anew each time; positions are hints. Where more types come by than an access has entries
   for, one of a table for all accesses is used. */
#ifndef TIERUP_ATTRIBUTES_H
#define TIERUP_ATTRIBUTES_H

#include "helpers.h"
#include "objects.h"

enum kind {
    GENERAL,  /* no short way for this type */
    INSTANCE, /* in the instance dict; word 1: offset of the dict */
    SLOT,     /* a member descriptor; word 1: byte offset */
    PROPERTY, /* word 1: the property */
    CLASS,    /* found on the type, no data descriptor; word 1: what was found; position: number of shared keys known not to hold the name */
    HOOKED,   /* not on the type, nor on the instance that was seen, and the class has a __getattr__ in Python: word 1; position as for CLASS */
    METHOD,   /* the same as CLASS, and what was found is a function or the like: LOAD_METHOD need not bind it */
};
#define MISS ((PyObject *)1)
#define NOWHERE 0xFFFFFF

static inline int64_t pack(uint32_t version, enum kind kind, Py_ssize_t position) {
    if (position < 0 || position > NOWHERE) position = NOWHERE;
    return (int64_t)((uint64_t)version | (uint64_t)kind << 32 | (uint64_t)position << 40);
}
static inline uint32_t word_version(int64_t word) { return (uint32_t)word; }
static inline enum kind word_kind(int64_t word) { return (enum kind)((uint64_t)word >> 32 & 0xFF); }
static inline Py_ssize_t word_position(int64_t word) { return (Py_ssize_t)((uint64_t)word >> 40); }

static inline bool managed(PyTypeObject *type) { return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0; }

/* ---- what a type says about a name ---- */

/* The offset of instances' dict; 0: none; 1: only to be had the general way. */
static inline Py_ssize_t dict_offset(PyTypeObject *type) {
    if (managed(type)) return MANAGED_DICT_OFFSET;
    return type->tp_dictoffset >= 0 ? type->tp_dictoffset : 1;
}

/* An exact member descriptor for an object that this type has at some offset. */
static inline PyMemberDef *member_of(PyTypeObject *type, PyObject *found) {
    if (!Py_IS_TYPE(found, &PyMemberDescr_Type) || !PyType_IsSubtype(type, PyDescr_TYPE(found))) return NULL;
    PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
    return member->type == T_OBJECT_EX && member->flags == 0 ? member : NULL;
}

/* Is the attribute that is found what `object` finds, though the class has a __getattr__ for what is not? (A type in C with a way of its own has a __getattribute__ of its own, too.) */
bool tierup_attributes_hooked(PyTypeObject *type);
static inline bool found_plainly(PyTypeObject *type) { return type->tp_getattro == PyObject_GenericGetAttr || tierup_attributes_hooked(type); }

/* The type of a class attribute may change by assignment to its __class__ or by assignments to that type, unnoticed by our version tag. */
static inline bool steady(PyObject *found) { return (Py_TYPE(found)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) && !PyModule_Check(found); }

static inline Py_ssize_t find_position(PyTypeObject *type, PyObject *owner, PyObject *name, Py_ssize_t offset) {
    if (!findable(name)) return -1;
    PyDictKeysObject *keys;
    if (offset == MANAGED_DICT_OFFSET && *_PyObject_ValuesPointer(owner) != NULL) {
        keys = tierup_shared_keys(type);
    } else {
        PyObject *dict = *(PyObject **)((char *)owner + offset);
        if (dict == NULL || !PyDict_Check(dict)) return -1;
        keys = ((PyDictObject *)dict)->ma_keys;
    }
    return DK_IS_UNICODE(keys) ? keys_find(keys, name) : -1;
}

/* ---- entries for all accesses ---- */

struct shared_entry { PyObject *name; int64_t word[2]; };
enum { SHARED_ENTRIES = 512 }; /* of a table: there is one for loads, one for stores, one for methods */

static inline struct shared_entry *shared_place(struct shared_entry *table, uint32_t version, PyObject *name) {
    return &table[(version ^ (uintptr_t)name >> 4) & (SHARED_ENTRIES - 1)];
}

/* The entry for this version of a type, or NULL. */
static inline int64_t *shared_find(struct shared_entry *table, uint32_t version, PyObject *name) {
    struct shared_entry *entry = shared_place(table, version, name);
    return LIKELY(entry->name == name && word_version(entry->word[0]) == version) ? entry->word : NULL;
}

/* What an access has just learned. The name is kept: another one could come to stand at its address. */
static inline void shared_put(struct shared_entry *table, PyObject *name, const int64_t *word) {
    struct shared_entry *entry = shared_place(table, word_version(word[0]), name);
    if (word_version(word[0]) == 0 || !PyUnicode_CheckExact(name)) return;
    entry->word[0] = word[0];
    entry->word[1] = word[1];
    Py_XSETREF(entry->name, new_ref(name));
}

#endif
