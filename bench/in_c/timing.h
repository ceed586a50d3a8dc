/* Prints the least time, in seconds, that `work` took in the time given as the argument. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static int measure(void (*work)(void), const char *seconds) {
    double least = 1e9, until = now(CLOCK_MONOTONIC) + atof(seconds);
    while (now(CLOCK_MONOTONIC) < until) {
        double start = now(CLOCK_THREAD_CPUTIME_ID);
        work();
        double spent = now(CLOCK_THREAD_CPUTIME_ID) - start;
        if (spent < least) least = spent;
    }
    printf("%.9f\n", least);
    return 0;
}
