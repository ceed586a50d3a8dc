/* How objects come and go. Compiled code gives objects whose last reference it held to `tierup_dealloc`, which does for the most frequent types what the interpreter's own
   functions do, step by step, but knows beforehand what those have to find out; everything else is theirs. */
#include "caught.h"
#include "objects.h"

/* ---- classes of the program ---- */

static destructor class_dealloc; /* of the instances of all classes that `class` statements make; NULL: not known */

/* Modules have specifications, whose class is written in Python. */
void tierup_objects_init(void) {
    PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "sys"), *spec = module ? PyObject_GetAttrString(module, "__spec__") : NULL;
    if (spec == NULL) PyErr_Clear();
    else if ((Py_TYPE(spec)->tp_flags & Py_TPFLAGS_HEAPTYPE) && Py_TYPE(spec)->tp_base == &PyBaseObject_Type && Py_TYPE(spec)->tp_free == PyObject_GC_Del) class_dealloc = Py_TYPE(spec)->tp_dealloc;
    Py_XDECREF(spec);
}

/* Instances are nothing but attributes: no finaliser, no slots, and all that is done for them is done by `object`. */
static bool find_plain(PyTypeObject *type) {
    const unsigned long needed = Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT;
    if (class_dealloc == NULL || (type->tp_flags & needed) != needed || type->tp_itemsize != 0 || type->tp_weaklistoffset < 0) return false;
    if (type->tp_finalize != NULL || type->tp_del != NULL || type->tp_alloc != PyType_GenericAlloc || type->tp_free != PyObject_GC_Del) return false;
    if (tierup_instance_size(type) > TIERUP_SPARE_LARGEST || !DK_IS_UNICODE(tierup_shared_keys(type))) return false;
    PyTypeObject *base = type;
    for (; base != NULL && base->tp_dealloc == class_dealloc; base = base->tp_base)
        if (Py_SIZE(base) != 0) return false;
    return base == &PyBaseObject_Type;
}

/* The same, remembered as long as the class keeps its version tag. */
static inline bool is_plain(PyTypeObject *type) {
    static struct { PyTypeObject *type; unsigned int version; bool plain; } known[256];
    unsigned place = (uintptr_t)type >> 5 & 255, version = type->tp_version_tag;
    if (LIKELY(known[place].type == type && known[place].version == version && version != 0)) return known[place].plain;
    bool plain = find_plain(type);
    known[place].type = type, known[place].version = version, known[place].plain = plain;
    return plain;
}

/* ---- numbers ---- */

static destructor plain_int_dealloc; /* NULL: never wrapped */

/* Also for what has inherited it from int. Ints of more digits may lie in larger blocks. In code that is not compiled nobody takes the blocks: then this does what the plain
   one does, with one indirect call less. */
static void int_dies(PyObject *object) {
    if (UNLIKELY(!Py_IS_TYPE(object, &PyLong_Type))) plain_int_dealloc(object);
    else if ((size_t)(Py_SIZE(object) + 2) > 4 || !tierup_spare_give(object, TIERUP_INT_SIZE)) PyObject_Free(object);
}

/* What a container held. Numbers are what instances hold most. */
static inline void release(PyObject *object) {
    if (object == NULL || --object->ob_refcnt != 0) return;
    if (Py_IS_TYPE(object, &PyFloat_Type)) tierup_float_dies((PyFloatObject *)object);
    else tierup_dealloc(object);
}

/* ---- instances ---- */

/* Without attributes. NULL, and no exception: the library has to make it. */
PyObject *tierup_instance_new(PyTypeObject *type) {
    if (UNLIKELY(!is_plain(type)) || type->tp_new != PyBaseObject_Type.tp_new || (type->tp_flags & Py_TPFLAGS_IS_ABSTRACT)) return NULL;
    if (UNLIKELY(tierup_collector_due()) || UNLIKELY(_Py_tracemalloc_config.tracing)) return NULL;
    size_t size = tierup_instance_size(type);
    char *block = tierup_spare_object(size);
    if (UNLIKELY(block == NULL)) return NULL;
    for (size_t at = 0; at < size; at += sizeof(PyObject *)) *(PyObject *volatile *)(block + at) = NULL; /* volatile: no call of memset for eight words */
    PyObject *self = (PyObject *)(block + TIERUP_INSTANCE_HEAD);
    PyDictValues *values = tierup_values_new(type);
    if (UNLIKELY(values == NULL)) {
        PyObject_Free(block);
        return NULL;
    }
    tierup_collector_more();
    Py_SET_TYPE(self, type);
    Py_INCREF(type);
    Py_SET_REFCNT(self, 1);
    *_PyObject_ValuesPointer(self) = values;
    _PyObject_GC_TRACK(self);
    return self;
}

