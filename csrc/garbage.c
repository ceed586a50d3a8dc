/* Finds code that nothing reaches any more but what compiled code keeps. A region keeps objects of the program, which may lead back to its own code (its
   namespace holds its function); code objects are unknown to the collector, so it takes such a cycle for alive. Here regions count as parts of their code.

   All objects that the collector tracks, and code objects, are nodes. From each reference count the references between nodes are subtracted; a node with
   something left is reached from outside, and so is what it reaches. This runs no code and changes nothing. Its answer may be out of date when it is used:
   a region may be given up at any time. */
#include "runtime.h"
#include <time.h>

enum { PAUSE = 100, LONGEST = 1000, FULL = 2, MOST = 300000 }; /* one part of the time in PAUSE at most, in LONGEST where nothing is found for long; the generation that holds what is old; larger heaps would take too long and too much memory */
#define GROWN INT64_C(2000000000) /* a process that has run so long, in ns of CPU time: before that a search costs more than garbage can, and most processes end before that */

struct node { PyObject *object; Py_ssize_t left; bool reached; };
struct search { struct node *nodes; size_t mask, used; PyObject **waiting; size_t nwaiting, room; bool failed; };

/* ---- nodes ---- */

static struct node *tierup_garbage_slot(struct search *search, PyObject *object) {
    size_t i = (((uintptr_t)object >> 4) * UINT64_C(0x9E3779B97F4A7C15)) >> 20;
    while (search->nodes[i & search->mask].object != NULL && search->nodes[i & search->mask].object != object) i++;
    return &search->nodes[i & search->mask];
}

static bool tierup_garbage_grow(struct search *search, size_t size) {
    struct search larger = *search;
    larger.nodes = calloc(size, sizeof *larger.nodes);
    larger.mask = size - 1;
    if (larger.nodes == NULL) return false;
    for (size_t i = 0; search->nodes != NULL && i <= search->mask; i++)
        if (search->nodes[i].object != NULL) *tierup_garbage_slot(&larger, search->nodes[i].object) = search->nodes[i];
    free(search->nodes);
    *search = larger;
    return true;
}

static struct node *tierup_garbage_find(struct search *search, PyObject *object) {
    struct node *node = tierup_garbage_slot(search, object);
    return node->object != NULL ? node : NULL;
}

static void tierup_garbage_wait(struct search *search, PyObject *object) {
    if (search->nwaiting == search->room) {
        size_t room = search->room ? search->room * 2 : 1024;
        PyObject **more = realloc(search->waiting, room * sizeof *more);
        if (more == NULL) {
            search->failed = true;
            return;
        }
        search->waiting = more;
        search->room = room;
    }
    search->waiting[search->nwaiting++] = object;
}

static void tierup_garbage_add(struct search *search, PyObject *object) {
    if (search->failed || tierup_garbage_find(search, object) != NULL) return;
    if (search->used * 2 > search->mask && !tierup_garbage_grow(search, (search->mask + 1) * 2)) {
        search->failed = true;
        return;
    }
    *tierup_garbage_slot(search, object) = (struct node){object, Py_REFCNT(object), false};
    search->used++;
    if (PyCode_Check(object) || !_PyObject_GC_IS_TRACKED(object)) tierup_garbage_wait(search, object); /* the others are followed one by one anyway */
}

/* ---- references ---- */

static int tierup_garbage_subtract(PyObject *object, void *argument) {
    struct search *search = argument;
    if (PyCode_Check(object)) tierup_garbage_add(search, object);
    struct node *node = tierup_garbage_find(search, object);
    if (node != NULL) node->left--;
    return 0;
}

static int tierup_garbage_reach(PyObject *object, void *argument) {
    struct search *search = argument;
    struct node *node = tierup_garbage_find(search, object);
    if (node == NULL || node->reached) return 0;
    node->reached = true;
    tierup_garbage_wait(search, object);
    return 0;
}

/* The collector doesn't track tuples of code objects; those that belong to code and regions are nodes, too. */
static void tierup_garbage_tuple(PyObject *tuple, visitproc visit, struct search *search) {
    if (visit == tierup_garbage_subtract) tierup_garbage_add(search, tuple);
    visit(tuple, search);
}

