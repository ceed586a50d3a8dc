/* Profiles: what the recorder has seen of code, and how that is told. */
#include "profiles.h"

enum { PROFILES_BYTES = 4 << 20 };

static struct tierup_profile *profiles;
static size_t profile_bytes;

static void tierup_profiles_free_kinds(struct seen_kinds *kinds, int width) {
    for (int i = 0; kinds != NULL && i < kinds->n; i++) {
        for (int k = 0; k < width; k++) Py_XDECREF(kinds->kind[i]->held[k]);
        free(kinds->kind[i]);
    }
    free(kinds);
}

static void tierup_profiles_free(struct tierup_profile *profile) {
    tierup_profiles_free_kinds(profile->entry, profile->arguments);
    for (int u = 0; u < profile->units; u++) {
        struct seen_unit *seen = profile->seen[u];
        if (seen == NULL) continue;
        tierup_profiles_free_kinds(seen->operands, 3);
        tierup_profiles_free_kinds(seen->results, 1);
        tierup_profiles_free_kinds(seen->callees, 1);
        free(seen);
    }
    profile_bytes -= profile->bytes;
    free(profile);
}

static void tierup_profiles_unlink(struct tierup_profile *profile) {
    struct tierup_profile **link = &profiles;
    while (*link != profile) link = &(*link)->next;
    *link = profile->next;
    profile->state->profile = NULL;
    tierup_recorder_forget(profile);
}

void tierup_profiles_drop(struct tierup_code_state *state) {
    struct tierup_profile *profile = state->profile;
    if (profile == NULL) return;
    tierup_profiles_unlink(profile);
    tierup_profiles_free(profile);
}

void tierup_profiles_drop_all(void) {
    while (profiles != NULL) tierup_profiles_drop(profiles->state);
}

struct tierup_profile *tierup_profiles_first(void) { return profiles; }

static struct tierup_profile *tierup_profiles_oldest(void) {
    struct tierup_profile *profile = profiles;
    while (profile != NULL && profile->next != NULL) profile = profile->next;
    return profile;
}

/* In force mode a function is compiled at its second call, after others have been recorded. Its comprehensions, which are called by nobody else, would be unknown. */
static bool tierup_profiles_comprehension(PyCodeObject *code) {
    return code->co_argcount == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_localsplusnames, 0), ".0") == 0;
}

/* Makes place for a new window. */
void tierup_profiles_tidy(void) {
    for (struct tierup_profile *profile = profiles; profile != NULL; profile = profile->next) profile->in_window = false, profile->noted = 0;
    while (profile_bytes > PROFILES_BYTES) tierup_profiles_drop(tierup_profiles_oldest()->state);
    for (struct tierup_profile *profile = tierup_force_active ? profiles : NULL, *next; profile != NULL; profile = next) {
        next = profile->next;
        if (profile->read || tierup_profiles_comprehension(profile->state->code)) continue;
        tierup_profiles_drop(profile->state);
        next = profiles; /* freeing may run anything */
    }
}

void *tierup_profiles_allocate(struct tierup_profile *profile, size_t size) {
    void *memory = calloc(1, size);
    if (memory != NULL && profile != NULL) profile->bytes += size, profile_bytes += size;
    return memory;
}

struct tierup_profile *tierup_profiles_of(struct tierup_code_state *state) {
    if (state->profile != NULL) return state->profile;
    int units = tierup_code_length(state->code);
    size_t size = sizeof(struct tierup_profile) + units * sizeof(struct seen_unit *);
    struct tierup_profile *profile = tierup_profiles_allocate(NULL, size);
    if (profile == NULL) return NULL;
    profile->units = units;
    profile->arguments = tierup_code_argument_slots(state->code);
    profile->state = state;
    profile->next = profiles;
    profile->bytes = size;
    profile_bytes += size;
    profiles = profile;
    return state->profile = profile;
}

