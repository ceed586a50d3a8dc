/* Ways out of a region: the frame, and the frames of inlined code, are completed as a list of words says. One call with the live values as arguments is
   all that the cold code of a region has for each way out; backend/packed.py writes the words. */
#include "caught.h"
#include "helpers.h"
#include <stdarg.h>
#include <string.h>

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
    FRAME,     /* a frame of inlined code, of as many items as the place says, which follow; next words: offset, code and function (in the pool; -1: made, or a value; -2: a value that is taken over) */
    MADE,      /* the function of the next frame is to be made, with as many cells as the place says; next words: its code and globals in the pool, slots of its cells */
    FUNCTION,  /* a new function; next words: count of its cells, code and globals in the pool, slots of its cells; no value */
    LAND,      /* compiled code handles what was raised; place: depth of the stack there, next word: flags of tierup_land; no value */
    PARTS,     /* the items of a tuple follow, or the attributes of an instance; place: how many are waiting already of what these are in turn parts of */
    TUPLE,     /* a tuple of the items that came since PARTS; next word: how many; no value */
    CONSUME,   /* of the frame that was begun last: see tierup_consume_inlined; the place is n, next words: behind, offset; no value */
    FEED,      /* the frame that was begun last is that of a generator; the place is its number in abi/feeds.py; no value */
    POOL_PUT,  /* next word: where it stands in the pool; owned */
    POOL_SHARE, /* the same, borrowed */
    SHOWN,     /* the next frame of inlined code, which exists already; place: how much there is on its stack, which follows; next word: offset, or -1: it stands where it should */
    INSTANCE,  /* an instance with the items that came since PARTS as attributes; next words: its class in the pool, how many, their places (see tierup_make_instance); no value */
    BOUND,     /* the box that comes next is made only if the value, an int, is not 0; else the place gets NULL */
    LEAVE_LOST, /* end: a frameless function has been left; the frames that it has told of come on top */
    NUMPY, /* the box that comes next is a scalar of NumPy; no value */
    COUNTING, /* the iterator of a range; values: its next number, start, stop, step */
    GENERATOR, /* a suspended generator of the items that came since PARTS; next words: its code in the pool, offset where it stands, how many; no value */
};

/* What a caller's bytecode does with the result of inlined code that it did not CALL, and its position behind that; n -1: it was CALLed. */
struct consumption { int n, behind, resumes; };

/* The list begins with: byte offset of prev_instr and stacktop of an exit, and how many boxes, items (of a frame, or parts), frames and levels of parts there are. */
enum { OFFSET, TOP, BOXES, ITEMS, FRAMES, DEPTH, HEAD };

struct leaving {
    PyThreadState *ts;
    PyObject **pool;
    _PyInterpreterFrame **frames;
    PyObject **boxes, **items, **parts, *function, *code, *made;
    struct consumption *consumed; /* of the region's own frame, then of each of `frames` */
    int *feeds;                   /* of each of `frames`: number in abi/feeds.py, or -1 */
    int nframes, nboxes, nitems, offset;
    int level, flags; /* of LAND; level -1: none */
    bool apart;       /* the frames don't stand on one that is there already */
    bool absent;      /* the next box is not to be made */
    bool numpy;       /* it is a scalar of NumPy */
};

static void leave_box(struct leaving *l, PyObject **slot, PyObject *box) {
    if (box == NULL) Py_FatalError("no memory to box a local variable of compiled code");
    *slot = l->boxes[l->nboxes++] = box;
}

/* No collection: the frames are not complete yet. */
static void leave_tuple(struct leaving *l, PyObject **slot, PyObject **parts, int n) {
    int held = tierup_gc_hold();
    leave_box(l, slot, tierup_build_tuple(parts, n));
    tierup_gc_release(held);
}

static void leave_instance(struct leaving *l, PyObject **slot, PyObject **parts, const int32_t *words) {
    int held = tierup_gc_hold();
    uint64_t places = 0;
    for (int i = 0; i < words[1]; i++) places |= (uint64_t)words[2 + i] << 8 * i;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    leave_box(l, slot, tierup_make_instance(l->pool[words[0]], (int64_t)places, parts, words[1]));
    PyErr_Restore(type, value, traceback);
    tierup_gc_release(held);
}

static void leave_generator(struct leaving *l, PyObject **slot, PyObject **parts, const int32_t *words) {
    int held = tierup_gc_hold();
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    leave_box(l, slot, tierup_make_generator(l->pool[words[0]], words[1], parts, words[2]));
    PyErr_Restore(type, value, traceback);
    tierup_gc_release(held);
}

