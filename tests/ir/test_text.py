"""IR text round-trips, and the verifier finds each kind of fault at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierup.ir.text import ParseError, parse, print_function
from tierup.ir.verify import format_errors, verify

EVERYTHING = """function 'all of it' loop base=0 locals=4
  ;; a note of the function
b0:                                                          ; the entry
  %1 = load_slot index=0 @4                                    ; x
  %2 = is_type %1 type='int'
  guard %2 reason='type_changed' {at 4 stack=[%1, NULL]}
  %3 = int_value %1
  %4 = const_f64 value=-inf
  %5 = pool spec=('const', -1, 3)
  %6 = is_type %1 type=('object', 7)
  jump -> b1(%3)
b1(%7:i64):
  %8 = i64_add %7, %3 {at 6 raw=[1=%7, 2=%4] half=(1,)}
  %9 = i64_compare %8, %3 pred='<'
  guard %9 reason='type_changed' {at 6 raw=[1=%7, 2=%4] bound=[2=%9]}
  branch %9 likely=None -> b1(%8), b2()
b2 cold:
  %10 = call %1, %1 helper='build_list' @8 {at 8 stack=[+%1] drop=[%1] handled}
  guard %2 reason='type_changed' {at 2 stack=[+%10] code=0 function=%5 locals=[%3, NULL, +%1] parent={at 10 stack=[%4] raw=[3=%3]}}
  guard %2 reason='type_changed' {at 8 feed='sum' code=1 made=(-1, 2, (1, 3)) locals=[%1] parent={at 10 stack=[made=(-1, 4, ()) 5] consumes=1 resumes=20 keeps}}
  guard %2 reason='type_changed' {at 8 locals=[NULL, instance=(3, (1, 0)) 6 [+%1, instance=(4, ()) 7 []]]}
  guard %2 reason='type_changed' {at 8 stack=[counting=(-2,) 8 [%3, %3, %3]]}
  guard %2 reason='type_changed' {at 8 feed='loop' code=1 function=+%5 locals=[NULL] parent={at 10 stack=[suspended=(0, 26) 9 [%3, NULL, +%1], NULL] ends=20}}
  guard %2 reason='type_changed' {at 2 code=0 function=+%5 locals=[%3 if %2] parent={at 10}}
  unshow @8 {at 8 stack=[%10] shown code=0 function=%5 locals=[] parent={at 10}}
  %11 = call_frameless %3, %1 callee=0 frames=1 quiet=False repr='f64' @10 {at 12 stack=[+%10] raw=[1=%3]}
  exit reason='loop_done' {at 12 stack=[+%10]}
function 'some of it' frameless base=0 locals=0 params=(i64,obj) returns=f64
b0:
  %1 = argument index=0 repr='i64'
  %2 = pool spec=('object', 1)
  %3 = argument index=1 repr='obj'
  %4 = call_frameless %1, %3 callee=0 frames=1 quiet=True repr='f64' {at 12 code=0 function=%2 locals=[%1, +%3] parent={at -1}}
  return_f64 %4