/* What a code object holds: code of functions inside of it, its copy that stands for it, and the namespaces that are remembered for it. */
static void tierup_garbage_code(PyCodeObject *code, visitproc visit, struct search *search) {
    tierup_garbage_tuple(code->co_consts, visit, search);
    struct tierup_code_state *state = tierup_code_state_get(code);
    if (state == NULL) return;
    if (state->globals != NULL) visit(state->globals, search);
    if (state->builtins != NULL) visit(state->builtins, search);
    if (state->stub != NULL && state->stub->shadow != NULL) visit((PyObject *)state->stub->shadow, search);
    if (state->stub != NULL && !state->stub->old_is_loan) tierup_garbage_tuple(state->stub->old_consts, visit, search);
}

static void tierup_garbage_follow(PyObject *object, visitproc visit, struct search *search) {
    if (PyCode_Check(object)) {
        tierup_garbage_code((PyCodeObject *)object, visit, search);
        return;
    }
    if (!PyTuple_CheckExact(object) || _PyObject_GC_IS_TRACKED(object)) {
        Py_TYPE(object)->tp_traverse(object, visit, search);
        return;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); i++)
        if (PyCode_Check(PyTuple_GET_ITEM(object, i))) visit(PyTuple_GET_ITEM(object, i), search);
}

static void tierup_garbage_items(PyObject *sequence, visitproc visit, struct search *search) {
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++) visit(PySequence_Fast_GET_ITEM(sequence, i), search);
}

/* What regions keep, in a tuple and the values of the pool, belongs to their code. The collector doesn't know of it. */
static void tierup_garbage_regions(bool reached_only, visitproc visit, struct search *search) {
    for (tierup_region *region = tierup_regions_next(NULL); region != NULL; region = tierup_regions_next(region)) {
        if (region->state == NULL || (reached_only && !tierup_garbage_find(search, (PyObject *)region->state->code)->reached)) continue;
        tierup_garbage_items(PyTuple_GET_ITEM(region->keep, 0), visit, search);
        tierup_garbage_items(PyTuple_GET_ITEM(region->keep, 1), visit, search);
    }
}

static void tierup_garbage_subtract_all(struct search *search) {
    for (int generation = 0; generation < NUM_GENERATIONS; generation++)
        for (PyObject *object = tierup_tracked_first(generation); object != NULL; object = tierup_tracked_next(generation, object)) {
            if (search->failed) return;
            Py_TYPE(object)->tp_traverse(object, tierup_garbage_subtract, search);
        }
    tierup_garbage_regions(false, tierup_garbage_subtract, search);
    while (search->nwaiting > 0 && !search->failed) {
        PyObject *object = search->waiting[--search->nwaiting];
        tierup_garbage_follow(object, tierup_garbage_subtract, search);
    }
}

static void tierup_garbage_reach_all(struct search *search) {
    for (size_t i = 0; i <= search->mask && !search->failed; i++)
        if (search->nodes[i].object != NULL && search->nodes[i].left > 0) tierup_garbage_reach(search->nodes[i].object, search);
    do {
        while (search->nwaiting > 0 && !search->failed) {
            PyObject *object = search->waiting[--search->nwaiting];
            tierup_garbage_follow(object, tierup_garbage_reach, search);
        }
        tierup_garbage_regions(true, tierup_garbage_reach, search);
    } while (search->nwaiting > 0 && !search->failed);
}

/* ---- the search ---- */

static void tierup_garbage_nodes(struct search *search) {
    size_t size = 1024, count = 0;
    for (int generation = 0; generation < NUM_GENERATIONS; generation++)
        for (PyObject *object = tierup_tracked_first(generation); object != NULL && count <= MOST; object = tierup_tracked_next(generation, object)) count++;
    while (size < count * 3 && count <= MOST) size *= 2;
    if (count > MOST || !tierup_garbage_grow(search, size)) {
        search->failed = true;
        return;
    }
    for (int generation = 0; generation < NUM_GENERATIONS; generation++)
        for (PyObject *object = tierup_tracked_first(generation); object != NULL; object = tierup_tracked_next(generation, object)) tierup_garbage_add(search, object);
    for (tierup_region *region = tierup_regions_next(NULL); region != NULL; region = tierup_regions_next(region))
        if (region->state != NULL) tierup_garbage_add(search, (PyObject *)region->state->code);
}