static void leave_counting(struct leaving *l, PyObject **slot, va_list *values) {
    int64_t next = va_arg(*values, int64_t), start = va_arg(*values, int64_t), stop = va_arg(*values, int64_t), step = va_arg(*values, int64_t);
    leave_box(l, slot, tierup_range_iterator_at(next, start, stop, step));
}

static bool leave_absent(struct leaving *l, PyObject **slot) {
    if (LIKELY(!l->absent)) return false;
    l->absent = false;
    *slot = l->boxes[l->nboxes++] = NULL;
    return true;
}

static bool leave_numpy(struct leaving *l) {
    bool numpy = l->numpy;
    l->numpy = false;
    return numpy;
}

static void leave_keep(struct leaving *l, PyObject *box) { l->boxes[l->nboxes++] = box; }

static void leave_value(struct leaving *l, int kind, PyObject **slot, va_list *values) {
    PyObject *object;
    int64_t number;
    double real;
    bool numpy = kind >= BOX_INT && kind <= BOX_FLOAT_ONCE && leave_numpy(l);
    switch (kind) {
    case DROP: /* NULL: what LOAD_METHOD left where there was no method */
        object = va_arg(*values, PyObject *);
        Py_XDECREF(object);
        break;
    case PUT:
        object = va_arg(*values, PyObject *);
        *slot = tierup_is_caught(object) ? tierup_caught_place(object) : object;
        break;
    case SHARE:
        object = va_arg(*values, PyObject *);
        *slot = Py_NewRef(object);
        break;
    case CLEAR: *slot = NULL; break;
    case BOX_INT_ONCE:
    case BOX_INT:
        number = va_arg(*values, int64_t);
        if (leave_absent(l, slot)) break;
        if (kind == BOX_INT_ONCE && *slot != NULL) leave_keep(l, *slot);
        else leave_box(l, slot, numpy ? tierup_box_numpy_int(number) : tierup_box_int(number));
        break;
    case BOX_FLOAT_ONCE:
    case BOX_FLOAT:
        real = va_arg(*values, double);
        if (leave_absent(l, slot)) break;
        if (kind == BOX_FLOAT_ONCE && *slot != NULL) leave_keep(l, *slot);
        else leave_box(l, slot, numpy ? tierup_box_numpy_float(real) : tierup_box_float(real));
        break;
    case COUNTING: leave_counting(l, slot, values); break;
    case BOUND: l->absent = va_arg(*values, int) == 0; break;
    default:
        number = va_arg(*values, int);
        if (!leave_absent(l, slot)) leave_box(l, slot, numpy ? Py_NewRef(tierup_numpy_bool(number)) : bool_ref((int)number));
        break;
    }
}

static void leave_at(_PyInterpreterFrame *f, int offset, int top) {
    f->prev_instr = _PyCode_CODE(f->f_code) + offset / (int)sizeof(_Py_CODEUNIT);
    f->stacktop = top;
}

/* The items collected so far become a frame on top of the others. */
static void leave_push(struct leaving *l, _PyInterpreterFrame *f) {
    _PyInterpreterFrame *caller = l->nframes ? l->frames[l->nframes - 1] : f;
    void *(*push)(PyThreadState *, void *, PyObject *, PyObject *, int64_t, PyObject **, int64_t) =
        l->apart ? tierup_push_apart : l->feeds[l->nframes] < 0 ? tierup_push_inlined : tierup_push_fed;
    l->frames[l->nframes++] = push(l->ts, caller, l->function, l->code, l->offset, l->items, l->nitems);
    if (l->function == l->made) Py_CLEAR(l->made);
}

static PyObject *leave_make(struct leaving *l, _PyInterpreterFrame *f, const int32_t *words, int n) {
    return tierup_make_inlined(f, l->pool[words[0]], l->pool[words[1]], (void *)(words + 2), n);
}

/* The frames above f exist already. */
static void leave_find(struct leaving *l, _PyInterpreterFrame *f, int n) {
    for (_PyInterpreterFrame *shown = l->ts->cframe->current_frame; shown != f; shown = shown->previous) l->frames[--n] = shown;
}

