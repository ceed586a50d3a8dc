/* The functions that Python sees; docs/design.md says what each of them does. */
#include "attributes.h"

static PyObject *tierup_module_answer(int error) {
    if (error < 0) return NULL;
    Py_RETURN_NONE;
}

static struct tierup_code_state *tierup_module_state(PyObject *code) {
    if (PyInterpreterState_Get() != tierup_main_interpreter()) {
        PyErr_SetString(PyExc_RuntimeError, "only the main interpreter is served");
        return NULL;
    }
    if (PyCode_Check(code)) return tierup_codes_state((PyCodeObject *)code);
    PyErr_SetString(PyExc_TypeError, "a code object is needed");
    return NULL;
}

static tierup_region *tierup_module_region(PyObject *number) {
    long id = PyLong_AsLong(number);
    if (id == -1 && PyErr_Occurred()) return NULL;
    return tierup_regions_get(id < 0 || id > INT32_MAX ? -1 : (int)id);
}

static PyObject *supported(PyObject *self, PyObject *unused) { return PyUnicode_FromString(tierup_layout_supported()); }
static PyObject *abi_tag(PyObject *self, PyObject *unused) { return tierup_layout_abi_tag(); }
static PyObject *layout(PyObject *self, PyObject *unused) { return tierup_layout_layout(); }
static PyObject *symbols(PyObject *self, PyObject *unused) { return tierup_layout_symbols(); }
static PyObject *opcodes(PyObject *self, PyObject *unused) { return tierup_layout_opcodes(); }

static PyObject *start(PyObject *self, PyObject *on_visit) {
    if (PyInterpreterState_Get() != tierup_main_interpreter()) Py_RETURN_NONE;
    int generations = tierup_sampler_runs() ? 1 : NUM_GENERATIONS; /* started again, with what was made since: the program's own objects are many by then */
    if (tierup_tracing_init() < 0 || tierup_builtins_seal(generations) < 0 || tierup_sampler_start(on_visit) < 0) return NULL;
    tierup_aside_put(generations);
    tierup_generators_wrap();
    tierup_async_wrap();
    tierup_objects_wrap();
    Py_RETURN_NONE;
}

static PyObject *stop(PyObject *self, PyObject *unused) {
    tierup_sampler_stop();
    if (PyInterpreterState_Get() == tierup_main_interpreter()) {
        tierup_generators_unwrap();
        tierup_async_unwrap();
        tierup_objects_unwrap();
    }
    tierup_regions_uninstall_all();
    tierup_events_clear();
    if (PyInterpreterState_Get() == tierup_main_interpreter()) tierup_force_set(NULL);
    Py_RETURN_NONE;
}

static PyObject *stop_for_good(PyObject *self, PyObject *unused) {
    PyObject *result = stop(self, unused);
    tierup_sampler_end();
    tierup_regions_remove_all();
    tierup_codes_forget_all();
    return result;
}

static PyObject *configure(PyObject *self, PyObject *arguments, PyObject *options) {
    static char *names[] = {"tick_us", "hot_samples", "record_ops", "exit_limit", "osr_events", "record_us", "poll", "answers", "force", NULL};
    struct tierup_configuration *c = &tierup_configuration;
    int force = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, options, "|$iiiiiiiii", names, &c->tick_us, &c->hot_samples, &c->record_ops, &c->exit_limit, &c->osr_events,
                                     &c->record_us, &c->poll, &c->answers, &force))
        return NULL;
    if (c->tick_us < 100) c->tick_us = 100;
    tierup_sampler_wake();
    Py_RETURN_NONE;
}

static PyObject *rest_until(PyObject *self, PyObject *seconds) {
    double at = PyFloat_AsDouble(seconds);
    if (at == -1.0 && PyErr_Occurred()) return NULL;
    tierup_configuration.rest_ms = at * 1000 < INT_MAX ? (int)(at * 1000) : INT_MAX;
    Py_RETURN_NONE;
}

static PyObject *take_events(PyObject *self, PyObject *unused) { return tierup_events_take(); }

static PyObject *record(PyObject *self, PyObject *arguments) {
    PyObject *code;
    int windows = 1;
    if (!PyArg_ParseTuple(arguments, "O|i:record", &code, &windows)) return NULL;
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL || tierup_tracing_init() < 0) return NULL;
    if (!state->want_record) {
        state->state = TIERUP_RECORDING;
        state->want_record = true;
        state->windows = windows;
        tierup_recorder_wanted++;
        tierup_sampler_wake();
    }
    Py_RETURN_NONE;
}

