#include "timing.h"

long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static volatile long depth = 22, result;

static void work(void) { result = fib(depth); }

int main(int argc, char **argv) { return measure(work, argc > 1 ? argv[1] : "1"); }
