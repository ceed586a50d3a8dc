/* The numbers and addresses that compiled code needs; no other place knows one. */
#include "runtime.h"
#include "helpers_generated.h"
#include "compat/numpy_2.h"
#include "internal/pycore_ceval.h"
#include "internal/pycore_moduleobject.h"
#include <math.h>

#ifndef TIERUP_VERSION
#define TIERUP_VERSION "0.1"
#endif

__attribute__((weak)) const struct tierup_symbol tierup_helper_symbols[] = {{NULL, NULL}};

#define FIELDS(F) \
    F(PyObject, ob_refcnt) F(PyObject, ob_type) F(PyVarObject, ob_size) \
    F(PyTypeObject, tp_version_tag) F(PyTypeObject, tp_flags) F(PyTypeObject, tp_basicsize) F(PyTypeObject, tp_itemsize) F(PyTypeObject, tp_dict) \
    F(PyTypeObject, tp_dictoffset) F(PyTypeObject, tp_dealloc) F(PyTypeObject, tp_free) F(PyTypeObject, tp_alloc) F(PyTypeObject, tp_mro) \
    F(PyTypeObject, tp_base) F(PyTypeObject, tp_iternext) F(PyTypeObject, tp_iter) F(PyTypeObject, tp_getattro) F(PyTypeObject, tp_setattro) \
    F(PyTypeObject, tp_call) F(PyTypeObject, tp_new) F(PyTypeObject, tp_vectorcall_offset) F(PyTypeObject, tp_as_number) F(PyTypeObject, tp_as_sequence) \
    F(PyTypeObject, tp_as_mapping) F(PyTypeObject, tp_weaklistoffset) F(PyTypeObject, tp_name) F(PyHeapTypeObject, ht_cached_keys) \
    F(PyLongObject, ob_digit) F(PyFloatObject, ob_fval) F(PyListObject, ob_item) F(PyListObject, allocated) F(PyTupleObject, ob_item) \
    F(PyASCIIObject, length) F(PyASCIIObject, hash) F(PyASCIIObject, state) F(PyBytesObject, ob_sval) \
    F(tierup_array, ob_item) F(tierup_array, ob_descr) F(tierup_array_descr, typecode) F(PyByteArrayObject, ob_start) F(PyByteArrayObject, ob_bytes) F(PyByteArrayObject, ob_alloc) \
    F(PyDictObject, ma_used) F(PyDictObject, ma_version_tag) F(PyDictObject, ma_keys) F(PyDictObject, ma_values) \
    F(PyDictKeysObject, dk_nentries) F(PyDictKeysObject, dk_version) F(PyDictKeysObject, dk_kind) F(PyDictKeysObject, dk_log2_size) \
    F(PyDictKeysObject, dk_log2_index_bytes) F(PyDictKeysObject, dk_indices) F(PyDictValues, values) \
    F(PyDictKeyEntry, me_hash) F(PyDictKeyEntry, me_key) F(PyDictKeyEntry, me_value) F(PyDictUnicodeEntry, me_key) F(PyDictUnicodeEntry, me_value) \
    F(PySetObject, used) F(PySetObject, fill) F(PyCellObject, ob_ref) F(PySliceObject, start) F(PySliceObject, stop) F(PySliceObject, step) \
    F(PyMethodObject, im_func) F(PyMethodObject, im_self) F(PyMethodObject, vectorcall) F(PyCFunctionObject, m_ml) F(PyCFunctionObject, m_self) \
    F(PyCFunctionObject, vectorcall) F(PyMethodDef, ml_meth) F(PyMethodDef, ml_flags) F(PyMethodDescrObject, d_method) F(PyMethodDescrObject, vectorcall) \
    F(PyMemberDef, offset) F(PyModuleObject, md_dict) \
    F(PyFunctionObject, func_globals) F(PyFunctionObject, func_builtins) F(PyFunctionObject, func_code) F(PyFunctionObject, func_defaults) F(PyFunctionObject, func_closure) \
    F(PyFunctionObject, func_kwdefaults) F(PyFunctionObject, func_closure) F(PyFunctionObject, func_version) F(PyFunctionObject, vectorcall) \
    F(PyCodeObject, co_code_adaptive) F(PyCodeObject, co_consts) F(PyCodeObject, co_names) F(PyCodeObject, co_flags) F(PyCodeObject, co_nlocalsplus) \
    F(PyCodeObject, co_stacksize) F(PyCodeObject, co_argcount) F(PyCodeObject, co_extra) \
    F(_PyInterpreterFrame, f_func) F(_PyInterpreterFrame, f_globals) F(_PyInterpreterFrame, f_builtins) F(_PyInterpreterFrame, f_locals) \
    F(_PyInterpreterFrame, f_code) F(_PyInterpreterFrame, frame_obj) F(_PyInterpreterFrame, previous) F(_PyInterpreterFrame, prev_instr) \
    F(_PyInterpreterFrame, stacktop) F(_PyInterpreterFrame, is_entry) F(_PyInterpreterFrame, owner) F(_PyInterpreterFrame, localsplus) \
    F(PyThreadState, cframe) F(PyThreadState, recursion_remaining) F(PyThreadState, curexc_type) F(PyThreadState, curexc_value) \
    F(PyThreadState, curexc_traceback) F(PyThreadState, exc_info) F(PyThreadState, datastack_top) F(PyThreadState, datastack_limit) \
    F(PyThreadState, c_tracefunc) F(PyThreadState, c_profilefunc) F(PyThreadState, tracing) F(PyThreadState, interp) F(_PyErr_StackItem, exc_value) \
    F(_PyCFrame, use_tracing) F(_PyCFrame, current_frame) F(_PyCFrame, previous) \
    F(_PyRangeIterObject, index) F(_PyRangeIterObject, start) F(_PyRangeIterObject, step) F(_PyRangeIterObject, len) \
    F(_PyListIterObject, it_index) F(_PyListIterObject, it_seq) F(_PyTupleIterObject, it_index) F(_PyTupleIterObject, it_seq) \
    F(PyGenObject, gi_frame_state) F(PyGenObject, gi_iframe) \
    F(tierup_enumerate, index) F(tierup_enumerate, iterator) F(tierup_enumerate, result) \
    F(tierup_ndarray, data) F(tierup_ndarray, nd) F(tierup_ndarray, dimensions) F(tierup_ndarray, strides) F(tierup_ndarray, descr) F(tierup_ndarray, flags) F(tierup_dtype, byteorder) \
    F(tierup_numpy_float64, value) F(tierup_numpy_int64, value) F(tierup_numpy_truth, value)

