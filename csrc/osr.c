/* Loop entry: a running frame is moved into a loop region. When the sampler finds it running; or as soon as it has left compiled code in the middle of the loop, since
   the sampler may come some milliseconds later only. Up to the next turn each bytecode is traced then, which is slow: each code object has some credit for that, which
   is gone when the region is left at once each time. A turn of the loop may be long: the next attempt waits for twice as many events, after a pause twice as long. */
#include "runtime.h"
#include <time.h>

enum { GOOD_WHILE_NS = 8000, CREDIT = 8, LONGEST_PAUSE = 10, LONGEST_WAIT = 6 };

static PyFrameObject *target; /* owned while armed */
static char user_opcodes;
static int events, events_allowed;

void tierup_osr_disarm(void) {
    if (target == NULL) return;
    PyFrameObject *object = target;
    target = NULL;
    object->f_trace_opcodes = user_opcodes;
    tierup_tracing_disarm();
    Py_DECREF(object);
}

void tierup_osr_left(PyFrameObject *object) {
    if (object == target) tierup_osr_disarm();
}

static int64_t tierup_osr_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* How many events an attempt may take after so many that failed. */
static int tierup_osr_limit(int failures) { return tierup_configuration.osr_events << (failures < LONGEST_WAIT ? failures : LONGEST_WAIT); }

/* Most likely it waits for something that it has called, and nothing is entered meanwhile: each time twice as many visits pass before the next attempt. */
static void tierup_osr_failed(void) {
    struct tierup_code_state *state = tierup_code_state_of(target->f_frame);
    if (state != NULL) {
        state->loop_pause = 1 << state->loop_failures;
        if (state->loop_failures < LONGEST_PAUSE) state->loop_failures++;
    }
    tierup_osr_disarm();
}

/* The frame stands at the header of a region, inside a trace event: run it as if there were no tracing. */
static int tierup_osr_enter(PyThreadState *ts, PyFrameObject *object, _PyInterpreterFrame *f, tierup_region *region) {
    int here = tierup_frame_unit(f), result = 0;
    PyCodeObject *shadow = tierup_entry_unshadow(f);
    tierup_osr_disarm();
    ts->tracing--;
    object->f_lineno = 0;
    f->stacktop = -1;
    struct tierup_code_state *state = tierup_code_state_of(f);
    if (state != NULL)
        while (state->loop_failures > 0 && events <= tierup_osr_limit(state->loop_failures - 1)) state->loop_failures--;
    int64_t begun = tierup_osr_now();
    PyObject *status = tierup_region_run(region, ts, f);
    int unit = tierup_frame_unit(f);
    if (shadow != NULL) {
        f->f_code = shadow;
        tierup_frame_set_unit(f, unit);
    }
    if (status == TIERUP_EXIT) {
        if (state != NULL && tierup_osr_now() - begun > GOOD_WHILE_NS) state->loop_credit = CREDIT;
        tierup_exits_go_on(ts, f);
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
    if (++events > events_allowed || tierup_tracing_shows(ts, object, what, argument)) tierup_osr_failed();
    return 0;
}

static void tierup_osr_wait(PyThreadState *ts, _PyInterpreterFrame *f) {
    if (target != NULL || tierup_tracing_armed != NULL || f->owner != FRAME_OWNED_BY_THREAD) return;
    PyFrameObject *object = tierup_frame_object(ts, f);
    if (object == NULL || !tierup_tracing_arm(ts, tierup_osr_event)) return;
    target = (PyFrameObject *)Py_NewRef(object);
    user_opcodes = object->f_trace_opcodes;
    object->f_trace_opcodes = 1;
    events = 0;
    struct tierup_code_state *state = tierup_code_state_of(f);
    events_allowed = tierup_osr_limit(state != NULL ? state->loop_failures : 0);
}

void tierup_osr_arm(PyThreadState *ts, _PyInterpreterFrame *f) {
    tierup_osr_wait(ts, f);
    struct tierup_code_state *state = tierup_code_state_of(f);
    if (state != NULL && state->loop_credit == 0) state->loop_credit = 1;
}

void tierup_osr_arm_again(PyThreadState *ts, _PyInterpreterFrame *f) {
    struct tierup_code_state *state = tierup_code_state_of(f);
    if (state == NULL || state->loop_credit == 0 || tierup_tracing_armed != NULL || tierup_regions_loop_at(state, tierup_frame_unit(f)) == NULL) return;
    state->loop_credit--;
    tierup_osr_wait(ts, f);
}