/* Handles the words up to the end, which is returned. */
static int leave_words(struct leaving *l, _PyInterpreterFrame *f, const int32_t *head, va_list *values) {
    PyObject **places = l->apart ? NULL : f->localsplus, **around[head[DEPTH] + 1];
    int depth = 0;
    for (const int32_t *words = head + HEAD;;) {
        int kind = *words & 255, place = *words++ >> 8;
        switch (kind) {
        case LEAVE:
        case LEAVE_ERROR:
        case LEAVE_NULL:
        case LEAVE_RAISED:
        case LEAVE_LOST:
        case STAY:
            if (places == l->items) leave_push(l, f);
            return kind;
        case FRAME:
            if (places == l->items) leave_push(l, f);
            else if (places != NULL) leave_at(f, head[OFFSET], head[TOP]);
            places = l->items;
            l->nitems = place;
            l->offset = words[0];
            l->code = l->pool[words[1]];
            if (words[2] == -2) l->made = va_arg(*values, PyObject *);
            l->function = l->made != NULL ? l->made : words[2] >= 0 ? l->pool[words[2]] : va_arg(*values, PyObject *);
            words += 3;
            l->feeds[l->nframes] = l->consumed[l->nframes + 1].n = -1;
            break;
        case SHOWN: {
            if (l->nframes == 0) {
                leave_at(f, head[OFFSET], head[TOP]);
                leave_find(l, f, head[FRAMES]);
            }
            _PyInterpreterFrame *shown = l->frames[l->nframes];
            l->feeds[l->nframes] = l->consumed[l->nframes + 1].n = -1;
            l->nframes++;
            shown->stacktop = shown->f_code->co_nlocalsplus + place;
            if (*words >= 0) leave_at(shown, *words, shown->stacktop);
            words++;
            places = shown->localsplus + shown->f_code->co_nlocalsplus;
            break;
        }
        case MADE:
            if (places == l->items) leave_push(l, f); /* takes the function before */
            else leave_at(f, head[OFFSET], head[TOP]);
            places = NULL;
            l->made = leave_make(l, f, words, place);
            words += 2 + place;
            break;
        case FUNCTION:
            leave_box(l, &places[place], leave_make(l, f, words + 1, words[0]));
            words += 3 + words[0];
            break;
        case PARTS:
            around[depth++] = places;
            places = l->parts + place;
            break;
        case TUPLE:
            leave_tuple(l, &around[depth - 1][place], places, *words++);
            places = around[--depth];
            break;
        case INSTANCE:
            leave_instance(l, &around[depth - 1][place], places, words);
            places = around[--depth];
            words += 2 + words[1];
            break;
        case GENERATOR:
            leave_generator(l, &around[depth - 1][place], places, words);
            places = around[--depth];
            words += 3;
            break;
        case CONSUME:
            l->consumed[places == l->items ? l->nframes + 1 : 0] = (struct consumption){place, words[0], words[1]};
            words += 2;
            break;
        case NUMPY: l->numpy = true; break;
        case FEED: l->feeds[l->nframes] = place; break;
        case POOL_PUT: places[place] = l->pool[*words++]; break;
        case POOL_SHARE: places[place] = Py_NewRef(l->pool[*words++]); break;
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

static PyObject *leave_run(struct leaving *l, int i, PyObject *result, bool failed) {
    return l->feeds[i] < 0 ? tierup_run_inlined(l->ts, l->frames[i], result, failed) : tierup_run_fed(l->ts, l->frames[i], result, failed, l->feeds[i]);
}

static bool leave_consume(struct consumption *c, _PyInterpreterFrame *f, PyObject *result) {
    return tierup_consume_inlined(f, result, c->n, c->behind, c->resumes);
}

/* A frame of a frameless function that has been left, and what its bytecode does with the result of the one above it. */
struct lost { _PyInterpreterFrame *f; struct consumption consumed; };

/* Those that were told of so far, innermost first; `failed`: the first has raised. Whoever has a frame below them takes them. */
static struct { struct lost *frames; int n, room; bool failed; } lost;

static void lost_add(_PyInterpreterFrame *f, struct consumption consumed) {
    if (lost.n == lost.room) {
        lost.room = lost.room ? 2 * lost.room : 32;
        lost.frames = PyMem_Realloc(lost.frames, lost.room * sizeof(struct lost));
        if (lost.frames == NULL) Py_FatalError("no memory to rebuild the frames of compiled code");
    }
    if (lost.n) lost.frames[lost.n - 1].f->previous = f;
    lost.frames[lost.n++] = (struct lost){f, consumed};
}

/* The interpreter finishes the frames of frameless functions, which come to stand on `below`. */
static PyObject *lost_run(PyThreadState *ts, _PyInterpreterFrame *below) {
    struct lost *frames = lost.frames;
    int n = lost.n;
    bool failed = lost.failed;
    memset(&lost, 0, sizeof(lost));
    PyObject *result = NULL;
    frames[n - 1].f->previous = below;
    ts->cframe->current_frame = frames[0].f;
    ts->recursion_remaining -= n;
    for (int i = 0; i < n; i++) {
        if (i > 0 && frames[i].consumed.n >= 0) {
            failed = !leave_consume(&frames[i].consumed, frames[i].f, result);
            result = NULL;
        } else if (i > 0) {
            failed = result == NULL;
        }
        result = tierup_run_inlined(ts, frames[i].f, result, failed);
    }
    PyMem_Free(frames);
    return result;
}

/* The interpreter finishes the frames of inlined code, innermost first; the result goes to the region's frame, which is to go on behind the call. */
static PyObject *leave_inlined(struct leaving *l, _PyInterpreterFrame *f, const int32_t *head, int end) {
    PyObject *result = NULL;
    bool failed = end == LEAVE_RAISED, called = end == LEAVE_LOST;
    if (called) result = lost_run(l->ts, l->nframes ? l->frames[l->nframes - 1] : f);
    for (int i = l->nframes - 1; i >= 0; i--) {
        if (called && l->consumed[i + 1].n >= 0) {
            failed = !leave_consume(&l->consumed[i + 1], l->frames[i], result);
            result = NULL;
        } else if (called) {
            failed = result == NULL;
        }
        result = leave_run(l, i, result, failed);
        called = true;
    }
    f->stacktop = head[TOP];
    if (l->consumed[0].n >= 0) return leave_consume(&l->consumed[0], f, result) ? TIERUP_EXIT : leave_raised(l, f);
    if (result == NULL) return leave_raised(l, f);
    f->localsplus[head[TOP]] = result;
    leave_at(f, head[OFFSET], head[TOP] + 1);
    return TIERUP_EXIT;
}

static void leave_begin(struct leaving *l, int64_t *pool) {
    l->ts = _PyThreadState_GET();
    l->pool = (PyObject **)pool;
    l->level = -1;
    l->consumed[0].n = -1;
}

/* Arrays as long as the head of the words says. */
#define LEAVING(words) \
    PyObject *boxes[words[BOXES] + 1], *items[words[ITEMS] + 1], *parts[words[ITEMS] + 1]; \
    _PyInterpreterFrame *frames[words[FRAMES] + 1]; \
    struct consumption consumed[words[FRAMES] + 1]; \
    int feeds[words[FRAMES] + 1]; \
    struct leaving l = {.boxes = boxes, .items = items, .parts = parts, .frames = frames, .consumed = consumed, .feeds = feeds}; \
    leave_begin(&l, pool)

/* `words`: the head, then the list. */
PyObject *tierup_leave(_PyInterpreterFrame *f, const int32_t *words, int64_t *pool, ...) {
    LEAVING(words);
    va_list values;
    va_start(values, pool);
    int end = leave_words(&l, f, words, &values);
    va_end(values);
    if (end == LEAVE_LOST && l.nframes == 0) leave_at(f, words[OFFSET], words[TOP]);
    if (l.nframes || end == LEAVE_LOST) return leave_inlined(&l, f, words, end);
    if (end == LEAVE_NULL || end == STAY) return NULL;
    if (end == LEAVE) leave_at(f, words[OFFSET], words[TOP]);
    else f->stacktop = words[TOP];
    return end == LEAVE ? TIERUP_EXIT : leave_raised(&l, f);
}

PyObject *tierup_leave_frameless(_PyInterpreterFrame *f, const int32_t *words, int64_t *pool, ...) {
    LEAVING(words);
    l.apart = true;
    va_list values;
    va_start(values, pool);
    int end = leave_words(&l, f, words, &values);
    va_end(values);
    if (end != LEAVE_LOST) lost.failed = end == LEAVE_RAISED; /* the innermost one */
    for (int i = l.nframes - 1; i >= 0; i--) lost_add(frames[i], consumed[i + 1]);
    return NULL;
}

int64_t tierup_frameless_room(PyThreadState *ts, int64_t size) { return tierup_stack_room(size, ts->recursion_remaining); }
