/* The C stack: native code uses more of it than the interpreter, which keeps Python calls off it. So that a program with a high recursion limit gets as deep as
   ever, the main thread's stack goes on below its limit when little is left. Where it can't, and in other threads, work goes on on another piece of memory;
   extensions that copy stacks (greenlets) can't switch there. */
#define _GNU_SOURCE
#include "runtime.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { RESERVE = 256 * 1024, SEGMENT = 16 * 1024 * 1024, GUARD = 64 * 1024, NEAR = 512 * 1024, VISITS = 16 };
static const size_t EXTENSION = (size_t)1 << 30; /* at most */

extern void *__libc_stack_end __attribute__((weak)); /* the highest address of the main thread's stack */

__thread char *volatile tierup_stack_lowest __attribute__((tls_model("initial-exec"))) = (char *)UINTPTR_MAX;
static __thread char *volatile spare __attribute__((tls_model("initial-exec")));  /* one segment is kept: calls may go to and fro over the edge */
static pthread_key_t spare_key;
static __thread bool guessed __attribute__((tls_model("initial-exec")));
static __thread bool extensible __attribute__((tls_model("initial-exec"))) = true;
static char *extension, *extension_end; /* the main thread's, above the guard */

/* Near the beginning of the main thread's stack there is no need to know where it ends: glibc reads /proc/self/maps for that, which takes a quarter of a millisecond. */
static bool tierup_stack_guess(void) {
    char *here = __builtin_frame_address(0), *top = &__libc_stack_end != NULL ? __libc_stack_end : NULL;
    struct rlimit limit;
    if (top == NULL || here > top || getrlimit(RLIMIT_STACK, &limit) != 0) return false;
    char *lowest = top - (limit.rlim_cur / 4 < NEAR ? limit.rlim_cur / 4 : NEAR);
    if (here < lowest) return false;
    tierup_stack_lowest = lowest;
    return true;
}

/* This thread's stack; the size is 0 if that is not known. */
static char *tierup_stack_base(size_t *size) {
    pthread_attr_t attributes;
    void *base = NULL;
    *size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return NULL;
    pthread_attr_getstack(&attributes, &base, size);
    pthread_attr_destroy(&attributes);
    return base;
}

static void tierup_stack_find(void) {
    size_t size;
    char *base = tierup_stack_base(&size);
    tierup_stack_lowest = base + (size / 4 < RESERVE ? size / 4 : RESERVE);
}

/* Makes the kernel give the main thread's stack nearly all that it may have; returns where it begins then. */
static __attribute__((noinline)) char *tierup_stack_grow(char *base) {
    intptr_t page = sysconf(_SC_PAGESIZE);
    char *lowest = base + GUARD, *here = __builtin_frame_address(0);     /* a signal that comes now has some room */
    volatile char *touched = __builtin_alloca(here - lowest - page / 2); /* older kernels want the stack pointer near what is touched */
    *touched = 0;
    return touched >= lowest && touched < lowest + page ? lowest : NULL;
}

/* Where the main thread's stack begins by now, if this is that thread. */
static char *tierup_stack_beginning(void) {
    size_t size;
    char *end = &__libc_stack_end != NULL ? __libc_stack_end : NULL, *here = __builtin_frame_address(0);
    if (extension != NULL) return here >= extension && here < end ? extension - GUARD : NULL;
    char *base = tierup_stack_base(&size);
    if (size < 4 * RESERVE || end < base || end >= base + size || here < base + RESERVE / 2 || here >= end) return NULL;
    return extension_end = tierup_stack_grow(base);
}

