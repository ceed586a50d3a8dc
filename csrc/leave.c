/* Ways out of a region: the frame, and the frames of inlined code, are completed as a list of words says. One call with the live values as arguments is
   all that the cold code of a region has for each way out; backend/packed.py writes the words. */
#include "helpers.h"
#include <stdarg.h>

/* A word is a kind (low 8 bits) and the place where the reference is to go; those with a value take it from the arguments. */
enum word {
    LEAVE,        /* end: the interpreter goes on */
    LEAVE_ERROR,  /* end: the interpreter looks for a handler */
    LEAVE_NULL,   /* end: an exception without a handler */
    LEAVE_RAISED, /* end: the innermost frame of inlined code has raised */
    STAY,         /* end: compiled code goes on; NULL is returned */
    STAND,        /* next word: byte offset of prev_instr; no value */
    DROP,         /* releases a reference */
    PUT,          /* an owned reference */
    SHARE,        /* a borrowed one */
    CLEAR,        /* NULL; no value */
    BOX_INT,
    BOX_FLOAT,
    BOX_BOOL,
    BOX_INT_ONCE, /* unless the box is there already */
    BOX_FLOAT_ONCE,
    SAME,      /* a further reference to a box, whose number is the next word; no value */
    SAME_ONCE, /* unless it is there already */
    FRAME,     /* a frame of inlined code, of as many items as the place says, which follow; next word: offset; values: its function and code */
    MADE,      /* the function of the next frame is to be made, with as many cells as the place says; next words: their slots; values: its code and globals */
    FUNCTION,  /* a new function; next words: count and slots of its cells; values: its code and globals */
    LAND,      /* compiled code handles what was raised; place: depth of the stack there, next word: flags of tierup_land; no value */
};

enum { FRAMES = 16, ITEMS = 256 }; /* as in backend/packed.py */

struct leaving {
    PyThreadState *ts;
    _PyInterpreterFrame *frames[FRAMES];
    PyObject *boxes[ITEMS], *items[ITEMS], *function, *code, *made;
    int nframes, nboxes, nitems, offset;
    int level, flags; /* of LAND; level -1: none */
};

static void leave_box(struct leaving *l, PyObject **slot, PyObject *box) {
    if (box == NULL) Py_FatalError("no memory to box a local variable of compiled code");
    *slot = l->boxes[l->nboxes++] = box;
}

static void leave_keep(struct leaving *l, PyObject *box) { l->boxes[l->nboxes++] = box; }

static void leave_value(struct leaving *l, int kind, PyObject **slot, va_list *values) {
    PyObject *object;
    int64_t number;
    double real;
    switch (kind) {
    case DROP: /* NULL: what LOAD_METHOD left where there was no method */
        object = va_arg(*values, PyObject *);
        Py_XDECREF(object);
        break;
    case PUT: *slot = va_arg(*values, PyObject *); break;
    case SHARE:
        object = va_arg(*values, PyObject *);
        *slot = Py_NewRef(object);
        break;
    case CLEAR: *slot = NULL; break;
    case BOX_INT_ONCE:
    case BOX_INT:
        number = va_arg(*values, int64_t);
        if (kind == BOX_INT_ONCE && *slot != NULL) leave_keep(l, *slot);
        else leave_box(l, slot, tierup_box_int(number));
        break;
    case BOX_FLOAT_ONCE:
    case BOX_FLOAT:
        real = va_arg(*values, double);
        if (kind == BOX_FLOAT_ONCE && *slot != NULL) leave_keep(l, *slot);
        else leave_box(l, slot, tierup_box_float(real));
        break;
    default: leave_box(l, slot, bool_ref(va_arg(*values, int))); break;
    }
}

static void leave_at(_PyInterpreterFrame *f, int offset, int top) {
    f->prev_instr = _PyCode_CODE(f->f_code) + offset / (int)sizeof(_Py_CODEUNIT);
    f->stacktop = top;
}

