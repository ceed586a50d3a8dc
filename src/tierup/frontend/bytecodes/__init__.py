"""Handlers of the bytecodes, by family; importing this package registers them all."""

from tierup.frontend.bytecodes import arithmetic, attributes, calls, containers, control, handlers, iteration, names, patterns, suspending, targets, unpacking

__all__ = ["arithmetic", "attributes", "calls", "containers", "control", "handlers", "iteration", "names", "patterns", "suspending", "targets", "unpacking"]
