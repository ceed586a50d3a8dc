/* Loads of attributes and methods; attributes.h says what they learn. */
#include "caught.h"
#include "attributes.h"

static struct shared_entry loads[SHARED_ENTRIES], methods[SHARED_ENTRIES];

PyObject *tierup_load_attr(PyObject *owner, PyObject *name) { return PyObject_GetAttr(owner, name); }

static PyObject *class_entry(PyTypeObject *type, enum tierup_name_id id) {
    PyObject *name = tierup_name_get(id);
    return name == NULL ? NULL : _PyType_Lookup(type, name);
}

bool tierup_attributes_hooked(PyTypeObject *type) {
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_getattro == PyObject_GenericGetAttr || class_entry(type, NAME_GETATTR) == NULL) return false;
    PyObject *plain = class_entry(&PyBaseObject_Type, NAME_GETATTRIBUTE);
    return plain != NULL && class_entry(type, NAME_GETATTRIBUTE) == plain;
}

/* What raises AttributeError when it is bound would have a __getattr__ called. */
static inline bool bound_surely(PyObject *found) { return Py_TYPE(found)->tp_descr_get == NULL || PyFunction_Check(found) || Py_IS_TYPE(found, &PyStaticMethod_Type); }

/* Fills an entry for loads from instances of type. */
static void learn_load(PyTypeObject *type, PyObject *owner, PyObject *name, int64_t *word) {
    PyObject *found = _PyType_Lookup(type, name); /* gives the type a version tag */
    uint32_t version = type->tp_version_tag;
    Py_ssize_t offset = dict_offset(type), position = -1;
    enum kind kind = GENERAL;
    int64_t what = 0;
    PyMemberDef *member;
    bool hooked = version != 0 && tierup_attributes_hooked(type);
    if (version != 0 && (type->tp_getattro == PyObject_GenericGetAttr || type->tp_getattro == PyModule_Type.tp_getattro || hooked) && offset != 1) {
        if (found == NULL || (Py_TYPE(found)->tp_descr_set == NULL && steady(found))) {
            position = offset != 0 ? find_position(type, owner, name, offset) : -1;
            if (position >= 0) {
                kind = INSTANCE;
                what = offset;
            }
        }
        if (kind == GENERAL && found != NULL) {
            if (Py_TYPE(found)->tp_descr_set == NULL) {
                kind = !hooked || (steady(found) && bound_surely(found)) ? CLASS : GENERAL;
                what = (int64_t)found;
                position = NOWHERE;
            } else if (Py_IS_TYPE(found, &PyProperty_Type)) {
                kind = hooked ? GENERAL : PROPERTY;
                what = (int64_t)found;
            } else if ((member = member_of(type, found)) != NULL) {
                kind = SLOT;
                what = member->offset;
            }
        }
        PyObject *hook = hooked && kind == GENERAL && found == NULL ? class_entry(type, NAME_GETATTR) : NULL;
        if (hook != NULL && PyFunction_Check(hook)) {
            kind = HOOKED;
            what = (int64_t)hook;
            position = NOWHERE;
        }
    }
    word[0] = pack(version, kind, position);
    word[1] = what;
}

static void learn_method(PyTypeObject *type, PyObject *owner, PyObject *name, int64_t *word) {
    PyObject *found = _PyType_Lookup(type, name);
    uint32_t version = type->tp_version_tag;
    if (found != NULL && version != 0 && found_plainly(type) && dict_offset(type) != 1 && steady(found)
        && PyType_HasFeature(Py_TYPE(found), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        word[0] = pack(version, METHOD, NOWHERE);
        word[1] = (int64_t)found;
    } else {
        learn_load(type, owner, name, word);
    }
}

/* ---- loads ---- */

/* An AttributeError that comes out of a getter is told whose attribute it was, unless it knows. */
static PyObject *failed_load(PyObject *owner, PyObject *name) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return NULL;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (PyErr_GivenExceptionMatches(value, PyExc_AttributeError)) {
        PyAttributeErrorObject *error = (PyAttributeErrorObject *)value;
        if (error->name == NULL && error->obj == NULL) {
            error->name = new_ref(name);
            error->obj = new_ref(owner);
        }
    }
    PyErr_Restore(type, value, traceback);
    return NULL;
}

