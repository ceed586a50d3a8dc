/* What happens with the status that a region returns. */
#include "runtime.h"

void tierup_exits_count(tierup_region *region) {
    int64_t id = region->pool[0];
    if (id < 0 || id >= region->nexits) return;
    struct tierup_exit_count *exit = &region->exits[id];
    exit->count++;
    if (exit->report_at == 0) exit->report_at = tierup_configuration.exit_limit;
    if (exit->count >= exit->report_at) { /* at the limit, then at each doubling */
        exit->report_at *= 2;
        tierup_events_exits(region->id, (int)id, exit->count);
    }
}

/* The rest of f in a nested interpreter loop. f stays where it is in the chain of frames; recursion was counted when f was pushed. */
PyObject *tierup_exits_interpret(PyThreadState *ts, _PyInterpreterFrame *f, int error) {
    _PyCFrame *cframe = ts->cframe;
    _PyInterpreterFrame *previous = f->previous;
    bool is_entry = f->is_entry;
    PyCodeObject *code = f->f_code;
    struct tierup_code_state *state = tierup_code_state_get(code);
    tierup_entry_count_run(code);
    PyCodeObject *shadow = state != NULL && !error ? tierup_entry_shadow(state, tierup_frame_unit(f)) : NULL;
    if (UNLIKELY(shadow == NULL && state != NULL && !error && tierup_entry_covers(state, tierup_frame_unit(f)))) {
        PyErr_NoMemory(); /* from the code itself the interpreter would come to the stub, and here again, for ever */
        error = 1;
    }
    if (shadow != NULL) {
        int unit = tierup_frame_unit(f);
        f->f_code = (PyCodeObject *)Py_NewRef(shadow);
        tierup_frame_set_unit(f, unit);
    }
    cframe->current_frame = previous; /* else the frame would become its own predecessor */
    ts->recursion_remaining++;
    if (error) tierup_tracing_hide(ts, f, TIERUP_HIDE_CALL);
    bool unshadows = shadow != NULL && tierup_tracing_unshadow_begin(ts);
    PyObject *result = _PyEval_EvalFrameDefault(ts, f, error);
    if (unshadows) tierup_tracing_unshadow_end(ts);
    ts->recursion_remaining--;
    cframe->current_frame = f;
    f->previous = previous;
    f->is_entry = is_entry;
    f->stacktop = -1;
    if (shadow != NULL) {
        int unit = tierup_frame_unit(f);
        f->f_code = code;
        tierup_frame_set_unit(f, unit);
        Py_DECREF(shadow);
    }
    return result;
}

/* f's entry stands in the traceback already (a nested interpreter has added it), or there is to be none (raised again): nobody is to add another. An incomplete
   frame gets none; its frame object takes what is in it. Under a trace or profile function, which would be shown that frame, whoever started f adds the entry that is taken away here. */
void tierup_exits_raised(PyThreadState *ts, _PyInterpreterFrame *f) {
    PyTracebackObject *entry = (PyTracebackObject *)ts->curexc_traceback;
    bool has_entry = entry != NULL && f->frame_obj != NULL && entry->tb_frame == f->frame_obj;
    if (!has_entry || (ts->c_tracefunc == NULL && ts->c_profilefunc == NULL)) {
        tierup_frame_take_over(ts, f);
        tierup_frame_set_unit(f, -1);
        return;
    }
    tierup_frame_set_unit(f, entry->tb_lasti / (int)sizeof(_Py_CODEUNIT));
    ts->curexc_traceback = Py_XNewRef((PyObject *)entry->tb_next);
    Py_DECREF(entry);
}

void tierup_exits_go_on(PyThreadState *ts, _PyInterpreterFrame *f) {
    struct tierup_code_state *state = tierup_code_state_of(f);
    if (state == NULL || !state->want_record || tierup_tracing_tools(ts) || !tierup_recorder_go_on(ts, f, state)) tierup_osr_arm_again(ts, f);
}

PyObject *tierup_exits_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *status) {
    if (status != TIERUP_EXIT && status != TIERUP_ERROR_EXIT) return status;
    if (status == TIERUP_EXIT) tierup_exits_go_on(ts, f);
    PyObject *result = tierup_exits_interpret(ts, f, status == TIERUP_ERROR_EXIT);
    if (result == NULL) tierup_exits_raised(ts, f);
    return result;
}

/* ---- exceptions out of a loop region: the interpreter would look for the handler at the unit of the trace event, not where it was raised ---- */

static int tierup_exits_find_reraise(PyCodeObject *code) {
    int level, target, lasti, n = tierup_code_length(code);
    _Py_CODEUNIT *units = tierup_code_units(code);
    for (int i = 0; i < n; i++) {
        int opcode = tierup_code_opcode(units[i]);
        if (opcode == RERAISE && _Py_OPARG(units[i]) == 1 && !tierup_codes_handler(code, i, &level, &target, &lasti)) return i;
        i += tierup_code_caches(opcode);
    }
    return -1;
}

/* Adds f's traceback entry and puts f at its handler; `target` -1: it has none and loses its operand stack. */
static int tierup_exits_enter_handler(PyThreadState *ts, _PyInterpreterFrame *f, int level, int target, int lasti) {
    if (target >= 0) {
        tierup_traceback_here(ts, f);
        tierup_handler_stack(f, level, lasti);
        tierup_frame_set_unit(f, target);
        return 0;
    }
    while (f->stacktop > f->f_code->co_nlocalsplus + level) {
        PyObject *dropped = f->localsplus[--f->stacktop];
        Py_XDECREF(dropped);
    }
    return -1;
}

int tierup_exits_raise(PyThreadState *ts, _PyInterpreterFrame *f, int at, int here) {
    PyCodeObject *code = f->f_code;
    int level = 0, target = -1, lasti = 0, unused;
    bool handled = at >= 0 && tierup_codes_handler(code, at, &level, &target, &lasti);
    if (!handled) {
        level = 0, lasti = 1; /* what RERAISE 1 wants */
        target = tierup_codes_handler(code, here, &unused, &unused, &unused) ? tierup_exits_find_reraise(code) : -1;
    }
    return tierup_exits_enter_handler(ts, f, level, target, lasti);
}

PyObject *tierup_exits_raise_behind_jump(PyThreadState *ts, _PyInterpreterFrame *f, int header) {
    int level, target, lasti, jump_level, jump_target, jump_lasti;
    bool by_jump = tierup_codes_handler(f->f_code, tierup_frame_unit(f), &jump_level, &jump_target, &jump_lasti);
    if (!tierup_codes_handler(f->f_code, header - 1, &level, &target, &lasti)) {
        tierup_exits_enter_handler(ts, f, 0, -1, 0);
        return NULL;
    }
    if (by_jump && target == jump_target && level == jump_level && lasti == jump_lasti) return TIERUP_ERROR_EXIT;
    tierup_exits_enter_handler(ts, f, level, target, lasti);
    tierup_frame_set_unit(f, target - 1);
    return TIERUP_EXIT;
}
