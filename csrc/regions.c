/* Machine code in memory: mapping, the pool, activations, freeing when idle. */
#include "runtime.h"
#include <sys/mman.h>
#include <unistd.h>

static tierup_region **regions; /* by id; NULL where freed */
static int nregions, room, removed_waiting, loops_installed, watched;

enum { LEAST_SAMPLES = 10, KB_PER_SAMPLE = 2, ENTRIES_PER_KB = 1024 };

static int tierup_regions_fill_pool(int64_t *pool, PyObject *values) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(values); i++) {
        PyObject *value = PyList_GET_ITEM(values, i);
        if (PyLong_CheckExact(value)) {
            pool[i] = (int64_t)PyLong_AsUnsignedLongLongMask(value);
            if (pool[i] == -1 && PyErr_Occurred()) return -1;
        }
        else {
            pool[i] = (int64_t)(intptr_t)value;
        }
    }
    return 0;
}

int tierup_regions_load(struct tierup_code_state *state, int kind, int header, const char *blob, Py_ssize_t blob_size, Py_ssize_t code_size, PyObject *pool,
                        PyObject *keep, int nexits) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t code_bytes = ((size_t)code_size + page - 1) & ~(page - 1);
    size_t pool_bytes = ((size_t)PyList_GET_SIZE(pool) * 8 + page) & ~(page - 1);
    if (nregions == room) {
        tierup_region **more = PyMem_Realloc(regions, (room + 64) * sizeof *more);
        if (more == NULL) { PyErr_NoMemory(); return -1; }
        regions = more;
        room += 64;
    }
    tierup_region *region = PyMem_Calloc(1, sizeof *region);
    char *memory = mmap(NULL, code_bytes + pool_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == NULL || memory == MAP_FAILED) {
        PyErr_NoMemory();
        goto fail;
    }
    memcpy(memory, blob, blob_size < code_size ? blob_size : code_size);
    region->pool = (int64_t *)(memory + code_bytes);
    if (tierup_regions_fill_pool(region->pool, pool) < 0) goto fail;
    if (mprotect(memory, code_bytes, PROT_READ | PROT_EXEC) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        goto fail;
    }
    region->exits = PyMem_Calloc(nexits > 0 ? nexits : 1, sizeof *region->exits);
    region->keep = PyTuple_Pack(2, keep, pool);
    if (region->exits == NULL || region->keep == NULL) {
        if (region->exits == NULL) PyErr_NoMemory();
        PyMem_Free(region->exits);
        goto fail;
    }
    PyObject_GC_UnTrack(keep); /* gc.get_referrers() and gc.get_objects() are not to find them */
    PyObject_GC_UnTrack(pool);
    PyObject_GC_UnTrack(region->keep);
    region->entry = (tierup_region_fn)(void *)memory;
    region->state = state;
    region->memory = memory, region->memory_size = code_bytes + pool_bytes;
    region->id = nregions, region->kind = kind, region->header = header, region->nexits = nexits;
    regions[nregions++] = region;
    return region->id;
fail:
    if (memory != MAP_FAILED) munmap(memory, code_bytes + pool_bytes);
    PyMem_Free(region);
    return -1;
}

tierup_region *tierup_regions_get(int id) {
    if (id >= 0 && id < nregions && regions[id] != NULL) return regions[id];
    PyErr_Format(PyExc_KeyError, "no region %d", id);
    return NULL;
}

tierup_region *tierup_regions_next(tierup_region *region) {
    for (int i = region == NULL ? 0 : region->id + 1; i < nregions; i++)
        if (regions[i] != NULL) return regions[i];
    return NULL;
}

bool tierup_regions_install(tierup_region *region) {
    struct tierup_code_state *state = region->state;
    if (region->installed) {
        if (tierup_entry_unsettled) tierup_entry_settle();
        return true;
    }
    if (region->removed || state == NULL) return false;
    if (region->kind == TIERUP_RESUME) {
        if (state->resume_region != NULL) tierup_regions_remove(state->resume_region);
        state->resume_region = region;
        tierup_direct_forget(state->code);
    }
    else if (region->kind == TIERUP_CALL) {
        if (state->call_region != NULL) tierup_regions_remove(state->call_region);
        /* Without a stub (no room for one) the region still serves calls from compiled code. */
        if (!tierup_entry_install(region) && state->code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) return false;
        state->call_region = region;
        tierup_direct_forget(state->code);
    }
    else {
        for (tierup_region *other = state->loop_regions, *next; other != NULL; other = next) {
            next = other->next_of_code;
            if (other->header == region->header) tierup_regions_remove(other);
        }
        region->next_of_code = state->loop_regions;
        state->loop_regions = region;
        loops_installed++;
    }
    region->installed = true;
    return true;
}

static void tierup_regions_forget(tierup_region *region) {
    regions[region->id] = NULL;
    PyMem_Free(region->exits);
    PyMem_Free(region);
}

