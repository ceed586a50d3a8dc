"""The C helpers that compiled code may call: one row each.

`args`: one word per C argument: `ts` (PyThreadState *), `frame` (_PyInterpreterFrame *), `obj` (PyObject *, borrowed),
`steal` (PyObject *, the helper takes over the reference, also on failure), `null` (PyObject * or NULL, borrowed), `i64`, `f64`,
`ptr` (address of memory), `vec` (address of `n` references on the caller's stack, borrowed; the next `i64` is n), `vecsteal` (the same, taken over).
`error`: how failure shows: `null` (result NULL), `neg` (result < 0), `one` (result is the address 1; NULL means "exhausted"), `always`, `never`. In all
but `never` an exception is set then. `effect`: `pure`, `reads`, `allocates` (may run the collector, hence finalisers), `escapes` (may run any Python code).
The C function is `tierup_<name>`; `csrc/helpers_generated.h` is made from this table.
"""

from __future__ import annotations

from typing import NamedTuple


class Helper(NamedTuple):
    """One C helper; the fields are explained in the module's docstring."""

    name: str
    args: tuple[str, ...]
    result: str
    error: str
    effect: str
    doc: str


def _row(name: str, args: str, result: str, error: str, effect: str, doc: str) -> Helper:
    return Helper(name, tuple(args.split()), result, error, effect, doc)