/* The items collected so far become a frame on top of the others. */
static void leave_push(struct leaving *l, _PyInterpreterFrame *f) {
    _PyInterpreterFrame *caller = l->nframes ? l->frames[l->nframes - 1] : f;
    l->frames[l->nframes++] = tierup_push_inlined(l->ts, caller, l->function, l->code, l->offset, l->items, l->nitems);
    if (l->function == l->made) Py_CLEAR(l->made);
}

static PyObject *leave_make(_PyInterpreterFrame *f, const int32_t *slots, int n, va_list *values) {
    PyObject *code = va_arg(*values, PyObject *), *globals = va_arg(*values, PyObject *);
    return tierup_make_inlined(f, code, globals, (void *)slots, n);
}

/* Handles the words up to the end, which is returned. */
static int leave_words(struct leaving *l, _PyInterpreterFrame *f, const int32_t *head, va_list *values) {
    PyObject **places = f->localsplus;
    for (const int32_t *words = head + 2;;) {
        int kind = *words & 255, place = *words++ >> 8;
        switch (kind) {
        case LEAVE:
        case LEAVE_ERROR:
        case LEAVE_NULL:
        case LEAVE_RAISED:
        case STAY:
            if (places == l->items) leave_push(l, f);
            return kind;
        case FRAME:
            if (places == l->items) leave_push(l, f);
            else if (places != NULL) leave_at(f, head[0], head[1]);
            places = l->items;
            l->nitems = place;
            l->offset = *words++;
            l->function = l->made != NULL ? l->made : va_arg(*values, PyObject *);
            l->code = va_arg(*values, PyObject *);
            break;
        case MADE:
            if (places == l->items) leave_push(l, f); /* takes the function before */
            else leave_at(f, head[0], head[1]);
            places = NULL;
            l->made = leave_make(f, words, place, values);
            words += place;
            break;
        case FUNCTION:
            places[place] = leave_make(f, words + 1, words[0], values);
            words += 1 + words[0];
            break;
        case STAND: f->prev_instr = _PyCode_CODE(f->f_code) + *words++ / (int)sizeof(_Py_CODEUNIT); break;
        case LAND:
            l->level = place;
            l->flags = *words++;
            break;
        case SAME:
        case SAME_ONCE: {
            PyObject *box = l->boxes[*words++];
            if (kind == SAME || places[place] == NULL) places[place] = Py_NewRef(box);
            break;
        }
        default: leave_value(l, kind, &places[place], values); break;
        }
    }
}

/* An exception is set and f is complete: NULL if compiled code goes on at its handler. */
static PyObject *leave_raised(struct leaving *l, _PyInterpreterFrame *f) {
    return l->level < 0 ? TIERUP_ERROR_EXIT : tierup_land(l->ts, f, l->level, l->flags);
}

/* The interpreter finishes the frames of inlined code, innermost first; the result goes to the region's frame, which is to go on behind the call. */
static PyObject *leave_inlined(struct leaving *l, _PyInterpreterFrame *f, const int32_t *head, bool failed) {
    PyObject *result = NULL;
    while (l->nframes) {
        result = tierup_run_inlined(l->ts, l->frames[--l->nframes], result, failed);
        failed = result == NULL;
    }
    if (result == NULL) {
        f->stacktop = head[1];
        return leave_raised(l, f);
    }
    f->localsplus[head[1]] = result;
    leave_at(f, head[0], head[1] + 1);
    return TIERUP_EXIT;
}

/* `words`: byte offset of prev_instr and stacktop of an exit, then the list. */
PyObject *tierup_leave(_PyInterpreterFrame *f, const int32_t *words, ...) {
    struct leaving l;
    va_list values;
    l.ts = _PyThreadState_GET();
    l.nframes = l.nboxes = 0;
    l.made = NULL;
    l.level = -1;
    va_start(values, words);
    int end = leave_words(&l, f, words, &values);
    va_end(values);
    if (l.nframes) return leave_inlined(&l, f, words, end == LEAVE_RAISED);
    if (end == LEAVE_NULL || end == STAY) return NULL;
    if (end == LEAVE) leave_at(f, words[0], words[1]);
    else f->stacktop = words[1];
    return end == LEAVE ? TIERUP_EXIT : leave_raised(&l, f);
}