static inline PyObject *load_instance(PyObject *owner, PyObject *name, int64_t *word) {
    Py_ssize_t position = word_position(word[0]), offset = (Py_ssize_t)word[1];
    if (offset == MANAGED_DICT_OFFSET) {
        PyDictValues *values = *_PyObject_ValuesPointer(owner);
        if (values != NULL) {
            PyDictKeysObject *keys = tierup_shared_keys(Py_TYPE(owner));
            if (UNLIKELY(position >= keys->dk_nentries || DK_UNICODE_ENTRIES(keys)[position].me_key != name)) return MISS;
            return values->values[position] ? new_ref(values->values[position]) : MISS;
        }
    }
    PyObject *dict = *(PyObject **)((char *)owner + offset);
    if (dict == NULL) return MISS;
    PyObject *value = dict_at((PyDictObject *)dict, name, position);
    return value != NULL ? new_ref(value) : MISS;
}

/* What the instance itself has under a name that its type has, too: a new reference, or NULL, or MISS if that takes the general way. */
static inline PyObject *load_shadow(PyObject *owner, PyObject *name, PyTypeObject *type, int64_t *word) {
    PyObject *dict;
    if (managed(type)) {
        PyDictValues *values = *_PyObject_ValuesPointer(owner);
        if (LIKELY(values != NULL)) {
            PyDictKeysObject *keys = tierup_shared_keys(type);
            if (LIKELY(word_position(word[0]) == keys->dk_nentries)) return NULL;
            if (!findable(name)) return MISS;
            Py_ssize_t at = keys_find(keys, name);
            if (at < 0) word[0] = pack(word_version(word[0]), word_kind(word[0]), keys->dk_nentries);
            return at < 0 ? NULL : Py_XNewRef(values->values[at]);
        }
        dict = *_PyObject_ManagedDictPointer(owner);
    } else if (type->tp_dictoffset != 0) {
        dict = *(PyObject **)((char *)owner + type->tp_dictoffset);
    } else {
        return NULL;
    }
    if (dict == NULL) return NULL;
    if (!findable(name) || !DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys)) return MISS;
    return Py_XNewRef(PyDict_GetItemWithError(dict, name));
}

/* A class attribute, unless an instance has the name itself. */
static PyObject *load_class(PyObject *owner, PyObject *name, PyTypeObject *type, int64_t *word) {
    PyObject *found = (PyObject *)word[1];
    if (UNLIKELY(Py_TYPE(found)->tp_descr_set != NULL)) return MISS;
    PyObject *own = load_shadow(owner, name, type, word);
    if (own != NULL) return own;
    descrgetfunc get = Py_TYPE(found)->tp_descr_get;
    Py_INCREF(found);
    if (get == NULL) return found;
    PyObject *result = get(found, owner, (PyObject *)type);
    Py_DECREF(found);
    return result;
}

PyObject *tierup_load_property(PyThreadState *ts, PyObject *getter, PyObject *owner, PyObject *name) {
    PyObject *result = tierup_call_lent(ts, getter, &owner, 1);
    return LIKELY(result != NULL) ? result : failed_load(owner, name);
}

/* A stub may cover the bytecode: co_code has what the compiler wrote. */
void tierup_property_raised(_PyInterpreterFrame *f, PyObject *owner) {
    PyObject *bytes = PyCode_GetCode(f->f_code);
    if (bytes == NULL) return;
    const _Py_CODEUNIT *units = (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes), *unit = units + (f->prev_instr - _PyCode_CODE(f->f_code));
    int opcode = _Py_OPCODE(*unit), name = _Py_OPARG(*unit);
    for (int shift = 8; unit > units && _Py_OPCODE(unit[-1]) == EXTENDED_ARG; shift += 8) name |= _Py_OPARG(*--unit) << shift;
    Py_DECREF(bytes);
    if (opcode == LOAD_ATTR) failed_load(owner, PyTuple_GET_ITEM(f->f_code->co_names, name));
}