HELPERS: dict[str, Helper] = {
    row.name: row
    for row in (
        # arithmetic
        _row("binary_op", "obj obj i64", "obj", "null", "escapes", "BINARY_OP with its oparg (NB_*); exact int/float/str pairs are quick"),
        _row("unary_negative", "obj", "obj", "null", "escapes", "-x"),
        _row("unary_positive", "obj", "obj", "null", "escapes", "+x"),
        _row("unary_invert", "obj", "obj", "null", "escapes", "~x"),
        _row("is_true", "obj", "i64", "neg", "escapes", "truth: 0, 1 or -1"),
        _row("compare", "obj obj i64", "obj", "null", "escapes", "rich comparison, oparg as in COMPARE_OP; exact ints, floats and strs are quick"),
        _row("contains_simple", "obj obj", "i64", "never", "reads", "(item, container): the same of a simple item and an exact list or tuple; 2 where an element would have to be asked in Python"),
        _row("contains", "obj obj", "i64", "neg", "escapes", "(item, container): `item in container`: 0, 1 or -1"),
        _row("float_pow", "f64 f64 ptr", "i64", "never", "writes", "x**y where that is an ordinary finite float: stores it and returns 1, else 0"),
        _row("float_mod", "f64 f64", "f64", "never", "pure", "x % y as float does it; y is not 0"),
        _row("float_floordiv", "f64 f64", "f64", "never", "pure", "x // y as float does it; y is not 0"),
        _row("box_int", "i64", "obj", "null", "reads", "an int object; small ones are shared"),
        _row("box_float", "f64", "obj", "null", "reads", "a new float object"),
        _row("box_numpy_float", "f64", "obj", "null", "reads", "a numpy.float64"),
        _row("box_numpy_int", "i64", "obj", "null", "reads", "a numpy.int64"),
        _row("numpy_quiet", "f64 f64 f64 i64", "i64", "never", "pure", "(x, y, result, 1 for x / y, 0 for x + y, x - y, x * y): 1 if NumPy has no reason to warn of a result that is no ordinary number"),
        _row("str_item", "obj i64", "obj", "null", "reads", "character i of an exact str, 0 <= i < len"),
        _row("str_equal", "obj obj", "i64", "never", "reads", "equality of two exact strs: 0 or 1"),
        _row("str_concat", "obj obj", "obj", "null", "reads", "a + b of exact strs"),
        _row("str_append", "steal obj", "obj", "null", "reads", "a + b of exact strs; in place if nobody else holds a"),
        _row("int_of_str", "obj", "obj", "null", "reads", "int(s) of an exact str"),
        _row("float_of_str", "obj", "obj", "null", "reads", "float(s) of an exact str"),
        _row("float_of_str_caught", "obj", "obj", "null", "reads", "the same where a lazy handler catches what is raised in this very code: the text of a ValueError is put off"),
        _row("int_of_str_caught", "obj", "obj", "null", "reads", "the same where a lazy handler catches what is raised in this very code: the text of a ValueError is put off"),
        _row("str_tail", "obj obj i64 i64 i64", "i64", "neg", "reads", "(s, an exact str or tuple of exact strs, start, stop, direction): does s[start:stop] begin (-1) or end (1) with it, or one of them: 0 or 1"),
        _row("str_find", "obj obj i64 i64 i64", "i64", "neg", "reads", "(exact str, exact str, start, stop, direction): 1 + where the second begins in the first, searched from the left (1) or right (-1); 0: nowhere"),
        _row("str_count", "obj obj i64 i64", "i64", "neg", "reads", "(exact str, exact str, start, stop): how often the second is in the first"),
        _row("long_truth", "obj", "i64", "never", "reads", "truth of an exact int"),
        # subscripts
        _row("binary_subscr", "obj obj", "obj", "null", "escapes", "container[key]; list/tuple/dict/str are quick"),
        _row("store_subscr", "obj obj obj", "i64", "neg", "escapes", "(container, key, value): container[key] = value"),
        _row("delete_subscr", "obj obj", "i64", "neg", "escapes", "del container[key]"),
        _row("dict_subscr", "obj obj", "obj", "null", "escapes", "exact dict[key]; KeyError as the interpreter's"),
        _row("dict_store", "obj obj obj", "i64", "neg", "escapes", "(dict, key, value) for an exact dict"),
        _row("dict_store_plain", "obj obj obj", "i64", "neg", "escapes", "the same for keys of which hash and equality run no Python code"),
        _row("list_slice", "obj i64 i64 i64", "obj", "null", "allocates", "list[start:stop:step] of an exact list; step is not 0, what is left out is given as the smallest or largest number"),
        _row("list_set_slice", "obj i64 i64 obj", "i64", "neg", "allocates", "(list, start, stop, value): list[start:stop] = value, both exact lists"),
        _row("list_splice", "obj i64 i64 obj i64 i64 i64 null i64 i64 null i64 i64", "i64", "neg", "allocates", "(list, start, stop, list, start, stop, step, list, start, stop, list, start, stop): list[start:stop] = list[start:stop:step] + list[start:stop] + ...; NULL: there is no such list; all are exact lists"),
        _row("build_slice", "null null null", "obj", "null", "allocates", "slice(start, stop, step); NULL stands for None"),
        # attributes
        _row("load_attr", "obj obj", "obj", "null", "escapes", "(owner, name)"),
        _row("load_attr_cached", "obj obj ptr", "obj", "null", "escapes", "(owner, name, four cache words of the pool): as load_attr, quick for instance dicts and polymorphic types"),
        _row("load_attr_caught", "obj obj ptr", "obj", "null", "escapes", "the same where a lazy handler catches what is raised in this very code: the text of an AttributeError is put off"),
        _row("getattr", "obj obj obj ptr", "obj", "null", "escapes", "(owner, name, default, four cache words of the pool): getattr(owner, name, default) of a name that never changes"),
        _row("hasattr", "obj obj ptr", "i64", "neg", "escapes", "(owner, name, four cache words of the pool): hasattr(owner, name) of a name that never changes: 0, 1 or -1"),
        _row("store_attr", "obj obj obj", "i64", "neg", "escapes", "(owner, name, value)"),
        _row("store_attr_cached", "obj obj obj ptr", "i64", "neg", "escapes", "(owner, name, value, four cache words): as store_attr, quick for instance dicts"),
        _row("delete_attr", "obj obj", "i64", "neg", "escapes", "(owner, name)"),
        _row("load_method", "obj obj ptr", "i64", "neg", "escapes", "(owner, name, out): out[0], out[1] = method, self (both owned) or NULL, attribute; takes nothing over: the self it stores is a new reference"),
        _row("load_method_cached", "obj obj ptr ptr", "i64", "neg", "escapes", "(owner, name, four cache words, out): as load_method, quick for repeated types"),
        _row("dict_value", "obj obj ptr", "obj", "never", "reads", "(instance, name, place in its dict where it probably is; set to where it was found): what the instance itself has under the name, borrowed; NULL if nothing, or if keys are not plain strs"),
        _row("not_own", "obj obj", "i64", "never", "reads", "(instance, name): 1 if the instance has no attribute of that name itself, 0 if it has or may have"),
        _row("plain_dict", "obj", "i64", "never", "reads", "(instance): 1 if its attributes are inline values or in an exact dict whose keys are all strs, so that a store runs no Python code but finalisers"),
        _row("store_new_value", "obj obj obj", "i64", "neg", "allocates", "(instance without inline values, name, value): stores an attribute that may be unset and that its class does not have, in the dict for which plain_dict holds"),
        # names
        _row("load_global", "obj obj obj", "obj", "null", "escapes", "(globals, builtins, name)"),
        _row("load_global_cached", "obj obj obj ptr", "obj", "null", "escapes", "(globals, builtins, name, three cache words): as load_global, quick while neither dict's keys change"),
        _row("find_global", "obj obj obj ptr", "obj", "never", "reads", "(globals, builtins, name, three cache words): what load_global would load, borrowed; NULL if there is none, or if it can't be found without running code"),
        _row("recheck_global", "obj obj null ptr", "i64", "never", "reads", "(dict, name, expected or NULL, version cell): 1 and the cell updated if dict still maps name to expected (NULL: has no such key), else 0; never sets an exception"),
        _row("store_global", "obj obj obj", "i64", "neg", "escapes", "(globals, name, value)"),
        _row("put_global_int", "obj obj i64 ptr", "i64", "neg", "writes", "(globals, name, value, cache word): STORE_GLOBAL of an int where something is stored already that runs no Python code when it dies: 1; 0: nothing was done. An int that nobody else holds is overwritten"),
        _row("put_global_float", "obj obj f64 ptr", "i64", "neg", "writes", "the same of a float"),
        _row("swap_global", "obj obj obj ptr", "obj", "never", "writes", "(globals, name, value, cache word): STORE_GLOBAL where something is stored already, which is returned (owned); NULL: nothing was done"),
        _row("delete_global", "obj obj", "i64", "neg", "escapes", "(globals, name): NameError if absent"),
        _row("load_name", "frame obj", "obj", "null", "escapes", "LOAD_NAME: locals, globals, builtins of the frame"),
        _row("store_name", "frame obj obj", "i64", "neg", "escapes", "STORE_NAME"),
        _row("delete_name", "frame obj", "i64", "neg", "escapes", "DELETE_NAME"),
        _row("load_classderef", "frame i64", "obj", "null", "escapes", "LOAD_CLASSDEREF with its oparg"),
        _row("unbound_local", "frame i64", "i64", "always", "reads", "raises UnboundLocalError for local i"),
        _row("unbound_deref", "frame i64", "i64", "always", "reads", "raises NameError/UnboundLocalError for cell i, as LOAD_DEREF"),
        _row("delete_deref", "frame i64", "i64", "neg", "escapes", "DELETE_DEREF"),
        # calls
        _row("call", "ts obj vecsteal i64 null", "obj", "null", "escapes", "(callable, args, n, kwnames): CALL; Python functions with a region are entered directly; takes the arguments over"),
        _row("call_known", "ts obj vecsteal i64", "obj", "null", "escapes", "(function, args, n): CALL of a function in Python that takes n positional arguments; the frame's position is the last unit of CALL already"),
        _row("call_maybe_method", "ts null vecsteal i64 null", "obj", "null", "escapes", "(method or NULL, args, n, kwnames): what LOAD_METHOD left: with a method args[0] is self, else args[0] is the callable"),
        _row("call_borrow", "ts obj vec i64 null", "obj", "null", "escapes", "the same for C functions: arguments stay the caller's"),
        _row("call_builtin", "ts obj vec i64", "obj", "null", "escapes", "a C function or method descriptor with positional arguments, which stay the caller's"),
        _row("call_quiet", "ts obj vec i64", "obj", "null", "escapes", "the same, or a built-in class, where the call runs no Python code: the eval breaker is not looked at behind it"),
        _row("is_instance", "obj obj", "i64", "neg", "escapes", "isinstance(object, class or tuple): 0 or 1"),
        _row("dict_get", "obj obj obj", "obj", "null", "escapes", "exact dict.get(key, otherwise)"),
        _row("object_id", "obj", "i64", "never", "reads", "id(object); 0 if an audit hook of the program is to see that"),
        _row("str_of", "obj", "obj", "null", "escapes", "str(x), which takes the place of the call of the class"),
        _row("int_str", "i64", "obj", "null", "reads", "the str of an int"),
        _row("str_ord", "obj", "i64", "never", "reads", "ord of an exact str of one character, else -1"),
        _row("call_ex", "ts steal steal null", "obj", "null", "escapes", "CALL_FUNCTION_EX: (callable, args iterable, kwargs mapping or NULL); errors as the interpreter words them"),
        _row("call_ex_copy", "ts steal steal obj", "obj", "null", "escapes", "(callable, args iterable, exact dict): DICT_MERGE of the dict into an empty one, and CALL_FUNCTION_EX with that"),
        _row("new_instance", "obj", "obj", "null", "allocates", "object.__new__ of a class of the program"),
        _row("make_instance", "obj i64 vecsteal i64", "obj", "null", "allocates", "(class, places, values, n): an instance of a class whose instances object.__new__ makes; its inline value at each place (a byte of the word, lowest first) is set, in this order"),
        # generators
        _row("get_yield_from_iter", "frame obj", "obj", "null", "escapes", "GET_YIELD_FROM_ITER"),
        _row("get_awaitable", "ts obj i64", "obj", "null", "escapes", "GET_AWAITABLE with its oparg"),
        _row("send", "obj obj ptr", "i64", "neg", "escapes", "(receiver, value, out): SEND: 1 with what it yielded in out, 0 with what it returned"),
        _row("get_aiter", "ts obj", "obj", "null", "escapes", "GET_AITER"),
        _row("get_anext", "ts obj", "obj", "null", "escapes", "(asynchronous iterator): GET_ANEXT"),
        _row("anext_send", "ts obj ptr", "i64", "neg", "escapes", "(asynchronous iterator, out): GET_ANEXT and the first SEND behind it, for generators: 0: out[1] = its item; 1: out[0] = the awaitable, out[1] = what that has yielded; 2: it is at its end; 3: nothing was done"),
        # inlined code
        _row("push_inlined", "ts ptr obj obj i64 vecsteal i64", "ptr", "never", "allocates", "(caller's frame, function, the code it had when it was called, byte offset of prev_instr, locals and operand stack, n): a frame of inlined code is rebuilt on top of the caller's"),
        _row("show_inlined", "ts ptr obj obj i64 vecsteal i64", "ptr", "never", "allocates", "(caller's frame, function, its code, byte offset of prev_instr, locals, n): a frame of inlined code that goes on behind the bytecode, so that others can look at it meanwhile"),
        _row("unshow_inlined", "ts frame", "i64", "never", "allocates", "(the region's frame): the frames above it go, but not their locals' references: 1; 0 if somebody has looked at one of them, or asked for the f_locals of the region's frame: they stay"),
        _row("push_fed", "ts ptr obj obj i64 vecsteal i64", "ptr", "never", "allocates", "as push_inlined, but the frame is that of a running generator"),
        _row("run_fed", "ts ptr null i64 i64", "obj", "null", "escapes", "(frame of such a generator, result or NULL, failed, number in abi/feeds.py): as run_inlined; then the rest of the generator's values go into what is gathered on top of the caller's stack, whose outcome is returned; for a loop it is just the next value (NULL without an exception: the end), and the generator goes on top of that stack"),
        _row("gather_list", "", "obj", "null", "allocates", "an empty list as list(generator) begins with"),
        _row("gathered_list", "obj", "i64", "never", "reads", "what list(generator) does to its list at the end; 0"),
        _row("feed_finish", "obj null i64", "obj", "null", "escapes", "(gathered, self or NULL, number in abi/feeds.py): the outcome"),
        _row("special", "ts obj obj obj i64", "obj", "null", "escapes", "(function, left, right, operator): the operator by this special method of an operand's class"),
        _row("load_property", "ts obj obj obj", "obj", "null", "escapes", "(getter in Python, owner, name): LOAD_ATTR of a property"),
        _row("special_rest", "obj obj steal i64", "obj", "null", "escapes", "(left, right, result, operator): what an operator gives if a special method has returned `result` (maybe NotImplemented or NULL)"),
        _row("make_inlined", "frame obj obj ptr i64", "obj", "never", "allocates", "(code, globals, slots, n): the function that inlined code was made of without being one, with the cells in these slots (32-bit numbers) of the frame as its closure"),
        _row("run_inlined", "ts ptr null i64", "obj", "null", "escapes", "(frame, result or NULL, failed): pushes the result (taken over) if it is not NULL and lets the interpreter finish the frame, which is gone afterwards; failed: its current unit has raised"),
        _row("consume_inlined", "ptr null i64 i64 i64", "i64", "never", "escapes", "(frame, result or NULL, n, what it was (as in inlined.c), byte offset of prev_instr when all went well): behind inlined code that was not CALLed: releases the top n entries, deepest first, and the result (2: which is pushed); 0 if the result was NULL, or (1: __init__) not None, and an exception is set (then the instance below those entries is released, too); 3: FOR_ITER, whose generator is on top and whose loop ends at offset n, where it goes on if there was no result"),
        # building
        _row("make_generator", "obj i64 vecsteal i64", "obj", "null", "allocates", "(code, offset of the YIELD_VALUE where it stands, or of RETURN_GENERATOR; parts, n): a generator with these locals (NULL: unbound), function and operand stack"),
        _row("take_generator", "obj obj obj obj ptr", "i64", "never", "writes", "(object, code, globals, builtins, out): if it is a suspended generator of that code and these namespaces, and nobody else has it, it goes, its parts (owned) are in out, and the offset where it stood is returned; else -1"),
        _row("build_tuple", "vecsteal i64", "obj", "null", "allocates", "BUILD_TUPLE"),
        _row("build_list", "vecsteal i64", "obj", "null", "allocates", "BUILD_LIST"),
        _row("build_set", "vecsteal i64", "obj", "null", "escapes", "BUILD_SET"),
        _row("build_map", "vecsteal i64", "obj", "null", "escapes", "BUILD_MAP: n references: key, value, key, value ..."),
        _row("build_const_key_map", "obj vecsteal i64", "obj", "null", "escapes", "(tuple of keys, values)"),
        _row("build_string", "vecsteal i64", "obj", "null", "reads", "BUILD_STRING: join of exact strs"),
        _row("format_value", "obj null i64", "obj", "null", "escapes", "(value, spec or NULL, FORMAT_VALUE's oparg)"),
        _row("list_append", "obj steal", "i64", "neg", "writes", "LIST_APPEND to an exact list"),
        _row("list_pop", "obj i64", "obj", "null", "writes", "(exact list, index): its pop; IndexError if there is no such item"),
        _row("list_insert", "obj i64 obj", "i64", "neg", "writes", "(exact list, index, item): its insert"),
        _row("list_extend", "obj obj", "i64", "neg", "escapes", "LIST_EXTEND with the interpreter's error message"),
        _row("list_to_tuple", "obj", "obj", "null", "allocates", "LIST_TO_TUPLE"),
        _row("set_add", "obj obj", "i64", "neg", "escapes", "SET_ADD"),
        _row("set_update", "obj obj", "i64", "neg", "escapes", "SET_UPDATE"),
        _row("map_add", "obj steal steal", "i64", "neg", "escapes", "(dict, key, value): MAP_ADD"),
        _row("dict_update", "obj obj", "i64", "neg", "escapes", "DICT_UPDATE with the interpreter's error message"),
        _row("dict_merge", "obj obj obj", "i64", "neg", "escapes", "(dict, other, callable): DICT_MERGE with the interpreter's error message"),
        _row("make_function", "frame obj i64 vecsteal i64", "obj", "null", "allocates", "(code, oparg, the 0 to 4 extras in stack order, n)"),
        _row("load_build_class", "frame", "obj", "null", "escapes", "LOAD_BUILD_CLASS"),
        # iteration
        _row("get_iter", "obj", "obj", "null", "escapes", "iter(x)"),
        _row("range_iterator", "i64 i64 i64", "obj", "null", "reads", "iter(range(start, stop, step)) of numbers of at most 60 bits; step is not 0"),
        _row("range_iterator_at", "i64 i64 i64 i64", "obj", "null", "reads", "(next, start, stop, step): the same, after some turns: its next number is to be that"),
        _row("for_iter", "obj", "obj", "one", "escapes", "next of an iterator; NULL when exhausted"),
        _row("zip_plain", "obj", "i64", "never", "reads", "1 if an exact zip goes over lists, tuples, ranges, dicts, sets and strs only, so that its next runs no Python code"),
        _row("enumerate_next", "obj ptr", "i64", "neg", "allocates", "(exact enumerate over a list, tuple or range, out): its next: out[0] = index as a number, out[1] = item (new reference): 1; 0 when exhausted"),
        _row("unpack_sequence", "ts obj i64 ptr", "i64", "neg", "escapes", "(sequence, n, out): out[0..n-1] = new references in order"),
        _row("can_unpack", "obj i64", "i64", "never", "reads", "an exact list or tuple of that length?"),
        _row("unpack_store", "frame obj i64 i64 i64 i64", "i64", "never", "escapes", "(exact list or tuple, its length, 1 if it is to be released, first slot, byte offset of the first STORE_FAST): its items go to as many slots in a row; 0"),
        _row("unpack_ex", "ts obj i64 ptr", "i64", "neg", "escapes", "(sequence, UNPACK_EX's oparg, out): out in order, the list in its place"),
        # patterns
        _row("match_kind", "obj i64", "i64", "never", "reads", "(subject, 1: mapping, 0: sequence): MATCH_MAPPING, MATCH_SEQUENCE: 0 or 1"),
        _row("match_class", "obj obj obj i64", "obj", "null", "escapes", "(subject, class, names of keywords, number of positional patterns): MATCH_CLASS: a tuple of attributes, or None"),
        _row("match_keys", "obj obj", "obj", "null", "escapes", "(mapping, tuple of keys): MATCH_KEYS: a tuple of values, or None"),
        # statements
        _row("raise_varargs", "ts steal steal", "i64", "always", "escapes", "(exception, cause or NULL): raises"),
        _row("land", "ts frame i64 i64", "ptr", "never", "escapes", "(depth of the stack, flags of a Landing): an exception is set and the frame is complete: what the interpreter does before it goes on at a handler; NULL, or the status to return if tools are to be shown that"),
        _row("reraise", "frame steal null", "i64", "always", "escapes", "(exception, the int below it that says where it came from, or NULL): RERAISE: sets the exception and the frame's position; no traceback entry is due"),
        _row("reraise_out", "ts frame steal null vecsteal i64", "i64", "always", "escapes", "(exception, int or NULL, the operand stack below, n): RERAISE without a handler in this code: leaves the frame"),
        _row("raise_again", "ts", "i64", "never", "escapes", "a bare `raise`: 1: the exception being handled is set, no traceback entry is due; 0: there is none, a RuntimeError is set"),
        _row("push_exc_info", "ts obj", "obj", "never", "writes", "PUSH_EXC_INFO: the exception is now the one being handled; returns what was before it, or None"),
        _row("make_caught", "obj", "i64", "never", "writes", "what was caught lazily (csrc/helpers_caught.c) becomes the exception that is being handled, if it is not made yet; no collection"),
        _row("caught_matches", "obj obj", "i64", "never", "reads", "(what was caught lazily, class or tuple): CHECK_EXC_MATCH: 0 or 1; more: not to be caught"),
        _row("caught_popped", "steal", "i64", "never", "writes", "what was caught lazily: the exception on top of the stack is popped"),
        _row("caught_before", "steal", "obj", "never", "writes", "makes what was caught lazily: what was being handled before, or None"),
        _row("caught_value", "steal", "obj", "never", "writes", "makes what was caught lazily: the exception"),
        _row("caught_end", "obj", "i64", "never", "allocates", "1: POP_EXCEPT of what was caught lazily is done, it was never made, and the reference is taken over; 0: pop_caught has to do it"),
        _row("pop_caught", "ts steal", "i64", "never", "escapes", "POP_EXCEPT of what was caught lazily"),
        _row("pop_except", "ts steal", "i64", "never", "escapes", "POP_EXCEPT: what is being handled is again that (or None); the exception that was is released"),
        _row("exc_match", "ts obj obj", "i64", "neg", "reads", "(exception, class or tuple): CHECK_EXC_MATCH: 0 or 1"),
        _row("check_eg_match", "ts obj steal ptr", "i64", "neg", "escapes", "(exception or None, class or tuple, out): CHECK_EG_MATCH: out[0] = what is left (all, if nothing matches), out[1] = the group that matches, which is the one being handled now, or None"),
        _row("prep_reraise_star", "steal steal", "obj", "null", "escapes", "(exception, list of what was raised or is left): PREP_RERAISE_STAR: what is to be raised, or None"),
        _row("with_except_start", "ts obj obj", "obj", "null", "escapes", "(bound __exit__, exception): WITH_EXCEPT_START"),
        _row("before_with", "ts obj ptr", "i64", "neg", "escapes", "(manager, out): out[0] = bound __exit__, out[1] = result of __enter__"),
        _row("before_async_with", "ts obj ptr", "i64", "neg", "escapes", "(manager, out): the same with __aexit__ and __aenter__"),
        _row("import_name", "ts frame obj obj obj", "obj", "null", "escapes", "(name, fromlist, level)"),
        _row("import_from", "ts obj obj", "obj", "null", "escapes", "(module, name)"),
        _row("get_len", "obj", "obj", "null", "escapes", "GET_LEN"),
        _row("tools", "ts", "i64", "never", "reads", "1 if somebody else's trace or profile function is active in this thread (not our own recorder), else 0"),
        _row("poll", "ts frame", "i64", "neg", "escapes", "the eval breaker is set: signals, pending calls, GIL; 0: go on, 1: exit to the interpreter, -1: raised"),
        _row("poll_raised", "ts frame i64", "ptr", "never", "escapes", "(byte offset of the loop header): poll has raised at the jump, and the frame is complete: the status that the region is to return"),
    )
}
