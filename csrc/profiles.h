/* What the recorder has seen of a code: written by recorder.c, kept and told by profiles.c. */
#ifndef TIERUP_PROFILES_H
#define TIERUP_PROFILES_H
#include "runtime.h"

enum { KINDS = 4, ARGUMENTS = 64 };

/* What was seen is *held*: weakly, if the program can drop it (there is one weak reference for all holders of an object, so equal things have equal holds).
   One kind of thing seen is a few holds, NULL where there was nothing, and how often. Profiles stay as long as their code and get richer with each window, so they
   are small and of malloc's memory: neither the collector nor tracemalloc has to do with it. */
struct seen_kind { uint32_t count; PyObject *held[]; };
struct seen_kinds { int n; struct seen_kind *kind[KINDS]; };
struct seen_unit {
    uint32_t count, large; /* times it ran; large: times an operand or a result was an int that does not fit into 64 bits */
    struct seen_kinds *operands, *results, *callees; /* three holds each, one, one; NULL: none */
};
struct tierup_profile {
    struct tierup_profile *next; /* made before this one */
    struct tierup_code_state *state;
    int units, arguments;
    bool read, in_window; /* told to somebody; had a frame in the window that is open or was the last one */
    int noted; /* bytecodes in that window */
    size_t bytes;
    uint32_t entries;
    struct seen_kinds *entry; /* a hold for each argument */
    struct seen_unit *seen[];
};

struct tierup_profile *tierup_profiles_of(struct tierup_code_state *state); /* made if need be; NULL: no memory */
struct tierup_profile *tierup_profiles_first(void);                         /* and `next` */
void tierup_profiles_tidy(void);                                            /* make place for a new window */
void *tierup_profiles_allocate(struct tierup_profile *profile, size_t size);
void tierup_profiles_count(struct tierup_profile *profile, struct seen_kinds **kinds, PyObject **objects, int width);
void tierup_recorder_forget(struct tierup_profile *profile); /* it is about to go */

#endif
