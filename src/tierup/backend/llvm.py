"""Text of a module -> object file, for the baseline of the architecture.

Quick: no passes and the simplest code generator, at about a tenth of the price. Otherwise, for code without loops the passes are few and chosen for compile
time: what the emitters write is close to machine code already, and most of the time goes into instruction selection and register allocation, which grow with
the size of the text. Loops get LLVM's pipeline, for what it moves out of them.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import threading
from dataclasses import dataclass

import llvmlite.binding as llvm

# A program that compiles in its own process may fork, or end, while another of its threads is in here: LLVM's own locks would stay locked in the child, and
# the end of the process takes its data apart. Both wait for that thread; behind the end nobody else comes in. A fork also waits for whoever holds the lock of
# llvmlite, which it takes for each call: modules are disposed of when they die, anywhere.
_lock = threading.RLock()
_of_library = getattr(llvm.ffi.lib, "_lock", None) or contextlib.nullcontext()
_leave = functools.partial(_of_library.__exit__, None, None, None)
# The last one registered goes first: who compiles takes these locks in the same order.
os.register_at_fork(before=_of_library.__enter__, after_in_parent=_leave, after_in_child=_leave)
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)
atexit.register(_lock.acquire)


@functools.cache
def target_machine(quick: bool = False) -> llvm.TargetMachine:
    """Position-independent code for this processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu=cpu_name(), features=cpu_features(), opt=0 if quick else 2, reloc="pic", codemodel="small")


def hurry() -> None:
    """Compiles faster for the rest of the process, other users of LLVM in it included: processors reorder instructions well enough by themselves."""
    for option in ("-enable-misched=false", "-disable-post-ra"):
        llvm.set_option("tierup", option)


@functools.cache
def cpu_name() -> str:
    """LLVM's name of this processor."""
    return str(llvm.get_host_cpu_name())


@functools.cache
def cpu_features() -> str:
    """`+avx,...,-sse4a`, in a fixed order."""
    return str(llvm.get_host_cpu_features().flatten())


def cpu_key() -> str:
    """What about the processor a cached region depends on."""
    return f"{llvm.get_default_triple()} {cpu_name()} {cpu_features()} llvm {'.'.join(map(str, llvm.llvm_version_info))}"


@dataclass(frozen=True, slots=True)
class Object:
    """An ELF object file, and the optimised module it was made from."""

    data: bytes
    module: llvm.ModuleRef


def build(text: str, *, quick: bool = False, loops: bool = False, verify: bool = False) -> Object:
    """Compiles the module; `loops`: LLVM's whole pipeline instead of a few passes, unless it is to be quick. Raises RuntimeError, with LLVM's words, if
    the text is not well formed.
    """
    with _lock:
        machine = target_machine(quick)
        module = llvm.parse_assembly(f'target triple = "{machine.triple}"\ntarget datalayout = "{machine.target_data}"\n{text}')
        if verify:
            module.verify()
        if not quick:
            _optimise(module, machine, loops)
        return Object(machine.emit_object(module), module)


def assembly(built: Object) -> str:
    """The machine code as text, for dumps."""
    return str(target_machine().emit_assembly(built.module))


def _optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine, loops: bool) -> None:
    tuning = llvm.create_pipeline_tuning_options(speed_level=1)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, tuning)
    if loops:
        builder.getModulePassManager().run(module, builder)
        return
    passes = llvm.create_new_function_pass_manager()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    passes.run(module.get_function("region"), builder)
