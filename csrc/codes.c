/* Per-code state, and what can be read from a code object: opcodes, loops, exception table. */
#define NEED_OPCODE_TABLES 1
#include "runtime.h"
#include "internal/pycore_opcode.h"

Py_ssize_t tierup_code_index = -1;

int tierup_code_opcode(_Py_CODEUNIT unit) { return _PyOpcode_Deopt[_Py_OPCODE(unit)]; }
int tierup_code_caches(int opcode) { return _PyOpcode_Caches[opcode]; }

int tierup_code_jump(int opcode) {
    switch (opcode) {
    case FOR_ITER: case JUMP_FORWARD: case JUMP_IF_FALSE_OR_POP: case JUMP_IF_TRUE_OR_POP: case SEND:
    case POP_JUMP_FORWARD_IF_FALSE: case POP_JUMP_FORWARD_IF_TRUE: case POP_JUMP_FORWARD_IF_NONE: case POP_JUMP_FORWARD_IF_NOT_NONE:
        return 1;
    case JUMP_BACKWARD: case JUMP_BACKWARD_NO_INTERRUPT:
    case POP_JUMP_BACKWARD_IF_FALSE: case POP_JUMP_BACKWARD_IF_TRUE: case POP_JUMP_BACKWARD_IF_NONE: case POP_JUMP_BACKWARD_IF_NOT_NONE:
        return -1;
    }
    return 0;
}

bool tierup_code_jumped_to(const _Py_CODEUNIT *units, int n, int start, int end) {
    for (int i = 0, argument = 0; i < n; i++) {
        int opcode = tierup_code_opcode(units[i]), direction = tierup_code_jump(opcode);
        argument = argument << 8 | _Py_OPARG(units[i]);
        if (opcode == EXTENDED_ARG) continue;
        i += tierup_code_caches(opcode);
        int target = i + 1 + direction * argument;
        if (direction && start <= target && target < end) return true;
        argument = 0;
    }
    return false;
}

void tierup_code_quicken(PyCodeObject *code) {
    _Py_CODEUNIT *units = tierup_code_units(code);
    for (int i = 0, before = -1, n = tierup_code_length(code); i < n; i++) {
        int opcode = _Py_OPCODE(units[i]), quick = tierup_code_quick_form(opcode), pair = i > 0 ? tierup_code_quick_pair(before, opcode) : 0;
        if (quick) units[i] = _Py_MAKECODEUNIT(quick, _Py_OPARG(units[i]));
        if (pair) units[i - 1] = _Py_MAKECODEUNIT(pair, _Py_OPARG(units[i - 1]));
        before = opcode;
        i += tierup_code_caches(opcode);
    }
}

static void tierup_codes_free(void *extra) {
    struct tierup_code_state *state = extra;
    if (state == NULL) return;
    if (state->want_record) tierup_recorder_wanted--;
    tierup_regions_code_died(state);
    tierup_profiles_drop(state);
    tierup_entry_forget(state);
    PyMem_Free(state->loops);
    tierup_codes_forget(state);
    PyMem_Free(state);
}

/* Our note in co_extra is not to count as part of the code's size. */
static PyCFunction code_sizeof;

static PyObject *tierup_codes_sizeof(PyObject *self, PyObject *unused) {
    PyCodeObject *code = (PyCodeObject *)self;
    tierup_code_notes *extra = code->co_extra;
    bool only_ours = extra != NULL;
    for (Py_ssize_t i = 0; only_ours && i < extra->size; i++) only_ours = i == tierup_code_index || extra->extras[i] == NULL;
    if (!only_ours) return code_sizeof(self, unused);
    code->co_extra = NULL;
    PyObject *size = code_sizeof(self, unused);
    code->co_extra = extra;
    return size;
}

static void tierup_codes_hide_size(void) {
    for (PyMethodDef *row = PyCode_Type.tp_methods; code_sizeof == NULL && row != NULL && row->ml_name != NULL; row++) {
        if (strcmp(row->ml_name, "__sizeof__")) continue;
        code_sizeof = row->ml_meth;
        row->ml_meth = tierup_codes_sizeof;
    }
}