static PyObject *await_call(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL) return NULL;
    state->await_call = true;
    tierup_entry_wait(state);
    Py_RETURN_NONE;
}

static PyObject *read_profile(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    return state ? tierup_profiles_read(state) : NULL;
}

static PyObject *large_ints(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    return state ? tierup_profiles_large(state) : NULL;
}

static PyObject *refer(PyObject *self, PyObject *arguments) {
    PyObject *profile, *refs, *describe;
    return PyArg_ParseTuple(arguments, "O!O!O:refer", &PyDict_Type, &profile, &PyDict_Type, &refs, &describe) ? tierup_capture_refer(profile, refs, describe) : NULL;
}

static PyObject *uses(PyObject *self, PyObject *code) {
    return PyCode_Check(code) ? tierup_capture_uses((PyCodeObject *)code) : PyErr_Format(PyExc_TypeError, "a code object is needed");
}

static PyObject *stores_globals(PyObject *self, PyObject *code) {
    if (!PyCode_Check(code)) return PyErr_Format(PyExc_TypeError, "a code object is needed");
    int found = tierup_capture_stores_globals((PyCodeObject *)code);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

static PyObject *code_globals(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL) return NULL;
    if (state->globals == NULL) Py_RETURN_NONE;
    return PyTuple_Pack(2, state->globals, state->builtins);
}

static PyObject *load_region(PyObject *self, PyObject *arguments) {
    PyObject *code, *pool, *keep, *exits, *values = NULL, *kept = NULL;
    const char *kind, *blob;
    int header, id = -1;
    Py_ssize_t blob_size, code_size;
    if (!PyArg_ParseTuple(arguments, "Osiy#nOOO:load_region", &code, &kind, &header, &blob, &blob_size, &code_size, &pool, &keep, &exits)) return NULL;
    bool loop = strcmp(kind, "loop") == 0, resume = strcmp(kind, "resume") == 0;
    if ((!loop && !resume && strcmp(kind, "call")) || blob_size <= 0 || code_size <= 0 || (loop && header < 0)) {
        PyErr_SetString(PyExc_ValueError, "bad kind, header or size of region");
        return NULL;
    }
    struct tierup_code_state *state = tierup_module_state(code);
    Py_ssize_t nexits = state ? PyObject_Size(exits) : -1;
    if (nexits >= 0 && tierup_tracing_init() == 0 && (values = PySequence_List(pool)) != NULL && (kept = PySequence_Tuple(keep)) != NULL)
        id = tierup_regions_load(state, loop ? TIERUP_LOOP : resume ? TIERUP_RESUME : TIERUP_CALL, loop ? header / 2 : -1, blob, blob_size, code_size, values, kept,
                                 (int)nexits);
    Py_XDECREF(values);
    Py_XDECREF(kept);
    return id < 0 ? NULL : PyLong_FromLong(id);
}

static PyObject *install(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    return region ? PyBool_FromLong(tierup_regions_install(region)) : NULL;
}

static PyObject *suspend(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    if (region == NULL) PyErr_Clear();
    else tierup_regions_uninstall(region);
    Py_RETURN_NONE;
}

static PyObject *remove_region(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    if (region == NULL) PyErr_Clear(); /* its code was gone already, when there was no memory to say so */
    else tierup_regions_remove(region);
    Py_RETURN_NONE;
}

static PyObject *watch_region(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    if (region == NULL) PyErr_Clear();
    else tierup_regions_watch(region);
    Py_RETURN_NONE;
}

/* What it was bound to: (objects kept alive, values of the pool), as load_region got them. */
static PyObject *region_binding(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    if (region != NULL && region->keep != NULL) return Py_NewRef(region->keep);
    if (region != NULL) PyErr_SetString(PyExc_KeyError, "the region's code is gone");
    return NULL;
}