#define SIZES(S) \
    S(PyObject) S(PyVarObject) S(PyTypeObject) S(PyHeapTypeObject) S(PyLongObject) S(PyFloatObject) S(PyListObject) S(PyTupleObject) S(PyASCIIObject) \
    S(PyCompactUnicodeObject) S(PyBytesObject) S(PyDictObject) S(PyDictKeysObject) S(PyDictKeyEntry) S(PyDictUnicodeEntry) S(PySetObject) S(PyCellObject) \
    S(PySliceObject) S(PyMethodObject) S(PyFunctionObject) S(PyCodeObject) S(_PyInterpreterFrame) S(PyThreadState) S(_PyCFrame) S(PyGC_Head) \
    S(_PyRangeIterObject) S(_PyListIterObject) S(_PyTupleIterObject) S(digit) S(_Py_CODEUNIT)

static const struct row { const char *name; long value; } rows[] = {
#define F(type, field) {#type "." #field, offsetof(type, field)},
    FIELDS(F)
#undef F
#define S(type) {"sizeof." #type, sizeof(type)},
    SIZES(S)
#undef S
    {"PyObject.values_pointer", -4 * (long)sizeof(void *)}, /* two words and the collector's header in front of the object */
    {"PyObject.dict_pointer", -3 * (long)sizeof(void *)},
    {"PyObject.gc_next", -(long)sizeof(PyGC_Head) + (long)offsetof(PyGC_Head, _gc_next)}, /* 0: the collector does not know the object */
    {"PyDictValues.count", -2},
    {"kept_floats.first", offsetof(struct _Py_float_state, free_list)},
    {"kept_floats.count", offsetof(struct _Py_float_state, numfree)},
    {"PyLong_SHIFT", PyLong_SHIFT},
    {"FRAME_SPECIALS_SIZE", FRAME_SPECIALS_SIZE},
    {"Py_TPFLAGS_MANAGED_DICT", (long)Py_TPFLAGS_MANAGED_DICT},
    {"Py_TPFLAGS_VALID_VERSION_TAG", (long)Py_TPFLAGS_VALID_VERSION_TAG},
    {"Py_TPFLAGS_HEAPTYPE", (long)Py_TPFLAGS_HEAPTYPE},
    {"Py_TPFLAGS_HAVE_GC", (long)Py_TPFLAGS_HAVE_GC},
    {"Py_TPFLAGS_LONG_SUBCLASS", (long)Py_TPFLAGS_LONG_SUBCLASS},
    {"Py_TPFLAGS_LIST_SUBCLASS", (long)Py_TPFLAGS_LIST_SUBCLASS},
    {"Py_TPFLAGS_TUPLE_SUBCLASS", (long)Py_TPFLAGS_TUPLE_SUBCLASS},
    {"Py_TPFLAGS_UNICODE_SUBCLASS", (long)Py_TPFLAGS_UNICODE_SUBCLASS},
    {"Py_TPFLAGS_DICT_SUBCLASS", (long)Py_TPFLAGS_DICT_SUBCLASS},
    {"Py_TPFLAGS_TYPE_SUBCLASS", (long)Py_TPFLAGS_TYPE_SUBCLASS},
    {"FRAME_SUSPENDED", FRAME_SUSPENDED},
    {"TIERUP_ARRAY_ALIGNED", TIERUP_ARRAY_ALIGNED},
    {"TIERUP_NATIVE_ORDER", TIERUP_NATIVE_ORDER},
    {"TIERUP_ARRAY_WRITEABLE", TIERUP_ARRAY_WRITEABLE},
    {"TIERUP_ARRAY_WARN_ON_WRITE", (long)TIERUP_ARRAY_WARN_ON_WRITE},
    {"_PY_NSMALLNEGINTS", _PY_NSMALLNEGINTS},
    {"_PY_NSMALLPOSINTS", _PY_NSMALLPOSINTS},
    {NULL, 0},
};

