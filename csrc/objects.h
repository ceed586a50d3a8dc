/* What objects are made of and how they go, for those files that make many. */
#ifndef TIERUP_OBJECTS_H
#define TIERUP_OBJECTS_H

#include "spare.h"

enum { TIERUP_INT_SIZE = 32 }; /* of the block of an int of one or two digits, rounded as the allocator does it */

PyObject *tierup_instance_new(PyTypeObject *type);

static inline PyDictKeysObject *tierup_shared_keys(PyTypeObject *type) { return ((PyHeapTypeObject *)type)->ht_cached_keys; }

/* An instance with the header of the collector, and two words in front of that. */
enum { TIERUP_INSTANCE_HEAD = sizeof(PyGC_Head) + 2 * sizeof(PyObject *) };
static inline size_t tierup_instance_size(PyTypeObject *type) { return TIERUP_INSTANCE_HEAD + _Py_SIZE_ROUND_UP(type->tp_basicsize, SIZEOF_VOID_P); }

/* ---- generators, coroutines and asynchronous generators, with the header of the collector ---- */

static inline size_t tierup_generator_size(PyCodeObject *code) {
    return sizeof(PyGC_Head) + _PyObject_VAR_SIZE(&PyGen_Type, code->co_nlocalsplus + code->co_stacksize);
}

/* Only its head is set, and the collector does not know it yet. NULL: the library has to make it. */
static inline PyGenObject *tierup_generator_new(PyTypeObject *type, PyCodeObject *code) {
    size_t size = tierup_generator_size(code);
    if (UNLIKELY(size > TIERUP_SPARE_LARGEST) || UNLIKELY(tierup_collector_due()) || UNLIKELY(_Py_tracemalloc_config.tracing)) return NULL;
    PyGC_Head *block = tierup_spare_object(size);
    if (UNLIKELY(block == NULL)) return NULL;
    block->_gc_next = block->_gc_prev = 0;
    tierup_collector_more();
    PyObject *self = (PyObject *)(block + 1);
    Py_SET_TYPE(self, type);
    Py_SET_REFCNT(self, 1);
    return (PyGenObject *)self;
}

/* ---- inline values: a prefix with the order in which they were set, and a place for each shared key that there is or may be ---- */

/* The number of places never grows, so that what was made earlier is as large at least. */
static inline Py_ssize_t tierup_values_places(PyDictKeysObject *keys) { return keys->dk_nentries + keys->dk_usable; }
static inline size_t tierup_values_prefix(Py_ssize_t places) { return _Py_SIZE_ROUND_UP(places + 2, sizeof(PyObject *)); }

/* All unset. */
static inline PyDictValues *tierup_values_new(PyTypeObject *type) {
    PyDictKeysObject *keys = tierup_shared_keys(type);
    if (keys->dk_usable > 1) keys->dk_usable--; /* each instance that is made leaves less room for new names */
    Py_ssize_t places = tierup_values_places(keys);
    size_t prefix = tierup_values_prefix(places), size = prefix + places * sizeof(PyObject *);
    uint8_t *block = size <= TIERUP_SPARE_LARGEST ? tierup_spare_take(size) : NULL;
    if (block == NULL && (block = PyMem_Malloc(size)) == NULL) return NULL;
    block[prefix - 1] = (uint8_t)prefix;
    block[prefix - 2] = 0;
    PyObject **value = (PyObject **)(block + prefix);
    for (Py_ssize_t i = 0; i < places; i++) value[i] = NULL;
    return (PyDictValues *)value;
}

static inline void tierup_values_free(PyTypeObject *type, PyDictValues *values) {
    Py_ssize_t places = tierup_values_places(tierup_shared_keys(type));
    size_t size = tierup_values_prefix(places) + places * sizeof(PyObject *);
    void *block = (char *)values - ((uint8_t *)values)[-1];
    if (size > TIERUP_SPARE_LARGEST || !tierup_spare_give(block, size)) PyMem_Free(block);
}

/* The items of a list. */
static inline void tierup_items_free(PyObject **items, Py_ssize_t allocated) {
    size_t size = (size_t)allocated * sizeof(PyObject *);
    if (size > TIERUP_SPARE_LARGEST || size == 0 || !tierup_spare_give(items, size)) PyMem_Free(items);
}

#endif