static PyObject *region_stats(PyObject *self, PyObject *number) {
    tierup_region *region = tierup_module_region(number);
    PyObject *exits = region ? PyDict_New() : NULL;
    if (region == NULL) PyErr_Clear();
    if (region == NULL) return PyDict_New();
    for (int i = 0; exits != NULL && i < region->nexits; i++) {
        if (region->exits[i].count == 0) continue;
        PyObject *key = PyLong_FromLong(i), *value = PyLong_FromUnsignedLong(region->exits[i].count);
        if (key == NULL || value == NULL || PyDict_SetItem(exits, key, value) < 0) Py_CLEAR(exits);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return exits ? Py_BuildValue("{sKsNsOsn}", "entries", (unsigned long long)region->entries, "exits", exits, "installed",
                                 region->installed ? Py_True : Py_False, "active", region->active)
                 : NULL;
}

static PyObject *code_state(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    return state ? PyLong_FromLong(state->state) : NULL;
}

static PyObject *set_code_state(PyObject *self, PyObject *arguments) {
    PyObject *code;
    int value;
    if (!PyArg_ParseTuple(arguments, "Oi:set_code_state", &code, &value)) return NULL;
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL) return NULL;
    tierup_codes_set_state(state, value);
    Py_RETURN_NONE;
}

static PyObject *await_answer(PyObject *self, PyObject *arguments) {
    PyObject *code;
    int change;
    if (!PyArg_ParseTuple(arguments, "Oi:await_answer", &code, &change)) return NULL;
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL) return NULL;
    tierup_codes_await(state, change);
    Py_RETURN_NONE;
}

static PyObject *never(PyObject *self, PyObject *code) {
    struct tierup_code_state *state = tierup_module_state(code);
    if (state == NULL) return NULL;
    tierup_codes_set_state(state, TIERUP_REFUSED);
    if (state->call_region) tierup_regions_remove(state->call_region);
    if (state->resume_region) tierup_regions_remove(state->resume_region);
    while (state->loop_regions) tierup_regions_remove(state->loop_regions);
    Py_RETURN_NONE;
}

/* ---- facts about live objects ---- */

/* What a class and those that it inherits from have under a name; else the third argument. */
static PyObject *learn_arrays(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "learn_arrays(ndarray, float64, int64, bool)");
        return NULL;
    }
    return PyBool_FromLong(tierup_arrays_learn(arguments));
}

static PyObject *type_lookup(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
    if (count != 3 || !PyType_Check(arguments[0]) || !PyUnicode_CheckExact(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "type_lookup(type, name, missing)");
        return NULL;
    }
    PyTypeObject *type = (PyTypeObject *)arguments[0];
    PyObject *found = type->tp_mro != NULL ? _PyType_Lookup(type, arguments[1]) : NULL; /* which would make a type ready that has none */
    return Py_NewRef(found != NULL ? found : arguments[2]);
}

static PyObject *type_version(PyObject *self, PyObject *object) {
    if (!PyType_Check(object)) return PyLong_FromLong(-1);
    PyTypeObject *type = (PyTypeObject *)object;
    if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG)) _PyType_Lookup(type, &_Py_ID(__class__)); /* gives it one, if it can have one */
    return PyLong_FromUnsignedLong(PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG) ? type->tp_version_tag : 0);
}

static PyObject *generic_attributes(PyObject *self, PyObject *object) {
    if (!PyType_Check(object)) return PyLong_FromLong(0);
    PyTypeObject *type = (PyTypeObject *)object;
    PyTypeObject *base = type; /* the first that is not made by a class statement, nor by type() */
    while (base != NULL && base->tp_dealloc == type->tp_dealloc) base = base->tp_base;
    bool plain = base == &PyBaseObject_Type && type->tp_finalize == NULL && type->tp_del == NULL && type->tp_alloc == PyType_GenericAlloc;
    bool hooked = tierup_attributes_hooked(type);
    return PyLong_FromLong((type->tp_getattro == PyObject_GenericGetAttr || hooked) | (type->tp_setattro == PyObject_GenericSetAttr) << 1 | plain << 2 | hooked << 3);
}

static PyDictKeysObject *tierup_module_shared_keys(PyObject *type) {
    if (!PyType_Check(type) || !PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HEAPTYPE)) return NULL;
    if (!PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_MANAGED_DICT)) return NULL;
    return ((PyHeapTypeObject *)type)->ht_cached_keys;
}

static PyObject *inline_index(PyObject *self, PyObject *arguments) {
    PyObject *type, *name;
    if (!PyArg_ParseTuple(arguments, "OU:inline_index", &type, &name)) return NULL;
    PyDictKeysObject *keys = tierup_module_shared_keys(type);
    if (keys != NULL && keys->dk_kind != DICT_KEYS_GENERAL)
        for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
            PyObject *key = DK_UNICODE_ENTRIES(keys)[i].me_key;
            if (key != NULL && (key == name || _PyUnicode_EQ(key, name))) return PyLong_FromSsize_t(i);
        }
    return PyLong_FromLong(-1);
}