int tierup_codes_init(void) {
    tierup_codes_hide_size();
    if (tierup_code_index < 0) tierup_code_index = _PyEval_RequestCodeExtraIndex(tierup_codes_free);
    if (tierup_code_index < 0) PyErr_SetString(PyExc_RuntimeError, "no free co_extra slot");
    return tierup_code_index < 0 ? -1 : 0;
}

/* When code dies, the functions of all notes in it are called, also for those that are not set. Others are not to be called because of ours. */
static void tierup_codes_trim(PyCodeObject *code) {
    tierup_code_notes *extra = code->co_extra;
    while (extra->size > tierup_code_index + 1 && extra->extras[extra->size - 1] == NULL) extra->size--;
}

struct tierup_code_state *tierup_codes_state(PyCodeObject *code) {
    struct tierup_code_state *state = tierup_code_state_get(code);
    if (state != NULL) return state;
    state = PyMem_Calloc(1, sizeof *state);
    if (state == NULL) return (struct tierup_code_state *)PyErr_NoMemory();
    state->code = code;
    state->plain_arguments = tierup_code_plain_arguments(code);
    if (_PyCode_SetExtra((PyObject *)code, tierup_code_index, state) < 0) {
        PyMem_Free(state);
        return NULL;
    }
    tierup_codes_trim(code);
    return state;
}

/* Those that hold namespaces: they must not hold them when the interpreter ends, or what is in them would never be finalised. */
static struct tierup_code_state *remembering;

void tierup_codes_remember(struct tierup_code_state *state, _PyInterpreterFrame *f) {
    if (state->globals == f->f_globals) return;
    if (state->globals == NULL) {
        state->next_remembering = remembering;
        remembering = state;
    }
    Py_XSETREF(state->globals, Py_NewRef(f->f_globals));
    Py_XSETREF(state->builtins, Py_NewRef(f->f_builtins));
}

void tierup_codes_forget(struct tierup_code_state *state) {
    PyObject *globals = state->globals, *builtins = state->builtins;
    if (globals == NULL) return;
    struct tierup_code_state **link = &remembering;
    while (*link != state) link = &(*link)->next_remembering;
    *link = state->next_remembering;
    state->globals = state->builtins = NULL;
    Py_DECREF(globals); /* may run anything */
    Py_XDECREF(builtins);
}

bool tierup_codes_remembering(void) { return remembering != NULL; }

void tierup_codes_forget_all(void) {
    while (remembering != NULL) tierup_codes_forget(remembering);
}

void tierup_codes_set_state(struct tierup_code_state *state, int value) {
    state->state = value;
    state->samples = 0;
    state->announced = false;
    for (int k = 0; k < state->nloops; k++) state->loops[k].announced = false;
    if (value != TIERUP_RECORDING) {
        if (state->want_record) tierup_recorder_wanted--;
        state->want_record = false;
    }
    if (value == TIERUP_REFUSED && state->call_region == NULL) tierup_entry_uninstall(state);
    if (value == TIERUP_COLD) state->awaited = 0;
    if (value != TIERUP_RECORDING && value != TIERUP_REQUESTED && state->awaited == 0) tierup_codes_forget(state);
}

/* Until the answers have come its namespaces are remembered. Those of cold code, which was seen when its callers were recorded, are remembered anyway. */
void tierup_codes_await(struct tierup_code_state *state, int change) {
    if (state->awaited + change < 0 || (change > 0 && state->globals == NULL)) return; /* it has been set cold since; nothing is remembered */
    state->awaited += change;
    if (state->awaited == 0 && state->state != TIERUP_RECORDING && state->state != TIERUP_COLD) tierup_codes_forget(state);
}

void tierup_codes_unanswered(void) {
    for (struct tierup_code_state *state = remembering; state != NULL; state = state->next_remembering) state->awaited = 0;
    for (struct tierup_code_state *state = remembering, *next; state != NULL; state = next) {
        next = state->next_remembering;
        if (state->state == TIERUP_RECORDING || state->state == TIERUP_COLD) continue;
        tierup_codes_forget(state);
        next = remembering; /* that may have run anything */
    }
}