static PyObject *load_property(PyObject *owner, PyObject *name, PyObject *property) {
    PyObject *getter = *(PyObject **)(property + 1); /* its first member */
    if (getter == NULL) return MISS;
    Py_INCREF(property);
    PyObject *result = tierup_call_one(PyThreadState_GET(), getter, owner);
    Py_DECREF(property);
    return LIKELY(result != NULL) ? result : failed_load(owner, name);
}

/* What __getattr__ says of a name that neither the class nor the instance has: called as the bound method would be, which holds the instance once more. */
static PyObject *load_hooked(PyObject *owner, PyObject *name, PyTypeObject *type, int64_t *word) {
    PyObject *own = load_shadow(owner, name, type, word), *args[2] = {owner, name};
    if (own != NULL) return own;
    Py_INCREF(owner);
    PyObject *hook = new_ref((PyObject *)word[1]), *result = tierup_call_lent(PyThreadState_GET(), hook, args, 2);
    Py_DECREF(hook);
    if (UNLIKELY(result == NULL)) failed_load(owner, name);
    Py_DECREF(owner);
    return result;
}

static inline PyObject *load_known(PyObject *owner, PyObject *name, PyTypeObject *type, int64_t *word) {
    switch (word_kind(word[0])) {
    case INSTANCE: return load_instance(owner, name, word);
    case SLOT: {
        PyObject *value = *(PyObject **)((char *)owner + word[1]);
        return value ? new_ref(value) : MISS;
    }
    case PROPERTY: return load_property(owner, name, (PyObject *)word[1]);
    case HOOKED: return load_hooked(owner, name, type, word);
    case CLASS: {
        PyObject *value = load_class(owner, name, type, word);
        return LIKELY(value != NULL) ? value : failed_load(owner, name);
    }
    default: return MISS;
    }
}

/* Attributes of classes whose metaclass is `type`; word 0 has the class's own version. */
static PyObject *load_from_class(PyTypeObject *owner, PyObject *name, int64_t *word) {
    uint32_t version = owner->tp_version_tag;
    for (int i = 0; i < 4; i += 2) {
        if (version == 0 || word_version(word[i]) != version) continue;
        if (word_kind(word[i]) != CLASS) return PyObject_GetAttr((PyObject *)owner, name);
        PyObject *found = (PyObject *)word[i + 1];
        descrgetfunc get = Py_TYPE(found)->tp_descr_get;
        Py_INCREF(found);
        if (get == NULL) return found;
        PyObject *result = get(found, NULL, (PyObject *)owner);
        Py_DECREF(found);
        return LIKELY(result != NULL) ? result : failed_load((PyObject *)owner, name);
    }
    PyObject *result = PyObject_GetAttr((PyObject *)owner, name);
    if (result == NULL || owner->tp_dict == NULL) return result;
    PyObject *of_type = _PyType_Lookup(&PyType_Type, name), *found = _PyType_Lookup(owner, name);
    bool plain = found != NULL && (of_type == NULL || Py_TYPE(of_type)->tp_descr_set == NULL);
    int i = word[0] == 0 ? 0 : 2;
    if (owner->tp_version_tag == 0) return result;
    word[i] = pack(owner->tp_version_tag, plain ? CLASS : GENERAL, -1);
    word[i + 1] = plain ? (int64_t)found : 0;
    return result;
}