static PyObject *inline_count(PyObject *self, PyObject *type) {
    PyDictKeysObject *keys = tierup_module_shared_keys(type);
    return PyLong_FromSsize_t(keys ? keys->dk_nentries : -1);
}

static PyObject *member_offset(PyObject *self, PyObject *object) {
    PyMemberDef *member = Py_IS_TYPE(object, &PyMemberDescr_Type) ? ((PyMemberDescrObject *)object)->d_member : NULL;
    return PyLong_FromSsize_t(member != NULL && member->type == T_OBJECT_EX && member->flags == 0 ? member->offset : -1);
}

static PyObject *dict_version(PyObject *self, PyObject *object) {
    if (!PyDict_CheckExact(object)) return PyLong_FromLong(-1);
    return PyLong_FromUnsignedLongLong(((PyDictObject *)object)->ma_version_tag);
}

static PyObject *recorder_spent(PyObject *self, PyObject *unused) { return PyLong_FromLongLong(tierup_recorder_spent()); }
static PyObject *native_us(PyObject *self, PyObject *unused) { return PyLong_FromLongLong(tierup_sampler_native_us()); }

/* What a method in C can be called with, besides self. */
static PyObject *method_takes(PyObject *self, PyObject *object) {
    if (!Py_IS_TYPE(object, &PyMethodDescr_Type)) return PyUnicode_FromString("");
    switch (((PyMethodDescrObject *)object)->d_method->ml_flags & TIERUP_METHOD_CONVENTION) {
    case METH_NOARGS: return PyUnicode_FromString("nothing");
    case METH_O: return PyUnicode_FromString("one");
    case METH_VARARGS:
    case METH_FASTCALL: return PyUnicode_FromString("many");
    case METH_VARARGS | METH_KEYWORDS:
    case METH_FASTCALL | METH_KEYWORDS:
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS: return PyUnicode_FromString("keywords");
    default: return PyUnicode_FromString("");
    }
}

/* ---- the rest ---- */

static PyObject *hold_collections(PyObject *self, PyObject *unused) { return PyLong_FromLong(tierup_gc_hold()); }

static PyObject *release_collections(PyObject *self, PyObject *before) {
    long count = PyLong_AsLong(before);
    if (count == -1 && PyErr_Occurred()) return NULL;
    tierup_gc_release((int)count);
    Py_RETURN_NONE;
}

static PyObject *set_mode(PyObject *self, PyObject *arguments) {
    PyObject *on_frame = NULL;
    int force;
    if (!PyArg_ParseTuple(arguments, "p|O:set_mode", &force, &on_frame)) return NULL;
    if (PyInterpreterState_Get() != tierup_main_interpreter()) Py_RETURN_NONE;
    if (force && on_frame == NULL) {
        PyErr_SetString(PyExc_TypeError, "force mode needs on_frame");
        return NULL;
    }
    return tierup_module_answer(tierup_tracing_init() < 0 ? -1 : tierup_force_set(force ? on_frame : NULL));
}

static char **tierup_module_strings(PyObject *sequence) {
    Py_ssize_t n = PySequence_Size(sequence);
    char **strings = n < 0 ? NULL : PyMem_Calloc(n + 1, sizeof *strings);
    for (Py_ssize_t i = 0; strings != NULL && i < n; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        if (item == NULL || PyBytes_AsStringAndSize(item, &strings[i], NULL) < 0) { PyMem_Free(strings); strings = NULL; }
        Py_XDECREF(item); /* the sequence keeps it */
    }
    return strings;
}

static PyObject *spawn(PyObject *self, PyObject *arguments) {
    PyObject *argv, *environment;
    if (!PyArg_ParseTuple(arguments, "O!O!:spawn", &PyList_Type, &argv, &PyList_Type, &environment)) return NULL;
    char **words = tierup_module_strings(argv), **variables = words ? tierup_module_strings(environment) : NULL;
    int error = variables && words[0] ? tierup_spawn_detached(words, variables) : -1;
    PyMem_Free(words);
    PyMem_Free(variables);
    if (PyErr_Occurred()) return NULL;
    return PyBool_FromLong(error == 0);
}

static PyObject *live_bytecode(PyObject *self, PyObject *code) {
    if (!PyCode_Check(code)) return PyErr_Format(PyExc_TypeError, "a code object is needed");
    return PyBytes_FromStringAndSize((char *)tierup_code_units((PyCodeObject *)code), _PyCode_NBYTES((PyCodeObject *)code));
}

