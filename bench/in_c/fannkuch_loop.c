#include "timing.h"

static volatile long size = 8, result, most_flips;

static long fannkuch(long n, long *most) {
    long permutation[16], work[16], count[16] = {0}, checksum = 0, sign = 0, r = n;
    *most = 0;
    for (long i = 0; i < n; i++) permutation[i] = i;
    for (;;) {
        for (; r != 1; r--) count[r - 1] = r;
        for (long i = 0; i < n; i++) work[i] = permutation[i];
        long flips = 0, k = work[0];
        while (k != 0) {
            for (long i = 0, j = k; i < j; i++, j--) {
                long swap = work[i];
                work[i] = work[j];
                work[j] = swap;
            }
            flips++;
            k = work[0];
        }
        if (flips > *most) *most = flips;
        checksum += sign == 0 ? flips : -flips;
        sign = 1 - sign;
        for (;; r++) {
            if (r == n) return checksum;
            long first = permutation[0];
            for (long i = 0; i < r; i++) permutation[i] = permutation[i + 1];
            permutation[r] = first;
            if (--count[r] > 0) break;
        }
    }
}

static void work(void) {
    long most;
    result = fannkuch(size, &most);
    most_flips = most;
}

int main(int argc, char **argv) { return measure(work, argc > 1 ? argv[1] : "1"); }