#define TYPES(T) \
    T(PyAsyncGen_Type) T(PyBaseObject_Type) T(PyBool_Type) T(PyByteArrayIter_Type) T(PyByteArray_Type) T(PyBytesIter_Type) T(PyBytes_Type) \
    T(PyCFunction_Type) T(PyCMethod_Type) T(PyCallIter_Type) T(PyCapsule_Type) T(PyCell_Type) T(PyClassMethodDescr_Type) T(PyClassMethod_Type) \
    T(PyCode_Type) T(PyComplex_Type) T(PyCoro_Type) T(PyDictItems_Type) T(PyDictIterItem_Type) T(PyDictIterKey_Type) T(PyDictIterValue_Type) \
    T(PyDictKeys_Type) T(PyDictProxy_Type) T(PyDictValues_Type) T(PyDict_Type) T(PyEllipsis_Type) T(PyEnum_Type) T(PyFilter_Type) T(PyFloat_Type) \
    T(PyFrame_Type) T(PyFrozenSet_Type) T(PyFunction_Type) T(PyGen_Type) T(PyGetSetDescr_Type) T(PyListIter_Type) T(PyListRevIter_Type) T(PyList_Type) \
    T(PyLongRangeIter_Type) T(PyLong_Type) T(PyMap_Type) T(PyMemberDescr_Type) T(PyMemoryView_Type) T(PyMethodDescr_Type) T(PyMethod_Type) \
    T(PyModule_Type) T(PyProperty_Type) T(PyRangeIter_Type) T(PyRange_Type) T(PyReversed_Type) T(PySeqIter_Type) T(PySetIter_Type) T(PySet_Type) \
    T(PySlice_Type) T(PyStaticMethod_Type) T(PySuper_Type) T(PyTraceBack_Type) T(PyTupleIter_Type) T(PyTuple_Type) T(PyType_Type) T(PyUnicodeIter_Type) \
    T(PyUnicode_Type) T(PyWrapperDescr_Type) T(PyZip_Type) T(_PyNone_Type) T(_PyNotImplemented_Type)

#define EXCEPTIONS(E) \
    E(ArithmeticError) E(AssertionError) E(AttributeError) E(BaseException) E(EOFError) E(Exception) E(FloatingPointError) E(GeneratorExit) \
    E(ImportError) E(IndexError) E(KeyError) E(KeyboardInterrupt) E(LookupError) E(MemoryError) E(ModuleNotFoundError) E(NameError) \
    E(NotImplementedError) E(OSError) E(OverflowError) E(RecursionError) E(ReferenceError) E(RuntimeError) E(StopAsyncIteration) E(StopIteration) \
    E(SyntaxError) E(SystemError) E(SystemExit) E(TypeError) E(UnboundLocalError) E(UnicodeError) E(ValueError) E(ZeroDivisionError)