/* The attribute, or MISS where only the library can tell. */
static __attribute__((noinline)) PyObject *load_quickly(PyObject *owner, PyObject *name, int64_t *word) {
    int64_t fresh[2];
    PyTypeObject *type = Py_TYPE(owner);
    if (type == &PyType_Type) return load_from_class((PyTypeObject *)owner, name, word);
    uint32_t version = type->tp_version_tag;
    if (LIKELY(version != 0)) {
        if (word_version(word[2]) == version) word += 2;
        if (LIKELY(word_version(word[0]) == version)) {
            PyObject *value = load_known(owner, name, type, word);
            if (LIKELY(value != MISS) || word_kind(word[0]) != INSTANCE) return value;
        } else if (word[0] != 0) {
            word += 2;
            int64_t *known = word[0] != 0 ? shared_find(loads, version, name) : NULL;
            if (known != NULL) {
                PyObject *value = load_known(owner, name, type, known);
                if (LIKELY(value != MISS) || word_kind(known[0]) != INSTANCE) return value;
                word = fresh; /* what is learned goes into the table as a whole: it may have changed meanwhile */
            }
        }
    }
    learn_load(type, owner, name, word);
    shared_put(loads, name, word);
    return word_kind(word[0]) == INSTANCE ? load_instance(owner, name, word) : MISS;
}

/* The entry of an access for this type, if it has one. */
static inline int64_t *own_entry(PyTypeObject *type, int64_t *word) {
    uint32_t version = type->tp_version_tag;
    if (UNLIKELY(version == 0)) return NULL;
    if (LIKELY(word_version(word[0]) == version)) return word;
    return word_version(word[2]) == version ? word + 2 : NULL;
}

/* Where an instance has the value of an INSTANCE entry, if that is among its inline values and `name` is there still. */
static inline PyObject **inline_place(PyObject *owner, PyObject *name, const int64_t *word) {
    if (UNLIKELY(word[1] != MANAGED_DICT_OFFSET)) return NULL;
    PyDictValues *values = *_PyObject_ValuesPointer(owner);
    PyDictKeysObject *keys = tierup_shared_keys(Py_TYPE(owner));
    Py_ssize_t position = word_position(word[0]);
    if (UNLIKELY(values == NULL || position >= keys->dk_nentries || DK_UNICODE_ENTRIES(keys)[position].me_key != name)) return NULL;
    return &values->values[position];
}

/* The helpers do what is usual without a call, so that no register has to be saved, and leave the rest to other functions. */
PyObject *tierup_load_attr_cached(PyObject *owner, PyObject *name, void *cells) {
    int64_t *word = own_entry(Py_TYPE(owner), cells);
    if (LIKELY(word != NULL)) {
        PyObject **place = word_kind(word[0]) == INSTANCE ? inline_place(owner, name, word) : word_kind(word[0]) == SLOT ? (PyObject **)((char *)owner + word[1]) : NULL;
        if (LIKELY(place != NULL && *place != NULL)) return new_ref(*place);
    }
    PyObject *value = load_quickly(owner, name, cells);
    return LIKELY(value != MISS) ? value : PyObject_GetAttr(owner, name);
}

/* ---- getattr(owner, "name", default), hasattr(owner, "name") ---- */

/* Is there no such attribute for sure? Where the library would raise an AttributeError only to clear it. */
static bool absent(PyObject *owner, PyObject *name) {
    PyTypeObject *type = Py_TYPE(owner);
    PyObject *found = _PyType_Lookup(type, name);
    if (type->tp_getattro == PyType_Type.tp_getattro) return found == NULL && ((PyTypeObject *)owner)->tp_dict != NULL && _PyType_Lookup((PyTypeObject *)owner, name) == NULL;
    if (type->tp_getattro != PyObject_GenericGetAttr || found == NULL) return false;
    PyMemberDef *member = member_of(type, found);
    return member != NULL && *(PyObject **)((char *)owner + member->offset) == NULL;
}

bool tierup_attribute_missing(PyObject *owner, PyObject *name) {
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_getattro != PyObject_GenericGetAttr || !findable(name) || type->tp_dict == NULL || _PyType_Lookup(type, name) != NULL) return false;
    return managed(type) ? tierup_not_own(owner, name) : type->tp_dictoffset == 0;
}

/* As _PyObject_LookupAttr. */
static int look_up(PyObject *owner, PyObject *name, int64_t *word, PyObject **result) {
    *result = NULL;
    if (PyType_Check(owner) && absent(owner, name)) return 0;
    *result = load_quickly(owner, name, word);
    if (*result == MISS) return absent(owner, name) ? 0 : _PyObject_LookupAttr(owner, name, result);
    if (LIKELY(*result != NULL)) return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
    PyErr_Clear();
    return 0;
}

