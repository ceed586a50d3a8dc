#include "timing.h"

enum { N = 130 };
static volatile double result;

static double eval_A(long i, long j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const double *u, double *v, int transposed) {
    for (long i = 0; i < N; i++) {
        double sum = 0.0;
        for (long j = 0; j < N; j++) sum += (transposed ? eval_A(j, i) : eval_A(i, j)) * u[j];
        v[i] = sum;
    }
}

static void both(const double *u, double *v) {
    double between[N];
    times(u, between, 0);
    times(between, v, 1);
}

static void work(void) {
    double u[N], v[N], vBv = 0.0, vv = 0.0;
    for (int i = 0; i < N; i++) u[i] = 1.0;
    for (int i = 0; i < 10; i++) {
        both(u, v);
        both(v, u);
    }
    for (int i = 0; i < N; i++) {
        vBv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    result = vBv / vv;
}

int main(int argc, char **argv) { return measure(work, argc > 1 ? argv[1] : "1"); }
