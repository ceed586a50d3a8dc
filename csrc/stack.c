/* The C stack: native code uses more of it than the interpreter, which keeps Python calls off it. When little is left, work goes on on another piece of
   memory, so that a program with a high recursion limit gets as deep as ever. */
#define _GNU_SOURCE
#include "runtime.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { RESERVE = 256 * 1024, SEGMENT = 16 * 1024 * 1024, GUARD = 64 * 1024, NEAR = 512 * 1024 };

extern void *__libc_stack_end __attribute__((weak)); /* the highest address of the main thread's stack */

__thread char *volatile tierup_stack_lowest __attribute__((tls_model("initial-exec"))) = (char *)UINTPTR_MAX;
static __thread char *volatile spare __attribute__((tls_model("initial-exec")));  /* one segment is kept: calls may go to and fro over the edge */
static pthread_key_t spare_key;
static __thread bool guessed __attribute__((tls_model("initial-exec")));

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

static void tierup_stack_find(void) {
    pthread_attr_t attributes;
    void *base = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &base, &size);
        pthread_attr_destroy(&attributes);
    }
    tierup_stack_lowest = (char *)base + (size / 4 < RESERVE ? size / 4 : RESERVE);
}

int tierup_stack_low(void) {
    if (__builtin_expect(tierup_stack_lowest == (char *)UINTPTR_MAX, 0) && !(guessed = tierup_stack_guess())) tierup_stack_find();
    bool low = (char *)__builtin_frame_address(0) < tierup_stack_lowest;
    if (__builtin_expect(!low || !guessed, 1)) return low;
    guessed = false;
    tierup_stack_find();
    return (char *)__builtin_frame_address(0) < tierup_stack_lowest;
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
