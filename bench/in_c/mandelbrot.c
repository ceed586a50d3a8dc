#include "timing.h"

static volatile long sizes[3] = {120, 80, 100}, result;

static long mandelbrot(long width, long height, long limit) {
    long total = 0;
    for (long row = 0; row < height; row++) {
        double ci = 2.0 * row / height - 1.0;
        for (long column = 0; column < width; column++) {
            double cr = 3.0 * column / width - 2.0, zr = 0.0, zi = 0.0;
            long n = 0;
            while (n < limit && zr * zr + zi * zi <= 4.0) {
                double next = zr * zr - zi * zi + cr;
                zi = 2.0 * zr * zi + ci;
                zr = next;
                n++;
            }
            total += n;
        }
    }
    return total;
}

static void work(void) { result = mandelbrot(sizes[0], sizes[1], sizes[2]); }

int main(int argc, char **argv) { return measure(work, argc > 1 ? argv[1] : "1"); }