static void tierup_codes_find_loops(struct tierup_code_state *state) {
    state->loops_known = true;
    PyObject *bytes = PyCode_GetCode(state->code); /* not the live units: a stub may cover some */
    if (bytes == NULL) { PyErr_Clear(); return; }
    const _Py_CODEUNIT *units = (const _Py_CODEUNIT *)PyBytes_AS_STRING(bytes);
    int n = (int)(PyBytes_GET_SIZE(bytes) / sizeof(_Py_CODEUNIT)), room = 0;
    for (int i = 0, argument = 0; i < n; i++) {
        int opcode = _Py_OPCODE(units[i]);
        argument = argument << 8 | _Py_OPARG(units[i]);
        if (opcode == EXTENDED_ARG) continue;
        if (tierup_code_jump(opcode) < 0 && opcode != JUMP_BACKWARD_NO_INTERRUPT) {
            int target = i + 1 - argument, k = 0;
            while (k < state->nloops && state->loops[k].header != target) k++;
            if (k == room) {
                room = room ? room * 2 : 4;
                struct tierup_loop *more = PyMem_Realloc(state->loops, room * sizeof *more);
                if (more == NULL) break;
                state->loops = more;
            }
            if (k == state->nloops) {
                state->loops[state->nloops++] = (struct tierup_loop){target, i, false};
            }
            else if (i > state->loops[k].end) {
                state->loops[k].end = i;
            }
        }
        i += _PyOpcode_Caches[opcode];
        argument = 0;
    }
    Py_DECREF(bytes);
}

/* Innermost loop around `unit`; with inner >= 0 the next loop that encloses the one with that header. */
int tierup_codes_header(struct tierup_code_state *state, int unit, int inner) {
    if (!state->loops_known) tierup_codes_find_loops(state);
    int best = -1;
    for (int k = 0; k < state->nloops; k++) {
        struct tierup_loop *loop = &state->loops[k];
        if (loop->header <= unit && unit <= loop->end && loop->header > best && (inner < 0 || loop->header < inner)) best = loop->header;
    }
    return best;
}

struct tierup_loop *tierup_codes_loop(struct tierup_code_state *state, int header) {
    for (int k = 0; k < state->nloops; k++)
        if (state->loops[k].header == header) return &state->loops[k];
    return NULL;
}

/* ---- exception table: entries of (start, size, target, depth << 1 | lasti), 6 bits per byte, 0x40: more bytes, 0x80: first byte ---- */

static const unsigned char *tierup_codes_number(const unsigned char *at, int *value) {
    int number = *at & 63;
    while (*at++ & 64) number = number << 6 | (*at & 63);
    *value = number;
    return at;
}

int tierup_codes_handler(PyCodeObject *code, int unit, int *level, int *target, int *lasti) {
    const unsigned char *at = (const unsigned char *)PyBytes_AS_STRING(code->co_exceptiontable);
    const unsigned char *end = at + PyBytes_GET_SIZE(code->co_exceptiontable);
    while (at < end) {
        int start, size, handler, depth;
        at = tierup_codes_number(tierup_codes_number(tierup_codes_number(tierup_codes_number(at, &start), &size), &handler), &depth);
        if (start > unit) break;
        if (unit < start + size) {
            *level = depth >> 1, *target = handler, *lasti = depth & 1;
            return 1;
        }
    }
    return 0;
}

bool tierup_codes_covered(PyCodeObject *code, int start, int end) {
    int level, target, lasti;
    for (int unit = start; unit < end; unit++)
        if (tierup_codes_handler(code, unit, &level, &target, &lasti)) return true;
    return false;
}

bool tierup_codes_mine(_PyInterpreterFrame *f) { return tierup_codes_own_globals(f->f_globals); }

bool tierup_codes_own_globals(PyObject *globals) { return tierup_codes_package(globals, "tierup"); }

bool tierup_codes_package(PyObject *globals, const char *package) {
    PyObject *name = PyDict_Check(globals) ? PyDict_GetItemWithError(globals, &_Py_ID(__name__)) : NULL;
    if (name == NULL) {
        PyErr_Clear();
        return false;
    }
    if (!PyUnicode_Check(name) || !PyUnicode_IS_COMPACT_ASCII(name)) return false;
    Py_ssize_t n = PyUnicode_GET_LENGTH(name), length = (Py_ssize_t)strlen(package);
    const char *text = PyUnicode_DATA(name);
    return n >= length && memcmp(text, package, length) == 0 && (n == length || text[length] == '.');
}