#define FUNCTIONS(C) \
    C(Py_DecRef) C(Py_IncRef) C(PyLong_FromLong) C(PyLong_FromLongLong) C(PyLong_AsLongAndOverflow) C(PyFloat_FromDouble) \
    C(PyObject_RichCompare) C(PyObject_RichCompareBool) C(PyObject_IsTrue) C(PyObject_IsInstance) C(PyObject_IsSubclass) C(PyObject_GetItem) \
    C(PyObject_SetItem) C(PyObject_DelItem) C(PyObject_GetAttr) C(PyObject_SetAttr) C(PyObject_GetIter) C(PyIter_Next) C(PyObject_Size) C(PyObject_Hash) \
    C(PyObject_Repr) C(PyObject_Str) C(PyObject_Format) C(PyObject_Vectorcall) C(PyObject_VectorcallMethod) C(PyObject_Call) C(_PyFunction_Vectorcall) \
    C(_PyType_Lookup) C(_PyObject_GetMethod) C(PyNumber_Add) C(PyNumber_Subtract) C(PyNumber_Multiply) C(PyNumber_TrueDivide) C(PyNumber_FloorDivide) \
    C(PyNumber_Remainder) C(PyNumber_Power) C(PyNumber_Negative) C(PyNumber_Positive) C(PyNumber_Invert) C(PyNumber_And) C(PyNumber_Or) C(PyNumber_Xor) \
    C(PyNumber_Lshift) C(PyNumber_Rshift) C(PyNumber_Index) C(PyList_New) C(PyList_Append) C(PyTuple_New) C(PyDict_New) C(PyDict_SetItem) \
    C(PyDict_GetItemWithError) C(PySet_New) C(PySet_Add) C(PySlice_New) C(PyCell_New) C(PyUnicode_Concat) C(PyUnicode_Compare) C(_PyUnicode_EQ) \
    C(PyErr_SetNone) C(PyErr_SetObject) C(PyErr_SetString) C(PyErr_Occurred) C(PyErr_Fetch) C(PyErr_Restore) C(PyErr_ExceptionMatches) C(PyErr_Clear) \
    C(PyErr_CheckSignals) C(Py_MakePendingCalls) C(PyTraceBack_Here) C(_Py_CheckRecursiveCall) C(PyObject_Malloc) C(PyObject_Free) C(PyObject_GC_Track) \
    C(PyObject_GC_UnTrack) C(_PyObject_New) C(_PyObject_GC_New) C(PyType_GenericAlloc) \
    C(sin) C(cos) C(tan) C(asin) C(acos) C(atan) C(sinh) C(cosh) C(tanh) C(exp) C(log) C(log2) C(log10) C(log1p) C(expm1) C(sqrt) C(cbrt) C(floor) C(ceil) \
    C(fabs) C(pow) C(fmod) C(atan2) C(hypot) C(tierup_leave) C(tierup_leave_frameless) C(tierup_frameless_room) C(tierup_dealloc)

#define OPCODES(O) \
    O(EXTENDED_ARG) O(LOAD_GLOBAL) O(LOAD_NAME) O(STORE_GLOBAL) O(STORE_NAME) O(DELETE_GLOBAL) O(DELETE_NAME) O(BINARY_SUBSCR) O(STORE_SUBSCR) O(BINARY_OP) O(FOR_ITER) \
    O(COMPARE_OP) O(LOAD_METHOD) O(PRECALL) O(CALL) O(LOAD_ATTR) O(STORE_ATTR) O(JUMP_BACKWARD) O(JUMP_BACKWARD_NO_INTERRUPT) \
    O(POP_JUMP_BACKWARD_IF_FALSE) O(POP_JUMP_BACKWARD_IF_NONE) O(POP_JUMP_BACKWARD_IF_NOT_NONE) O(POP_JUMP_BACKWARD_IF_TRUE)

/* Those that code is searched for in the user's process, where `opcode` of the standard library takes a quarter of a millisecond to import. */
PyObject *tierup_layout_opcodes(void) {
    static const struct { const char *name; int number; } opcodes[] = {
#define O(name) {#name, name},
        OPCODES(O)
#undef O
    };
    PyObject *found = PyDict_New();
    for (size_t i = 0; found != NULL && i < sizeof opcodes / sizeof opcodes[0]; i++) {
        PyObject *number = PyLong_FromLong(opcodes[i].number);
        if (number == NULL || PyDict_SetItemString(found, opcodes[i].name, number) < 0) Py_CLEAR(found);
        Py_XDECREF(number);
    }
    return found;
}

static int tierup_layout_put(PyObject *dict, const char *name, void *address) {
    PyObject *number = PyLong_FromVoidPtr(address);
    int error = number == NULL ? -1 : PyDict_SetItemString(dict, name, number);
    Py_XDECREF(number);
    return error;
}

PyObject *tierup_layout_layout(void) {
    PyObject *dict = PyDict_New();
    for (const struct row *row = rows; dict != NULL && row->name != NULL; row++) {
        PyObject *number = PyLong_FromLong(row->value);
        if (number == NULL || PyDict_SetItemString(dict, row->name, number) < 0) Py_CLEAR(dict);
        Py_XDECREF(number);
    }
    return dict;
}

