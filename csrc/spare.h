/* Small blocks of memory that objects of ours had, for the next ones. They come from CPython's allocator for small objects, so that anybody may give them back there, whatever
   has become of us; a block of a class is at least as large as the class says. None are kept while another allocator is in use, or while tracemalloc traces: both would see
   too little of what is allocated. Without the GIL nobody comes here. */
#ifndef TIERUP_SPARE_H
#define TIERUP_SPARE_H

#include "runtime.h"

enum { TIERUP_SPARE_STEP = 16, TIERUP_SPARE_CLASSES = 33, TIERUP_SPARE_LARGEST = TIERUP_SPARE_STEP * (TIERUP_SPARE_CLASSES - 1) };

/* Class k is for 16 * (k - 1) + 1 to 16 * k bytes. */
struct tierup_spare { void *first; long room; }; /* each block begins with the address of the next; how many more are taken */
extern struct tierup_spare tierup_spare[TIERUP_SPARE_CLASSES];

static inline struct tierup_spare *tierup_spare_class(size_t size) { return &tierup_spare[(size + TIERUP_SPARE_STEP - 1) / TIERUP_SPARE_STEP]; }

/* A block of 1 to TIERUP_SPARE_LARGEST bytes; NULL: ask the allocator. */
static inline void *tierup_spare_take(size_t size) {
    struct tierup_spare *kept = tierup_spare_class(size);
    void **block = kept->first;
    if (UNLIKELY(block == NULL) || UNLIKELY(_Py_tracemalloc_config.tracing)) return NULL;
    kept->first = *block;
    kept->room++;
    return block;
}

/* false: it is not kept, give it back to the allocator. */
static inline bool tierup_spare_give(void *block, size_t size) {
    struct tierup_spare *kept = tierup_spare_class(size);
    if (kept->room <= 0 || UNLIKELY(_Py_tracemalloc_config.tracing)) return false;
    *(void **)block = kept->first;
    kept->first = block;
    kept->room--;
    return true;
}

static inline void *tierup_spare_object(size_t size) {
    void *block = tierup_spare_take(size);
    return LIKELY(block != NULL) ? block : PyObject_Malloc(size);
}
static inline void tierup_spare_object_free(void *block, size_t size) {
    if (!tierup_spare_give(block, size)) PyObject_Free(block);
}

#endif
