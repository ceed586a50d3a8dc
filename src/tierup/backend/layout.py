"""What the back end has to know of CPython's structs: names only; the numbers come from the running interpreter (`_tierup.layout()`).

`field_obj` and the like name further fields; those are the front end's to list.
"""

from __future__ import annotations

LAYOUT_KEYS: tuple[str, ...] = (
    "PyObject.ob_refcnt",
    "PyObject.ob_type",
    "PyObject.values_pointer",  # of the pointer to the inline values, from the start of an instance: negative
    "PyVarObject.ob_size",
    "PyObject.gc_next",  # the first word of the collector's header: negative
    "PyDictValues.values",
    "PyDictValues.count",  # of the values that are set: one byte, in front of them
    "PyTypeObject.tp_version_tag",
    "PyTypeObject.tp_new",
    "PyHeapTypeObject.ht_cached_keys",
    "PyDictKeysObject.dk_nentries",
    "PyLongObject.ob_digit",
    "PyLong_SHIFT",
    "sizeof.digit",
    "PyFloatObject.ob_fval",
    "kept_floats.first",
    "kept_floats.count",
    "PyListObject.ob_item",
    "PyTupleObject.ob_item",
    "PyASCIIObject.length",
    "PyBytesObject.ob_sval",
    "PyByteArrayObject.ob_start",
    "tierup_array.ob_item",
    "tierup_array.ob_descr",
    "tierup_array_descr.typecode",
    "tierup_ndarray.data", "tierup_ndarray.nd", "tierup_ndarray.dimensions", "tierup_ndarray.strides", "tierup_ndarray.descr", "tierup_ndarray.flags",
    "tierup_dtype.byteorder", "TIERUP_NATIVE_ORDER", "TIERUP_ARRAY_ALIGNED", "TIERUP_ARRAY_WRITEABLE", "TIERUP_ARRAY_WARN_ON_WRITE",
    "tierup_numpy_float64.value", "tierup_numpy_int64.value", "tierup_numpy_truth.value",
    "PyDictObject.ma_used",
    "PyDictObject.ma_version_tag",
    "PySetObject.used",
    "_PyRangeIterObject.index",
    "_PyRangeIterObject.start",
    "_PyRangeIterObject.step",
    "_PyRangeIterObject.len",
    "_PyListIterObject.it_index",
    "_PyListIterObject.it_seq",
    "_PyTupleIterObject.it_index",
    "_PyTupleIterObject.it_seq",
    "tierup_enumerate.index",
    "tierup_enumerate.iterator",
    "tierup_enumerate.result",
    "_PyInterpreterFrame.localsplus",
    "_PyInterpreterFrame.prev_instr",
    "_PyInterpreterFrame.stacktop",
    "_PyInterpreterFrame.frame_obj", "_PyInterpreterFrame.f_locals", "_PyInterpreterFrame.f_globals", "_PyInterpreterFrame.f_builtins",
    "PyGenObject.gi_frame_state",
    "PyGenObject.gi_iframe",
    "FRAME_SUSPENDED",
    "PyThreadState.cframe",
    "PyThreadState.recursion_remaining",
    "_PyCFrame.use_tracing",
    "PyCodeObject.co_code_adaptive",
    "sizeof._Py_CODEUNIT",
)

SYMBOLS: tuple[str, ...] = (
    "Py_DecRef", "Py_IncRef", "_Py_TrueStruct", "_Py_FalseStruct", "eval_breaker", "kept_floats", "tracemalloc_tracing", "PyFloat_Type", "PyType_Type",
    "PyBaseObject_Type", "PyListIter_Type", "PyTupleIter_Type", "PyRangeIter_Type", "tierup_leave", "tierup_dealloc",
    "tierup_leave_frameless", "tierup_frameless_room", "current_thread",
)  # fmt: skip
"""CPython addresses that the back end asks for by itself (besides type objects, helpers and the functions that `f64_libm` names)."""
