/* Our own Python objects, put out of the collector's sight: its lists are the program's. Each full collection would follow the thousand objects that our modules
   consist of, and gc.get_objects() show them.

   They are in a list of their own, so that those which die leave it as any other; to the collector they are what it has no part in, and references from them count
   as references from outside. */
#include "runtime.h"

static PyGC_Head aside;

struct found { PyObject **object; size_t n, room; };

static void tierup_aside_add(struct found *found, PyObject *object) {
    if (object == NULL || !PyObject_IS_GC(object) || !_PyObject_GC_IS_TRACKED(object)) return;
    if (found->n == found->room) {
        size_t room = found->room ? found->room * 2 : 2048;
        PyObject **more = realloc(found->object, room * sizeof *more);
        if (more == NULL) return; /* it stays where it is */
        found->object = more;
        found->room = room;
    }
    found->object[found->n++] = object;
}

static bool tierup_aside_module(PyObject *object) { return PyModule_CheckExact(object) && tierup_codes_own_globals(PyModule_GetDict(object)); }

static bool tierup_aside_class(PyTypeObject *type) {
    PyObject *module = type->tp_flags & Py_TPFLAGS_HEAPTYPE ? PyDict_GetItemWithError(type->tp_dict, &_Py_ID(__module__)) : NULL;
    if (module == NULL) PyErr_Clear();
    if (module == NULL || !PyUnicode_CheckExact(module) || !PyUnicode_IS_COMPACT_ASCII(module)) return false;
    const char *text = PyUnicode_DATA(module);
    return strncmp(text, "tierup", 6) == 0 && (text[6] == '\0' || text[6] == '.');
}

static bool tierup_aside_descriptor(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    bool descriptor = type == &PyMemberDescr_Type || type == &PyGetSetDescr_Type || type == &PyWrapperDescr_Type || type == &PyMethodDescr_Type;
    return descriptor && PyDescr_TYPE(object) != NULL && tierup_aside_class(PyDescr_TYPE(object));
}

/* A module's dictionary and the plain containers in it; not the dictionary of builtins, which is the interpreter's where it isn't ours. */
static void tierup_aside_add_module(struct found *found, PyObject *module) {
    PyObject *names = PyModule_GetDict(module), *key, *value;
    Py_ssize_t at = 0;
    tierup_aside_add(found, names);
    while (PyDict_Next(names, &at, &key, &value))
        if ((PyDict_CheckExact(value) && value != PyInterpreterState_Main()->builtins) || PyTuple_CheckExact(value)) tierup_aside_add(found, value);
}

static void tierup_aside_look(struct found *found, PyObject *object) {
    if (PyFunction_Check(object)) {
        if (!tierup_codes_own_globals(PyFunction_GET_GLOBALS(object))) return;
        tierup_aside_add(found, ((PyFunctionObject *)object)->func_annotations);
    }
    else if (PyType_Check(object)) {
        if (!tierup_aside_class((PyTypeObject *)object)) return;
        tierup_aside_add(found, ((PyTypeObject *)object)->tp_dict);
        tierup_aside_add(found, ((PyTypeObject *)object)->tp_mro);
        tierup_aside_add(found, ((PyTypeObject *)object)->tp_bases);
    }
    else if (PyModule_CheckExact(object)) {
        if (!tierup_aside_module(object)) return;
        tierup_aside_add_module(found, object);
    }
    else if (PyCFunction_CheckExact(object)) {
        if (PyCFunction_GET_SELF(object) == NULL || !tierup_aside_module(PyCFunction_GET_SELF(object))) return;
    }
    else if (!tierup_aside_descriptor(object) && !tierup_aside_class(Py_TYPE(object))) return;
    tierup_aside_add(found, object);
}

static void tierup_aside_move(PyObject *object) {
    PyGC_Head *head = _Py_AS_GC(object), *before = _PyGCHead_PREV(head), *behind = _PyGCHead_NEXT(head), *last = _PyGCHead_PREV(&aside);
    _PyGCHead_SET_NEXT(before, behind);
    _PyGCHead_SET_PREV(behind, before);
    _PyGCHead_SET_NEXT(last, head);
    _PyGCHead_SET_PREV(head, last);
    _PyGCHead_SET_NEXT(head, &aside);
    _PyGCHead_SET_PREV(&aside, head);
}

/* What there is by now, in so many generations, the youngest first. Not in the middle of a collection, whose lists these are. */
void tierup_aside_put(int generations) {
    struct found found = {0};
    if (PyInterpreterState_Main()->gc.collecting) return;
    if (aside._gc_next == 0) aside._gc_next = aside._gc_prev = (uintptr_t)&aside;
    for (int generation = 0; generation < generations; generation++)
        for (PyObject *object = tierup_tracked_first(generation); object != NULL; object = tierup_tracked_next(generation, object)) tierup_aside_look(&found, object);
    for (size_t i = 0; i < found.n; i++) tierup_aside_move(found.object[i]);
    free(found.object);
}