/* Its memory and objects go; what it counted stays until it was read. */
static void tierup_regions_free(tierup_region *region) {
    watched -= region->watched;
    region->watched = false;
    munmap(region->memory, region->memory_size);
    PyObject *keep = region->keep;
    region->keep = NULL;
    if (!region->unread) tierup_regions_forget(region);
    struct tierup_kept kept = tierup_kept_aside(); /* the tuples were made by us */
    Py_DECREF(keep);
    tierup_kept_back(&kept);
}

void tierup_regions_uninstall(tierup_region *region) {
    struct tierup_code_state *state = region->state;
    if (!region->installed || state == NULL) return;
    region->installed = false;
    if (region->kind == TIERUP_RESUME) {
        state->resume_region = NULL;
        tierup_direct_forget(state->code);
    }
    else if (region->kind == TIERUP_CALL) {
        state->call_region = NULL;
        tierup_direct_forget(state->code);
        tierup_entry_uninstall(state);
    }
    else {
        tierup_region **link = &state->loop_regions;
        while (*link != region) link = &(*link)->next_of_code;
        *link = region->next_of_code;
        loops_installed--;
    }
}

static void tierup_regions_set_removed(tierup_region *region) {
    removed_waiting += !region->removed;
    region->removed = true;
}

void tierup_regions_remove(tierup_region *region) {
    tierup_regions_uninstall(region);
    region->unread = false;
    tierup_regions_set_removed(region);
    if (region->keep == NULL) tierup_regions_forget(region);
    tierup_regions_collect();
}

/* Nothing is entered any more; what was counted can still be asked for. */
void tierup_regions_uninstall_all(void) {
    for (int i = 0; i < nregions; i++)
        if (regions[i] != NULL) tierup_regions_uninstall(regions[i]);
}

/* The interpreter ends: what regions refer to is finalised with everything else. */
void tierup_regions_remove_all(void) {
    for (int i = 0; i < nregions; i++)
        if (regions[i] != NULL) tierup_regions_remove(regions[i]);
}

void tierup_regions_code_died(struct tierup_code_state *state) {
    for (int i = 0; i < nregions; i++) {
        tierup_region *region = regions[i];
        if (region == NULL || region->state != state) continue;
        if (region->kind == TIERUP_LOOP && region->installed) loops_installed--;
        region->installed = false;
        region->state = NULL;
        region->unread = !region->removed && tierup_events_dead(i);
        tierup_regions_set_removed(region);
    }
    state->call_region = NULL;
    tierup_direct_forget(state->code);
    state->loop_regions = NULL;
    state->resume_region = NULL;
    tierup_entry_unsettled = true; /* the regions' objects are given up at the next visit, not inside a deallocation */
}

void tierup_regions_collect(void) {
    if (removed_waiting == 0) return;
    for (int i = 0; i < nregions; i++) {
        tierup_region *region = regions[i];
        if (region == NULL || !region->removed || region->active || region->keep == NULL) continue;
        removed_waiting--;
        tierup_regions_free(region);
    }
}

tierup_region *tierup_regions_loop_at(struct tierup_code_state *state, int unit) {
    for (int header = tierup_codes_header(state, unit, -1); header >= 0; header = tierup_codes_header(state, unit, header))
        for (tierup_region *region = state->loop_regions; region != NULL; region = region->next_of_code)
            if (region->header == header) return region;
    return NULL;
}

bool tierup_regions_any_loop(void) { return loops_installed > 0; }

/* ---- regions that were compiled quickly: are they used so much that better code pays? ---- */

/* Better code costs the compiler about 10 us for each byte of the quick one, beside the program; where two threads share a core or its caches, the program loses
   some of that. So the larger a region is, the more it must have run. (Samples are rarer in a program that has come to rest: four times as many as this, and scimark_sor
   ran on quick code for seconds.) */
static bool used_much(const tierup_region *region) {
    int64_t kb = (int64_t)(region->memory_size >> 10);
    return region->samples >= LEAST_SAMPLES + kb / KB_PER_SAMPLE || (int64_t)region->entries >= ENTRIES_PER_KB * kb;
}

void tierup_regions_watch(tierup_region *region) {
    watched += !region->watched;
    region->watched = true;
}

void tierup_regions_sampled(struct tierup_code_state *state, int worth) {
    if (state->call_region != NULL && state->call_region->active) state->call_region->samples += worth;
    if (state->resume_region != NULL && state->resume_region->active) state->resume_region->samples += worth;
    for (tierup_region *region = state->loop_regions; region != NULL; region = region->next_of_code)
        if (region->active) region->samples += worth;
}

void tierup_regions_look(void) {
    for (int i = 0; watched > 0 && i < nregions; i++) {
        tierup_region *region = regions[i];
        if (region == NULL || !region->watched || !used_much(region)) continue;
        watched--;
        region->watched = false;
        tierup_events_used(i);
    }
}