PyObject *tierup_getattr(PyObject *owner, PyObject *name, PyObject *otherwise, void *cells) {
    PyObject *result;
    int found = look_up(owner, name, cells, &result);
    return found > 0 ? result : found < 0 ? NULL : new_ref(otherwise);
}

int64_t tierup_hasattr(PyObject *owner, PyObject *name, void *cells) {
    PyObject *result;
    int found = look_up(owner, name, cells, &result);
    if (found > 0) Py_DECREF(result);
    return found;
}

/* ---- methods ---- */

int64_t tierup_load_method(PyObject *owner, PyObject *name, void *result) {
    PyObject **out = result, *method = NULL;
    if (_PyObject_GetMethod(owner, name, &method)) {
        out[0] = method;
        out[1] = new_ref(owner);
        return 0;
    }
    out[0] = NULL;
    out[1] = method;
    return method == NULL ? -1 : 0;
}

static __attribute__((noinline)) int64_t load_method_slowly(PyObject *owner, PyObject *name, void *cells, void *result) {
    PyObject **out = result, *value;
    int64_t *word = cells;
    PyTypeObject *type = Py_TYPE(owner);
    out[0] = NULL;
    if (type == &PyType_Type) {
        out[1] = load_from_class((PyTypeObject *)owner, name, word);
        return out[1] == NULL ? -1 : 0;
    }
    uint32_t version = type->tp_version_tag;
    if (word_version(word[2]) == version) word += 2;
    if (UNLIKELY(version == 0 || word_version(word[0]) != version)) {
        if (word == cells && word[0] != 0) word += 2;
        int64_t *known = version != 0 && word[0] != 0 ? shared_find(methods, version, name) : NULL;
        if (known != NULL) {
            word = known;
        } else {
            learn_method(type, owner, name, word);
            shared_put(methods, name, word);
        }
    }
    if (LIKELY(word_kind(word[0]) == METHOD)) {
        value = load_shadow(owner, name, type, word);
        if (LIKELY(value == NULL)) {
            out[0] = new_ref((PyObject *)word[1]);
            out[1] = new_ref(owner);
            return 0;
        }
    } else { /* errors are left as LOAD_METHOD leaves them */
        value = word_kind(word[0]) == INSTANCE ? load_instance(owner, name, word) : word_kind(word[0]) == CLASS ? load_class(owner, name, type, word)
              : word_kind(word[0]) == HOOKED ? load_hooked(owner, name, type, word) : MISS;
    }
    if (UNLIKELY(value == MISS)) return tierup_load_method(owner, name, out);
    out[1] = value;
    return value == NULL ? -1 : 0;
}

/* Can instances not have a name of their own that the type has, too, by what the entry says? */
static inline bool unshadowed(PyObject *owner, PyTypeObject *type, const int64_t *word) {
    if (!managed(type)) return type->tp_dictoffset == 0 || *(PyObject **)((char *)owner + type->tp_dictoffset) == NULL; /* it is not negative: see learn_method */
    return *_PyObject_ValuesPointer(owner) != NULL && word_position(word[0]) == tierup_shared_keys(type)->dk_nentries;
}

int64_t tierup_load_method_cached(PyObject *owner, PyObject *name, void *cells, void *result) {
    PyObject **out = result, **place;
    PyTypeObject *type = Py_TYPE(owner);
    int64_t *word = own_entry(type, cells);
    if (LIKELY(word != NULL)) {
        if (LIKELY(word_kind(word[0]) == METHOD && unshadowed(owner, type, word))) {
            out[0] = new_ref((PyObject *)word[1]);
            out[1] = new_ref(owner);
            return 0;
        }
        if (word_kind(word[0]) == INSTANCE && (place = inline_place(owner, name, word)) != NULL && *place != NULL) {
            out[0] = NULL;
            out[1] = new_ref(*place);
            return 0;
        }
    }
    return load_method_slowly(owner, name, cells, result);
}