static PyObject *after_fork_in_child(PyObject *self, PyObject *unused) {
    tierup_sampler_after_fork();
    tierup_codes_unanswered();
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"supported", supported, METH_NOARGS}, {"abi_tag", abi_tag, METH_NOARGS}, {"layout", layout, METH_NOARGS}, {"symbols", symbols, METH_NOARGS}, {"opcodes", opcodes, METH_NOARGS},
    {"hold_collections", hold_collections, METH_NOARGS}, {"release_collections", release_collections, METH_O}, {"start", start, METH_O}, {"stop", stop, METH_NOARGS}, {"configure", (PyCFunction)(void *)configure, METH_VARARGS | METH_KEYWORDS},
    {"take_events", take_events, METH_NOARGS}, {"rest_until", rest_until, METH_O}, {"record", record, METH_VARARGS}, {"await_call", await_call, METH_O}, {"read_profile", read_profile, METH_O}, {"large_ints", large_ints, METH_O}, {"refer", refer, METH_VARARGS}, {"uses", uses, METH_O}, {"stores_globals", stores_globals, METH_O}, {"code_globals", code_globals, METH_O},
    {"load_region", load_region, METH_VARARGS}, {"install", install, METH_O}, {"remove", remove_region, METH_O}, {"suspend", suspend, METH_O}, {"region_stats", region_stats, METH_O},
    {"watch_region", watch_region, METH_O}, {"region_binding", region_binding, METH_O},
    {"code_state", code_state, METH_O}, {"set_code_state", set_code_state, METH_VARARGS}, {"await_answer", await_answer, METH_VARARGS}, {"never", never, METH_O}, {"type_version", type_version, METH_O},
    {"learn_arrays", (PyCFunction)(void (*)(void))learn_arrays, METH_FASTCALL},
    {"type_lookup", (PyCFunction)(void (*)(void))type_lookup, METH_FASTCALL},
    {"generic_attributes", generic_attributes, METH_O}, {"inline_index", inline_index, METH_VARARGS}, {"inline_count", inline_count, METH_O}, {"member_offset", member_offset, METH_O},
    {"dict_version", dict_version, METH_O}, {"method_takes", method_takes, METH_O}, {"recorder_spent", recorder_spent, METH_NOARGS}, {"native_us", native_us, METH_NOARGS}, {"set_mode", set_mode, METH_VARARGS}, {"spawn", spawn, METH_VARARGS}, {"live_bytecode", live_bytecode, METH_O},
    {NULL},
};

static PyMethodDef fork_method = {"after_fork_in_child", after_fork_in_child, METH_NOARGS};
static PyMethodDef exit_method = {"stop", stop_for_good, METH_NOARGS};

static int tierup_module_register(const char *module, const char *function, const char *keyword, PyMethodDef *method) {
    PyObject *imported = PyImport_ImportModule(module), *registrar = imported ? PyObject_GetAttrString(imported, function) : NULL;
    PyObject *callable = PyCFunction_New(method, NULL), *result = NULL;
    if (registrar != NULL && callable != NULL) {
        PyObject *arguments = keyword ? PyTuple_New(0) : PyTuple_Pack(1, callable), *named = keyword ? Py_BuildValue("{sO}", keyword, callable) : NULL;
        if (arguments != NULL && !PyErr_Occurred()) result = PyObject_Call(registrar, arguments, named);
        Py_XDECREF(arguments);
        Py_XDECREF(named);
    }
    Py_XDECREF(imported);
    Py_XDECREF(registrar);
    Py_XDECREF(callable);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static int tierup_module_exec(PyObject *module) {
    static bool done;
    if (PyInterpreterState_Get() != tierup_main_interpreter() || done || tierup_layout_supported()[0]) return 0;
    if (tierup_codes_init() < 0 || tierup_entry_init() < 0 || tierup_stack_init() != 0 || tierup_builtins_keep() < 0) return -1;
    tierup_garbage_init();
    tierup_objects_init();
    if (tierup_module_register("posix", "register_at_fork", "after_in_child", &fork_method) < 0) return -1;
    if (tierup_module_register("atexit", "register", NULL, &exit_method) < 0) return -1;
    done = true;
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, tierup_module_exec}, {0}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "tierup._tierup", .m_methods = functions, .m_slots = slots};
PyMODINIT_FUNC PyInit__tierup(void) { return PyModuleDef_Init(&definition); }