/* A static type that the interpreter does not export. */
static PyTypeObject *tierup_layout_ascii_iterator(void) {
    PyObject *text = PyUnicode_FromString("a"), *iterator = text ? PyObject_GetIter(text) : NULL;
    PyTypeObject *type = iterator ? Py_TYPE(iterator) : NULL;
    Py_XDECREF(iterator);
    Py_XDECREF(text);
    return type;
}

PyObject *tierup_layout_symbols(void) {
    const struct tierup_symbol table[] = {
#define T(name) {#name, &name},
        TYPES(T)
#undef T
#define E(name) {"PyExc_" #name, PyExc_##name},
        EXCEPTIONS(E)
#undef E
#define C(name) {#name, (void *)name},
        FUNCTIONS(C)
#undef C
        {"_Py_NoneStruct", Py_None},
        {"_Py_TrueStruct", Py_True},
        {"_Py_FalseStruct", Py_False},
        {"_Py_EllipsisObject", Py_Ellipsis},
        {"_Py_NotImplementedStruct", Py_NotImplemented},
        {"small_ints", &_PyRuntime.global_objects.singletons.small_ints},
        {"empty_tuple", &_PyRuntime.global_objects.singletons.tuple_empty},
        {"eval_breaker", tierup_breaker_address()},
        {"kept_floats", tierup_kept_floats()},
        {"current_thread", tierup_running_thread_place()},
        {"tracemalloc_tracing", &_Py_tracemalloc_config.tracing},
        {"str_ascii_iterator", tierup_layout_ascii_iterator()},
        {NULL, NULL},
    };
    PyObject *dict = PyDict_New();
    const struct tierup_symbol *tables[] = {table, tierup_helper_symbols, tierup_arrays_symbols()};
    for (int i = 0; i < 3; i++)
        for (const struct tierup_symbol *row = tables[i]; dict != NULL && row->name != NULL; row++)
            if (tierup_layout_put(dict, row->name, row->address) < 0) Py_CLEAR(dict);
    return dict;
}

static uint64_t tierup_layout_hash(uint64_t hash, const void *data, size_t size) {
    for (const unsigned char *at = data, *end = at + size; at < end; at++) hash = (hash ^ *at) * UINT64_C(0x100000001b3);
    return hash;
}

PyObject *tierup_layout_abi_tag(void) {
    uint64_t hash[2] = {UINT64_C(0xcbf29ce484222325), UINT64_C(0x9e3779b97f4a7c15)};
    uint32_t features = 0;
#ifdef __x86_64__
    __builtin_cpu_init();
#define HAS(bit, name) if (__builtin_cpu_supports(name)) features |= 1u << bit
    HAS(0, "sse4.1"); HAS(1, "avx"); HAS(2, "avx2"); HAS(3, "fma"); HAS(4, "bmi"); HAS(5, "bmi2"); HAS(6, "avx512f");
#undef HAS
#endif
    for (int i = 0; i < 2; i++) {
        for (const struct row *row = rows; row->name != NULL; row++) {
            hash[i] = tierup_layout_hash(hash[i], row->name, strlen(row->name));
            hash[i] = tierup_layout_hash(hash[i], &row->value, sizeof row->value);
        }
        hash[i] = tierup_layout_hash(hash[i], TIERUP_HELPERS_DIGEST, sizeof TIERUP_HELPERS_DIGEST);
        hash[i] = tierup_layout_hash(hash[i], Py_GetVersion(), strlen(Py_GetVersion()));
        hash[i] = tierup_layout_hash(hash[i], TIERUP_VERSION, strlen(TIERUP_VERSION));
        hash[i] = tierup_layout_hash(hash[i], &features, sizeof features);
    }
    char text[40];
    PyOS_snprintf(text, sizeof text, "%016llx%016llx", (unsigned long long)hash[0], (unsigned long long)hash[1]);
    return PyUnicode_FromString(text);
}

const char *tierup_layout_supported(void) {
#if !defined(__x86_64__) || !defined(__linux__)
    return "platform";
#endif
#if defined(Py_DEBUG) || defined(Py_TRACE_REFS)
    return "debug_build";
#endif
    if (Py_Version >> 16 != PY_VERSION_HEX >> 16) return "version";
    if (Py_Version >> 8 != PY_VERSION_HEX >> 8 || PY_MICRO_VERSION < 2) return "patch_release"; /* 3.11.0 and .1 clear frames before they unlink them */
    return "";
}
