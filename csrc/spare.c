/* When blocks are kept, and when they are given back: spare.h has the rest. */
#include "spare.h"

enum { MOST = 128, SMALL = 128, MOST_LARGE = 32, VISITS = 16 };

struct tierup_spare tierup_spare[TIERUP_SPARE_CLASSES];
static bool wanted;

static void tierup_spare_return(void) {
    for (int k = 0; k < TIERUP_SPARE_CLASSES; k++) {
        while (tierup_spare[k].first != NULL) {
            void *block = tierup_spare[k].first;
            tierup_spare[k].first = *(void **)block;
            PyObject_Free(block);
        }
        tierup_spare[k].room = 0;
    }
}

static void tierup_spare_open(void) {
    const char *name = _PyMem_GetCurrentAllocatorName();
    bool plain = name != NULL && strcmp(name, "pymalloc") == 0;
    for (int k = 0; k < TIERUP_SPARE_CLASSES; k++) tierup_spare[k].room = !plain ? 0 : k * TIERUP_SPARE_STEP <= SMALL ? MOST : MOST_LARGE;
}

/* Now and then: what is not in use goes back, as a block may be larger than its class (an int that was a large one while it was computed); and the
   program may have put hooks around the allocators. */
void tierup_spare_renew(void) {
    static int visits;
    if (!wanted || ++visits % VISITS != 0) return;
    tierup_spare_return();
    tierup_spare_open();
}

void tierup_spare_keep(bool on) {
    wanted = on;
    tierup_spare_return();
    if (on) tierup_spare_open();
}
