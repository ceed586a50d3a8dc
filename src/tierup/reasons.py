"""Every reason to refuse, leave or drop compiled code, or not to work at all: one row each.

The ids are stable: they stand in region files, statistics and tests. `docs/reasons.md` is generated from this table
(`python -m tierup.reports.docs`).
"""

from __future__ import annotations


class Reason:
    """One row: `kind` is refuse, exit, drop or unsupported; `sentence` is for users; `hint` says what they can do."""

    __slots__ = ("hint", "id", "kind", "sentence")

    def __init__(self, kind: str, id: str, sentence: str, hint: str = "") -> None:
        self.kind = kind
        self.id = id
        self.sentence = sentence
        self.hint = hint


KINDS = {
    "refuse": "Why a function or loop is not compiled",
    "exit": "Why compiled code hands over to the interpreter",
    "call": "Why a call is not compiled in line (`tierup dump --stage plan`)",
    "drop": "Why compiled code is thrown away",
    "unsupported": "Why tierup does nothing on this interpreter",
}

TABLE = (
    # refuse
    Reason("refuse", "too_big", "The code is larger than the compiler accepts.", "Split the function; its hot loops are compiled by themselves."),
    Reason("refuse", "too_short", "The function has too few bytecodes to hold the entry.", "None needed: such functions are inlined or cheap."),
    Reason("refuse", "handler_covers_entry", "An exception handler covers the first bytecodes of the function, where the entry would stand.", "Start the try statement after the first statement."),
    Reason("refuse", "opcode_not_compiled", "The hot part consists of bytecodes that are not compiled yet.", "tierup dump FILE:FUNCTION --stage bytecode shows them."),
    Reason("refuse", "internal_error", "The compiler failed; the program goes on in the interpreter.", "The snapshot is kept in the folder crashes of the cache directory; tierup replay FILE compiles it again. Please report it."),
    Reason("refuse", "compiler_unavailable", "The compiler process could not be started or did not answer.", "tierup doctor says why."),
    Reason("refuse", "namespace", "The globals or builtins of the code are not plain dictionaries."),
    Reason("refuse", "not_bound", "What the region was made for was changed while it was compiled.", "Keep what changes often out of global variables."),
    Reason("refuse", "never", "The program asked that this function be left alone (tierup.never)."),
    # exit
    Reason("exit", "classes_changed", "A value was of none of the several types seen before.", "Keep the types of a hot variable few."),
    Reason("exit", "type_changed", "A value had another type than those seen before.", "Keep the types of a hot variable steady."),
    Reason("exit", "not_a_number", "A value was neither an int nor a float, as all before were.", "Keep the types of a hot variable steady."),
    Reason("exit", "overflow", "A whole number no longer fits into 64 bits.", "None needed: the interpreter goes on with the exact value."),
    Reason("exit", "index_out_of_range", "An index lay outside the sequence."),
    Reason("exit", "index_negative", "An index was negative."),
    Reason("exit", "array_changed", "An array had other dimensions or elements than those before, or could not be written to.", "Keep the arrays of a hot variable of one kind."),
    Reason("exit", "array_item", "What is stored in an array goes to elements of another type than was thought, again.", "Keep the arrays of a hot variable of one kind."),
    Reason("exit", "array_strided", "The elements of an array's last dimension did not follow each other in memory, as all before did."),
    Reason("exit", "numpy_warns", "A NumPy operation may have given a number too large or too small, or none at all; NumPy decides whether to warn."),
    Reason("exit", "unbound_local", "A local variable had no value."),
    Reason("exit", "other_namespace", "The code belongs to several functions, and this one has other globals than the one it was compiled for.", "Compile code anew for each namespace that it is executed in."),
    Reason("exit", "global_changed", "A global or builtin that was constant until now was changed.", "Keep what changes often out of global variables."),
    Reason("exit", "global_unset", "A global variable had no value, or its namespace has keys that are no plain strings."),
    Reason("exit", "attr_changed", "An attribute was found in another place than before: the class changed, or the object's attributes are laid out differently.", "Set all attributes in __init__, in one order."),
    Reason("exit", "attr_unset", "An attribute was set for the first time on its object.", "None needed: this is expected the next time."),
    Reason("exit", "division_by_zero", "A division by zero: the interpreter raises the exception."),
    Reason("exit", "not_compiled", "A part of the code was reached that is not compiled; the interpreter does it."),
    Reason("exit", "left", "A bytecode that is always left to the interpreter was reached.", "docs/coverage.md lists them."),
    Reason("exit", "audited", "An audit hook of the program is to see what is done here."),
    Reason("exit", "tracing", "A debugger, profiler or coverage tool was switched on."),
    Reason("exit", "eval_breaker", "The interpreter has something to do first: a signal, a pending call, an exception for this thread."),
    Reason("exit", "return_in_loop", "The function returns from inside the loop; the interpreter does the return."),
    Reason("exit", "loop_done", "The loop has ended; the interpreter goes on behind it."),
    Reason("exit", "never_seen", "A part of the code was reached that had never run before."),
    Reason("exit", "does_not_fit", "The function is larger than a region may be; this part was seen to run less than others.", "Split the function."),
    Reason("exit", "handled_in_line", "Inlined code handles an exception, which needs a frame of its own.", "None needed: if that happens often, it is called the next time."),
    Reason("exit", "inlined_escape", "Inlined code came to something that needs a frame of its own.", "None needed: it is called the next time."),
    Reason("exit", "frame_seen", "Somebody holds the frame and may look at its variables later, or has asked for f_locals and may have written some."),
    Reason("exit", "iterator_shared", "The iterator of a loop, over a range or a generator, is held by something else, too.", "None needed: the loop keeps the object the next time."),
    Reason("exit", "range_step", "The step of a range was not 1, or not positive, as was thought.", "None needed: any positive step is taken the next time."),
    Reason("exit", "range_backwards", "The step of a range was negative, or very large.", "None needed: the loop keeps the iterator the next time."),
    Reason("exit", "inlined_seen", "Somebody has looked at the frame of a function in line, which was there for the time of a call.", "None needed: the function is called the next time."),
    Reason("exit", "recursion_limit", "The recursion limit is near."),
    Reason("exit", "reraised", "An exception that a handler does not want goes on to the caller."),
    Reason("exit", "not_a_class", "A handler names something that is no class of exceptions; the interpreter raises the TypeError."),
    Reason("exit", "stress", "The guard failed on purpose (TIERUP_MODE=stress)."),
    Reason("exit", "callee_changed", "A call reached another function than those seen before."),
    Reason("exit", "unpack_length", "A sequence to be unpacked had another length than the targets."),
    # call
    Reason("call", "callee_unknown", "Which function is called is not known, or not always the same."),
    Reason("call", "callee_untold", "Nothing is known of the function's code: it is too large, of a kind that is never compiled in line, or was not seen running."),
    Reason("call", "callee_has_loop", "The function has a loop that goes round often, which is worth a frame of its own."),
    Reason("call", "callee_kind", "Functions with *args, keyword-only parameters, cells, and generators are called."),
    Reason("call", "callee_handles", "The function handles exceptions, and does so often: that needs its frame."),
    Reason("call", "callee_arguments", "The call does not give the function just the arguments it takes."),
    Reason("call", "too_deep", "There are too many levels of functions in line already, or the region would become too large."),
    Reason("call", "recursive", "The function is in line already: it calls itself. Small ones are taken along two levels deep."),
    Reason("call", "escapes", "The function does what may run other Python code, which must see its frame, too often or in a way that no frame can be made for."),
    Reason("call", "cold", "The call did not run while the code was recorded."),
    Reason("call", "has_changed", "Another function was called than the one expected."),
    # drop
    Reason("drop", "too_many_exits", "The compiled code was left too often to be worth keeping.", "The exits shown by --stats say where and why."),
    Reason("drop", "recompiled", "A newer version, made from what was learned since, took its place."),
    Reason("drop", "code_died", "The function it was made from no longer exists."),
    # unsupported
    Reason("unsupported", "version", "This is not CPython 3.11.", "Use CPython 3.11; on other versions programs run as plain Python."),
    Reason("unsupported", "patch_release", "The extension was not made for this patch release of CPython 3.11.", "Install tierup again with this interpreter."),
    Reason("unsupported", "debug_build", "This is a debug build of CPython.", "Use a release build."),
    Reason("unsupported", "free_threaded", "This is a free-threaded build of CPython.", "Use a build with the global interpreter lock."),
    Reason("unsupported", "platform", "Only Linux on x86-64 is supported."),
    Reason("unsupported", "no_extension", "The C extension is missing.", "Install gcc and the Python headers (python3-dev), then install tierup again."),
)

REASONS = {row.id: row for row in TABLE}


def sentence(id: str) -> str:
    """The sentence for a reason id; the id itself when the table doesn't know it."""
    row = REASONS.get(id)
    return row.sentence if row else id