static PyObject *tierup_profiles_hold(void *object) {
    if (object == NULL) return NULL;
    bool lasts = PyType_Check((PyObject *)object) ? !PyType_HasFeature(object, Py_TPFLAGS_HEAPTYPE) : !PyFunction_Check((PyObject *)object) && !PyCFunction_Check((PyObject *)object) && !PyCode_Check((PyObject *)object);
    PyObject *held = lasts ? Py_NewRef((PyObject *)object) : PyWeakref_NewRef(object, NULL);
    if (held == NULL) PyErr_Clear();
    return held;
}

static bool tierup_profiles_gone(PyObject *held) { return held != NULL && PyWeakref_CheckRefExact(held) && Py_IsNone(PyWeakref_GET_OBJECT(held)); }

static bool tierup_profiles_gone_any(struct seen_kind *kind, int width) {
    for (int k = 0; k < width; k++)
        if (tierup_profiles_gone(kind->held[k])) return true;
    return false;
}

/* The place for a new kind: behind the others, or that of one that is gone; -1 if there is none. */
static int tierup_profiles_place(struct seen_kinds *kinds, int width) {
    if (kinds->n < KINDS) return kinds->n;
    for (int i = 0; i < KINDS; i++)
        if (tierup_profiles_gone_any(kinds->kind[i], width)) return i;
    return -1;
}

static bool tierup_profiles_is(PyObject *held, PyObject *object) {
    return held == object || (held != NULL && object != NULL && PyWeakref_CheckRefExact(held) && PyWeakref_GET_OBJECT(held) == object);
}

static int tierup_profiles_find(struct seen_kinds *kinds, PyObject **objects, int width) {
    for (int i = 0; i < kinds->n; i++) {
        int k = 0;
        while (k < width && tierup_profiles_is(kinds->kind[i]->held[k], objects[k])) k++;
        if (k == width) return i;
    }
    return -1;
}

/* A hold for each object; false if there is no memory for one. */
static bool tierup_profiles_hold_all(PyObject **held, PyObject **objects, int width) {
    bool whole = true;
    for (int k = 0; k < width; k++) {
        held[k] = tierup_profiles_hold(objects[k]);
        whole = whole && (held[k] != NULL || objects[k] == NULL);
    }
    for (int k = 0; !whole && k < width; k++) Py_CLEAR(held[k]);
    return whole;
}

/* Counts what was seen, objects that are borrowed; only what is new has to be held. */
void tierup_profiles_count(struct tierup_profile *profile, struct seen_kinds **kinds, PyObject **objects, int width) {
    if (*kinds == NULL && (*kinds = tierup_profiles_allocate(profile, sizeof **kinds)) == NULL) return;
    struct seen_kinds *all = *kinds;
    int place = tierup_profiles_find(all, objects, width);
    if (place >= 0) {
        all->kind[place]->count++;
        return;
    }
    PyObject *held[ARGUMENTS];
    if ((place = tierup_profiles_place(all, width)) < 0 || !tierup_profiles_hold_all(held, objects, width)) return;
    if (place == all->n && (all->kind[place] = tierup_profiles_allocate(profile, sizeof(struct seen_kind) + width * sizeof *held)) != NULL) all->n++;
    for (int k = 0; k < width; k++) {
        PyObject *other = held[k];
        if (place < all->n) other = all->kind[place]->held[k], all->kind[place]->held[k] = held[k];
        Py_XDECREF(other); /* a weak reference or what lasts: runs nothing */
    }
    if (place < all->n) all->kind[place]->count = 1;
}

/* ---- what is told of them ---- */

/* What is held, None for nothing. A new reference. */
static PyObject *tierup_profiles_held(PyObject *held) {
    return Py_NewRef(held == NULL ? Py_None : PyWeakref_CheckRefExact(held) ? PyWeakref_GET_OBJECT(held) : held);
}