/* Namespaces that are remembered for code that is garbage are forgotten; regions are for Python to give up. True if there is such code. */
static bool tierup_garbage_tell(struct search *search) {
    bool found = false;
    for (tierup_region *region = tierup_regions_next(NULL); region != NULL; region = tierup_regions_next(region))
        if (region->state != NULL && !region->removed && !tierup_garbage_find(search, (PyObject *)region->state->code)->reached) {
            tierup_events_unreachable(region->id);
            found = true;
        }
    for (size_t i = 0; i <= search->mask; i++) {
        PyObject *object = search->nodes[i].object;
        struct tierup_code_state *state = object != NULL && !search->nodes[i].reached && PyCode_Check(object) ? tierup_code_state_get((PyCodeObject *)object) : NULL;
        if (state != NULL && state->globals != NULL) tierup_garbage_wait(search, Py_NewRef(object));
    }
    found |= search->nwaiting > 0;
    while (search->nwaiting > 0) { /* the references that are given up may free anything: only here, where no node is looked at any more */
        PyObject *code = search->waiting[--search->nwaiting];
        tierup_codes_forget(tierup_code_state_get((PyCodeObject *)code));
        Py_DECREF(code);
    }
    return found;
}

/* True if something was found. */
bool tierup_garbage_search(void) {
    struct search search = {0};
    bool found = false;
    tierup_garbage_nodes(&search);
    if (!search.failed) tierup_garbage_subtract_all(&search);
    if (!search.failed) tierup_garbage_reach_all(&search);
    if (!search.failed) found = tierup_garbage_tell(&search);
    free(search.nodes);
    free(search.waiting);
    return found;
}

static int64_t tierup_garbage_now(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static Py_ssize_t seen; /* full collections that a search belongs to */
static int64_t not_before, interval = PAUSE;

static struct _gc_runtime_state *tierup_garbage_collector(void) { return &tierup_main_interpreter()->gc; }

/* Is there anything to be found, and time to look for it? Programs that are tested in force mode don't wait. */
static bool tierup_garbage_may(void) {
    if (tierup_garbage_collector()->collecting || (tierup_regions_next(NULL) == NULL && !tierup_codes_remembering())) return false;
    return tierup_force_active || tierup_garbage_now(CLOCK_MONOTONIC) >= not_before;
}

static void tierup_garbage_notice(void) {
    int64_t start = tierup_garbage_now(CLOCK_THREAD_CPUTIME_ID);
    bool found = tierup_garbage_search();
    interval = found ? PAUSE : interval * 2 < LONGEST ? interval * 2 : LONGEST;
    not_before = tierup_garbage_now(CLOCK_MONOTONIC) + interval * (tierup_garbage_now(CLOCK_THREAD_CPUTIME_ID) - start);
}

static bool tierup_garbage_young(void) { return !tierup_force_active && tierup_garbage_now(CLOCK_PROCESS_CPUTIME_ID) < GROWN; }

/* After a full collection: what is found now, the next one frees. */
void tierup_garbage_look(void) {
    Py_ssize_t collections = tierup_garbage_collector()->generation_stats[FULL].collections;
    if (collections == seen || !tierup_garbage_may() || tierup_garbage_young()) return;
    seen = collections;
    tierup_garbage_notice();
    tierup_events_collected();
}

/* ---- gc.collect ---- */

static _PyCFunctionFastWithKeywords plain_collect;

/* A full collection that the program asks for finds what a search just before it has found. */
static PyObject *tierup_garbage_collect(PyObject *module, PyObject *const *arguments, Py_ssize_t count, PyObject *names) {
    bool searched = count == 0 && names == NULL && tierup_garbage_may() && tierup_sampler_between(tierup_garbage_notice);
    PyObject *result = plain_collect(module, arguments, count, names);
    if (searched) {
        seen = tierup_garbage_collector()->generation_stats[FULL].collections;
        tierup_sampler_between(tierup_events_collected); /* what was noted of code that is gone now goes with it: the program may count blocks of memory */
    }
    return result;
}

/* The table of the module's functions is changed, which need not be imported for that. */
void tierup_garbage_init(void) {
    for (struct _inittab *row = PyImport_Inittab; plain_collect == NULL && row->name != NULL; row++) {
        PyObject *definition = strcmp(row->name, "gc") ? NULL : row->initfunc();
        if (definition == NULL || !PyObject_TypeCheck(definition, &PyModuleDef_Type)) continue;
        for (PyMethodDef *method = ((PyModuleDef *)definition)->m_methods; method->ml_name != NULL; method++) {
            if (strcmp(method->ml_name, "collect") || method->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) continue;
            plain_collect = (_PyCFunctionFastWithKeywords)(void (*)(void))method->ml_meth;
            method->ml_meth = (PyCFunction)(void (*)(void))tierup_garbage_collect;
        }
    }
    PyErr_Clear();
}
