/* Loop entry: a running frame is moved into a loop region. */
#include "runtime.h"

static PyFrameObject *target; /* owned while armed */
static char user_opcodes;
static int events;

void tierup_osr_disarm(void) {
    if (target == NULL) return;
    PyFrameObject *object = target;
    target = NULL;
    object->f_trace_opcodes = user_opcodes;
    tierup_tracing_disarm();
    Py_DECREF(object);
}

/* The frame stands at the header of a region, inside a trace event: run it as if there were no tracing. */
static int tierup_osr_enter(PyThreadState *ts, PyFrameObject *object, _PyInterpreterFrame *f, tierup_region *region) {
    int here = tierup_frame_unit(f), result = 0;
    PyCodeObject *shadow = tierup_entry_unshadow(f);
    tierup_osr_disarm();
    ts->tracing--;
    object->f_lineno = 0;
    f->stacktop = -1;
    PyObject *status = tierup_region_run(region, ts, f);
    int unit = tierup_frame_unit(f);
    if (shadow != NULL) {
        f->f_code = shadow;
        tierup_frame_set_unit(f, unit);
    }
    if (status == TIERUP_EXIT) {
        f->prev_instr++; /* after the event the interpreter executes the unit that prev_instr points at */
    }
    else if (status == TIERUP_ERROR_EXIT) {
        result = tierup_exits_raise(ts, f, unit, here);
    }
    else {
        f->stacktop = f->f_code->co_nlocalsplus;
        if (status != NULL) {
            Py_DECREF(status);
            PyErr_SetString(PyExc_SystemError, "a loop region returned a value");
        }
        result = tierup_exits_raise(ts, f, -1, here);
    }
    ts->tracing++;
    return result;
}

static int tierup_osr_event(PyObject *unused, PyFrameObject *object, int what, PyObject *argument) {
    PyThreadState *ts = _PyThreadState_GET();
    if (ts != tierup_tracing_armed || target == NULL) return 0;
    if (object == target) {
        _PyInterpreterFrame *f = object->f_frame;
        if (what == PyTrace_LINE || what == PyTrace_OPCODE) {
            struct tierup_code_state *state = tierup_code_state_of(f);
            int unit = tierup_frame_unit(f);
            for (tierup_region *region = state ? state->loop_regions : NULL; region != NULL; region = region->next_of_code)
                if (region->header == unit) return tierup_osr_enter(ts, object, f, region);
        }
        else if (what == PyTrace_RETURN) {
            tierup_osr_disarm();
            return 0;
        }
    }
    if (++events > tierup_configuration.osr_events || tierup_tracing_shows(ts, object, what, argument)) tierup_osr_disarm();
    return 0;
}

void tierup_osr_arm(PyThreadState *ts, _PyInterpreterFrame *f) {
    if (target != NULL || tierup_tracing_armed != NULL || f->owner != FRAME_OWNED_BY_THREAD) return;
    PyFrameObject *object = tierup_frame_object(ts, f);
    if (object == NULL || !tierup_tracing_arm(ts, tierup_osr_event)) return;
    target = (PyFrameObject *)Py_NewRef(object);
    user_opcodes = object->f_trace_opcodes;
    object->f_trace_opcodes = 1;
    events = 0;
}