/* Memory right below the main thread's stack, which then goes on there without noticing; as much as there was before. Nothing is taken that is in use. */
static bool tierup_stack_extend(void) {
    char *lowest = tierup_stack_beginning();
    if (lowest == NULL) return false;
    size_t before = extension_end - lowest, wanted = before < SEGMENT ? SEGMENT : before;
    if (before + wanted > EXTENSION) return false;
    char *place = lowest - wanted, *got = mmap(place, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != place) {
        if (got != MAP_FAILED) munmap(got, wanted); /* an old kernel, which takes the address for a wish */
        return false;
    }
    mprotect(place, GUARD, PROT_NONE);
    if (extension != NULL) mprotect(lowest, GUARD, PROT_READ | PROT_WRITE);
    extension = place + GUARD;
    tierup_stack_lowest = extension + RESERVE;
    return true;
}

int tierup_stack_low(void) {
    if (__builtin_expect(tierup_stack_lowest == (char *)UINTPTR_MAX, 0) && !(guessed = tierup_stack_guess())) tierup_stack_find();
    if (__builtin_expect((char *)__builtin_frame_address(0) >= tierup_stack_lowest, 1)) return 0;
    if (guessed) {
        guessed = false;
        tierup_stack_find();
        if ((char *)__builtin_frame_address(0) >= tierup_stack_lowest) return 0;
    }
    if (extensible) extensible = tierup_stack_extend();
    return (char *)__builtin_frame_address(0) < tierup_stack_lowest;
}

void tierup_stack_tidy(void) {
    static int visits;
    char *here = __builtin_frame_address(0);
    if (extension == NULL || ++visits % VISITS != 0 || here < extension) return;
    char *unused = here - RESERVE < extension_end ? (char *)((uintptr_t)(here - RESERVE) & ~(uintptr_t)(GUARD - 1)) : extension_end;
    if (&__libc_stack_end != NULL && here < (char *)__libc_stack_end && unused > extension) madvise(extension, unused - extension, MADV_DONTNEED);
}

int64_t tierup_stack_room(int64_t size, int64_t wanted) {
    int64_t left = (char *)__builtin_frame_address(0) - tierup_stack_lowest;
    if (__builtin_expect(left >= size * wanted, 1)) return wanted;
    if (guessed || tierup_stack_lowest == (char *)UINTPTR_MAX) {
        guessed = false;
        tierup_stack_find();
        left = (char *)__builtin_frame_address(0) - tierup_stack_lowest;
    }
    if (left < 0) return 0;
    return left / size < wanted ? left / size : wanted;
}

#ifdef __x86_64__
/* The frame pointer stays, so that debuggers and pthread_exit can walk out of the segment. */
__attribute__((noinline, optimize("no-omit-frame-pointer"))) static PyObject *tierup_stack_switch(char *top, PyObject *(*work)(void *), void *argument) {
    PyObject *result = (PyObject *)(void *)work;
    __asm__ volatile("movq %%rsp, %%rbx\n\tmovq %%rsi, %%rsp\n\tcall *%%rax\n\tmovq %%rbx, %%rsp"
                     : "+a"(result), "+D"(argument), "+S"(top)
                     :
                     : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                       "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
    return result;
}
#endif

static void tierup_stack_free(void *segment) { munmap(segment, SEGMENT); }

static char *tierup_stack_segment(void) {
    char *segment = spare;
    if (segment != NULL) {
        spare = NULL;
        pthread_setspecific(spare_key, NULL);
        return segment;
    }
    segment = mmap(NULL, SEGMENT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (segment == MAP_FAILED) return NULL;
    mprotect(segment, GUARD, PROT_NONE);
    return segment;
}

PyObject *tierup_stack_elsewhere(PyObject *(*work)(void *), void *argument) {
    char *segment = tierup_stack_segment(), *before = tierup_stack_lowest;
    if (segment == NULL) return PyErr_NoMemory();
    tierup_stack_lowest = segment + GUARD + RESERVE;
    PyObject *result = tierup_stack_switch(segment + SEGMENT - 64, work, argument);
    tierup_stack_lowest = before;
    if (spare == NULL) {
        spare = segment;
        pthread_setspecific(spare_key, segment);
    }
    else {
        tierup_stack_free(segment);
    }
    return result;
}

int tierup_stack_init(void) { return pthread_key_create(&spare_key, tierup_stack_free); }