static PyObject *tierup_profiles_tuple(struct seen_kind *kind, int width) {
    PyObject *tuple = PyTuple_New(width);
    for (int k = 0; tuple != NULL && k < width; k++) PyTuple_SET_ITEM(tuple, k, tierup_profiles_held(kind->held[k]));
    return tuple;
}

/* Those seen more often come first. */
static void tierup_profiles_order(struct seen_kinds *kinds) {
    for (int i = 1; kinds != NULL && i < kinds->n; i++)
        for (int k = i; k > 0 && kinds->kind[k]->count > kinds->kind[k - 1]->count; k--) {
            struct seen_kind *less = kinds->kind[k - 1];
            kinds->kind[k - 1] = kinds->kind[k];
            kinds->kind[k] = less;
        }
}

/* A list of (tuple, count), or of single things; without those that are gone. */
static PyObject *tierup_profiles_list(struct seen_kinds *kinds, int width, bool single) {
    PyObject *list = PyList_New(0);
    tierup_profiles_order(kinds);
    for (int i = 0; list != NULL && kinds != NULL && i < kinds->n; i++) {
        struct seen_kind *kind = kinds->kind[i];
        if (tierup_profiles_gone_any(kind, width)) continue;
        PyObject *item = single ? tierup_profiles_held(kind->held[0]) : Py_BuildValue("(NI)", tierup_profiles_tuple(kind, width), kind->count);
        if (item == NULL || PyList_Append(list, item) < 0) Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

static int tierup_profiles_describe_unit(PyObject *result, int unit, struct seen_unit *seen) {
    PyObject *row = Py_BuildValue("(INNN)", seen->count, tierup_profiles_list(seen->operands, 3, false), tierup_profiles_list(seen->results, 1, true),
                                  tierup_profiles_list(seen->callees, 1, true));
    PyObject *key = PyLong_FromLong(unit * (long)sizeof(_Py_CODEUNIT));
    int error = row == NULL || key == NULL ? -1 : PyDict_SetItem(result, key, row);
    Py_XDECREF(row);
    Py_XDECREF(key);
    return error;
}

static int tierup_profiles_describe_entries(PyObject *result, struct tierup_profile *profile) {
    PyObject *row = Py_BuildValue("(IN[][])", profile->entries, tierup_profiles_list(profile->entry, profile->arguments, false)), *key = PyLong_FromLong(-1);
    int error = row == NULL || key == NULL ? -1 : PyDict_SetItem(result, key, row);
    Py_XDECREF(row);
    Py_XDECREF(key);
    return error;
}

/* An exit costs some ten times as much as arithmetic on objects. */
PyObject *tierup_profiles_large(struct tierup_code_state *state) {
    enum { ONE_IN = 8 };
    struct tierup_profile *profile = state->profile;
    PyObject *result = PyList_New(0);
    for (int u = 0; result != NULL && profile != NULL && u < profile->units; u++) {
        struct seen_unit *seen = profile->seen[u];
        if (seen == NULL || seen->large * ONE_IN <= seen->count) continue;
        PyObject *offset = PyLong_FromLong(u * (long)sizeof(_Py_CODEUNIT));
        if (offset == NULL || PyList_Append(result, offset) < 0) Py_CLEAR(result);
        Py_XDECREF(offset);
    }
    return result;
}

PyObject *tierup_profiles_read(struct tierup_code_state *state) {
    struct tierup_profile *profile = state->profile;
    if (profile == NULL) Py_RETURN_NONE;
    int before = tierup_gc_hold(); /* a collection could take the profile away */
    PyObject *result = PyDict_New();
    int error = result == NULL ? -1 : 0;
    for (int u = 0; !error && u < profile->units; u++)
        if (profile->seen[u] != NULL) error = tierup_profiles_describe_unit(result, u, profile->seen[u]);
    if (!error && profile->entries) error = tierup_profiles_describe_entries(result, profile);
    profile->read = true;
    tierup_gc_release(before);
    if (error) Py_CLEAR(result);
    return result;
}