static __attribute__((noinline)) void instance_dies(PyObject *self, PyTypeObject *type) {
    PyThreadState *ts = _PyThreadState_GET();
    PyDictValues **place = _PyObject_ValuesPointer(self), *values = *place;
    bool watched = type->tp_weaklistoffset != 0 && *(PyObject **)((char *)self + type->tp_weaklistoffset) != NULL;
    if (UNLIKELY(values == NULL) || UNLIKELY(watched) || UNLIKELY(!tierup_trash_begin(ts))) {
        if (UNLIKELY(tierup_caught_unmade != NULL)) tierup_caught_seen();
        type->tp_dealloc(self);
        return;
    }
    if (LIKELY(_PyObject_GC_IS_TRACKED(self))) _PyObject_GC_UNTRACK(self);
    *place = NULL;
    PyDictKeysObject *keys = tierup_shared_keys(type);
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) release(values->values[i]);
    tierup_values_free(type, values);
    tierup_collector_less();
    tierup_spare_object_free((char *)self - TIERUP_INSTANCE_HEAD, tierup_instance_size(type));
    Py_DECREF(type);
    tierup_trash_end(ts);
}

/* ---- containers ---- */

static __attribute__((noinline)) void tuple_dies(PyTupleObject *self) {
    PyThreadState *ts = _PyThreadState_GET();
    Py_ssize_t n = Py_SIZE(self);
    if (UNLIKELY(n == 0) || UNLIKELY(!tierup_trash_begin(ts))) {
        if (UNLIKELY(tierup_caught_unmade != NULL)) tierup_caught_seen();
        PyTuple_Type.tp_dealloc((PyObject *)self);
        return;
    }
    if (_PyObject_GC_IS_TRACKED(self)) _PyObject_GC_UNTRACK(self);
    for (Py_ssize_t i = n; --i >= 0;) release(self->ob_item[i]);
    if (!tierup_tuple_keep(self)) PyObject_GC_Del(self);
    tierup_trash_end(ts);
}

static __attribute__((noinline)) void list_dies(PyListObject *self) {
    PyThreadState *ts = _PyThreadState_GET();
    if (UNLIKELY(!tierup_trash_begin(ts))) {
        if (UNLIKELY(tierup_caught_unmade != NULL)) tierup_caught_seen();
        PyList_Type.tp_dealloc((PyObject *)self);
        return;
    }
    if (LIKELY(_PyObject_GC_IS_TRACKED(self))) _PyObject_GC_UNTRACK(self);
    if (self->ob_item != NULL) {
        for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) release(self->ob_item[i]);
        tierup_items_free(self->ob_item, self->allocated);
    }
    if (!tierup_list_keep(self)) PyObject_GC_Del(self);
    tierup_trash_end(ts);
}

/* ---- generators ---- */

/* One that has come to its end: nothing is left to be closed. */
static __attribute__((noinline)) void generator_dies(PyGenObject *self) {
    PyCodeObject *code = self->gi_code;
    size_t size = tierup_generator_size(code);
    if (UNLIKELY(self->gi_weakreflist != NULL) || UNLIKELY(size > TIERUP_SPARE_LARGEST)) {
        if (UNLIKELY(tierup_caught_unmade != NULL)) tierup_caught_seen();
        Py_TYPE(self)->tp_dealloc((PyObject *)self);
        return;
    }
    _PyObject_GC_UNTRACK(self);
    if (!PyGen_CheckExact(self)) Py_XDECREF(self->gi_origin_or_finalizer);
    Py_DECREF(code);
    Py_DECREF(self->gi_name);
    Py_DECREF(self->gi_qualname);
    Py_XDECREF(self->gi_exc_state.exc_value);
    tierup_collector_less();
    tierup_spare_object_free((char *)self - sizeof(PyGC_Head), size);
}

/* ---- all ---- */

/* The library's way: what it does may be seen by code of the program. */
static __attribute__((noinline)) void other_dies(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    if (type != &PyUnicode_Type && type != &tierup_caught_type) tierup_caught_seen();
    type->tp_dealloc(object);
}

/* Short, with everything that needs registers elsewhere. */
void tierup_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    destructor dealloc = type->tp_dealloc;
    if (type == &PyFloat_Type) tierup_float_dies((PyFloatObject *)object);
    else if (dealloc == int_dies) int_dies(object);
    else if (type == &PyTuple_Type) tuple_dies((PyTupleObject *)object);
    else if (type == &PyList_Type) list_dies((PyListObject *)object);
    else if (dealloc == class_dealloc && is_plain(type)) instance_dies(object, type);
    else if (dealloc == PyGen_Type.tp_dealloc && ((PyGenObject *)object)->gi_frame_state == FRAME_CLEARED) generator_dies((PyGenObject *)object);
    else if (UNLIKELY(tierup_caught_unmade != NULL)) other_dies(object);
    else dealloc(object);
}

void tierup_objects_wrap(void) {
    tierup_spare_keep(true);
    if (PyLong_Type.tp_free != PyObject_Free) return; /* another interpreter than we know */
    if (plain_int_dealloc == NULL) plain_int_dealloc = PyLong_Type.tp_dealloc;
    if (PyLong_Type.tp_dealloc == plain_int_dealloc) PyLong_Type.tp_dealloc = int_dies;
}

/* Types that inherit from int may have got our function, too; it goes on doing what the plain one does. */
void tierup_objects_unwrap(void) {
    if (plain_int_dealloc != NULL && PyLong_Type.tp_dealloc == int_dies) PyLong_Type.tp_dealloc = plain_int_dealloc;
    tierup_spare_keep(false);
}