"""


def test_round_trip() -> None:
    fn = parse(EVERYTHING)
    assert print_function(fn) == EVERYTHING
    assert verify(fn) == []
    assert fn.blocks[1].params[0].repr == "i64"
    assert fn.value("obj").id == 12 and fn.block().id == 3
    assert [verify(other) for other in fn.frameless] == [[]]


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[1] / "passes").glob("*.ir")), ids=lambda path: path.stem)
def test_files_round_trip(file: Path) -> None:
    text = print_function(parse(file.read_text().partition(";; becomes\n")[0]))
    assert print_function(parse(text)) == text


FAULTS = {
    "unshow @8 {at 8 stack=[%10] shown code=0 function=%5 locals=[] parent={at 10}}": [
        ("unshow {at 8 shown code=0 function=%5 locals=[%1] parent={at 10}}", "a shown frame is one of inlined code, and the state names no locals"),
        ("unshow {at 8 shown}", "a shown frame is one of inlined code, and the state names no locals"),
        (
            "unshow {at 8 shown code=0 function=%5 locals=[] parent={at 10 code=1 function=%5 locals=[%1] parent={at 2}}}",
            "either all frames of inlined code are shown or none",
        ),
    ],
    "guard %2 reason='type_changed' {at 4 stack=[%1, NULL]}": [
        ("guard %2 {at 4}", "attribute reason is missing"),
        ("guard %2 reason='type_changed'", "a frame state (exit) is missing"),
        ("guard %1 reason='type_changed' {at 4}", "%1 is obj, i1 wanted"),
        ("guard %2, %2 reason='type_changed' {at 4}", "1 operands wanted, 2 given"),
        ("guard %2 reason='type_changed' {at 4 drop=[%1]}", "only a raising state has drop or handled"),
        ("guard %2 reason='type_changed' {at 4 raw=[0=%1]}", "%1 is an object and cannot be a raw local"),
        ("guard %2 reason='type_changed' {at 4 stack=[%8]}", "%8 is defined in b1, which does not dominate b0"),
        ("guard %2 reason='type_changed' {at 4 stack=[%3]}", "%3 is used before its definition"),
        ("guard %2 reason='type_changed' {at 4 half=(1,)}", "half names a local that is not raw"),
        ("guard %2 reason='type_changed' {at 4 bound=[1=%2]}", "bound names a local that is not raw, or has no flag"),
        ("guard %2 reason='type_changed' {at 4 raw=[1=%4] bound=[1=%4]}", "bound names a local that is not raw, or has no flag"),
        ("return %1", "a terminator in the middle of a block"),
    ],
    "jump -> b1(%3)": [
        ("jump -> b1()", "b1 has 1 parameters, 0 arguments are passed"),
        ("jump -> b1(%1)", "%1 is obj, parameter %7 of b1 is i64"),
        ("jump -> b0()", "the entry block is a target"),
        ("incref %1", "the block does not end with a terminator"),
    ],
    "%9 = i64_compare %8, %3 pred='<'": [
        ("%9 = i64_compare %8, %3 pred='<>'", "unknown predicate '<>'"),
        ("%9 = i64_compare %8, %3 pred='<' type='int'", "i64_compare has no attribute type"),
    ],
    "%10 = call %1, %1 helper='build_list' @8 {at 8 stack=[+%1] drop=[%1] handled}": [
        ("%10 = call %1, %1 helper='no_such' {at 8}", "unknown helper 'no_such'"),
        ("%10 = call %1, %1 helper='get_len' {at 8}", "1 operands wanted, 2 given"),
        ("%10 = call %1, %7 helper='build_list' {at 8}", "%7 is i64, obj wanted"),
        ("%10 = call %1 helper='is_true' {at 8}", "%10 is i64 and cannot be owned"),
    ],
}


@pytest.mark.parametrize(("line", "broken", "message"), [(line, broken, message) for line, faults in FAULTS.items() for broken, message in faults])
def test_faults(line: str, broken: str, message: str) -> None:
    fn = parse(EVERYTHING.replace(line, broken))
    errors = verify(fn)
    assert message in [error.message for error in errors]
    shown = format_errors(fn, errors).splitlines()
    assert any(message in text and "^ error: " in text for text in shown)


@pytest.mark.parametrize(("text", "message"), [
    ("", "no function"),
    ("function 'f' call base=0 locals=0\nb0:\n  no_such_op", "line 3: unknown operation 'no_such_op'"),
    ("function 'f' call base=0 locals=0\nb0:\n  jump -> b1()", "blocks that are not there: b1"),
    ("function 'f' call base=0 locals=0\nb0:\n  %1 = null\n  %1 = null", "line 4: %1 is defined twice"),
])
def test_parse_errors(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message.replace("(", "\\(")):
        parse(text)


FRAMELESS = {
    "return_f64 %4": [("return %3", "return in a frameless function"), ("return_i64 %1", "return_i64: some of it has f64")],
    "%1 = argument index=0 repr='i64'": [
        ("%1 = argument index=0 repr='f64'", "argument: some of it has i64"),
        ("%1 = argument index=2 repr='i64'", "argument: some of it has no such argument"),
    ],
    "%2 = pool spec=('object', 1)": [("%2 = load_slot index=0", "load_slot in a frameless function")],
    "call_frameless %1, %3 callee=0": [
        ("call_frameless %1, %3 callee=1", "there is no frameless function 1"),
        ("call_frameless %1 callee=0", "2 operands wanted, 1 given"),
        ("call_frameless %3, %3 callee=0", "%3 is obj, i64 wanted"),
    ],
}


@pytest.mark.parametrize(("line", "broken", "message"), [(line, broken, message) for line, faults in FRAMELESS.items() for broken, message in faults])
def test_faults_of_frameless_functions(line: str, broken: str, message: str) -> None:
    [fn] = parse(EVERYTHING.replace(line, broken)).frameless
    assert message in [error.message for error in verify(fn)]


HANDLED = """function 'handled' call base=0 locals=1
b3:
  enter -> b0(), b1()
b0:
  %1 = load_slot index=0
  %2 = call %1 helper='get_len' @4 {at 4 handled lands=(1, 0, True, False, False)}
  return %2
b1:
  %3 = load_slot index=1
  return %3
"""


def test_landings() -> None:
    fn = parse(HANDLED)
    assert print_function(fn) == HANDLED
    assert verify(fn) == []


@pytest.mark.parametrize(("line", "broken", "message"), [
    ("lands=(1, ", "lands=(0, ", "no enter leads to the landing b0"),
    ("  return %2", "  exit reason='loop_done' {at 6 lands=(1, 0, False, False, False)}", "only raising states of the region's own frame have a landing"),
    ("enter -> b0(), b1()", "enter -> b0()", "no enter leads to the landing b1"),
    ("enter -> b0(), b1()", "enter", "1 targets wanted, 0 given"),
])
def test_faults_of_landings(line: str, broken: str, message: str) -> None:
    assert message in [error.message for error in verify(parse(HANDLED.replace(line, broken)))]
