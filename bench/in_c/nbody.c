#include "timing.h"
#include <math.h>

enum { BODIES = 5, STEPS = 20000 };
struct body { double r[3], v[3], m; };
static struct body start[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 39.47841760435743},
    {{4.84143144246472090, -1.16032004402742839, -0.103622044471123109}, {0.606326392995832, 2.81198684491626, -0.02521836165988763}, 0.03769367487038949},
    {{8.34336671824457987, 4.12479856412430479, -0.403523417114321381}, {-1.0107743461787924, 1.8256623712304119, 0.008415761376584154}, 0.011286326131968767},
    {{12.8943695621391310, -15.1111514016986312, -0.223307578892655734}, {1.0827910064415354, 0.8687130181696082, -0.010832637401363636}, 0.0017237240570597112},
    {{15.3796971148509165, -25.9193146099879641, 0.179258772950371181}, {0.979090732243898, 0.5946989986476762, -0.034755955504078104}, 0.0020336868699246304},
};
static volatile double result;

static void advance(struct body *bodies, double dt) {
    for (int i = 0; i < BODIES; i++) {
        for (int j = i + 1; j < BODIES; j++) {
            struct body *a = bodies + i, *b = bodies + j;
            double dx = a->r[0] - b->r[0], dy = a->r[1] - b->r[1], dz = a->r[2] - b->r[2];
            double mag = dt * pow(dx * dx + dy * dy + dz * dz, -1.5), am = a->m * mag, bm = b->m * mag;
            a->v[0] -= dx * bm;
            a->v[1] -= dy * bm;
            a->v[2] -= dz * bm;
            b->v[0] += dx * am;
            b->v[1] += dy * am;
            b->v[2] += dz * am;
        }
    }
    for (int i = 0; i < BODIES; i++)
        for (int k = 0; k < 3; k++) bodies[i].r[k] += dt * bodies[i].v[k];
}

static void work(void) {
    struct body bodies[BODIES];
    for (int i = 0; i < BODIES; i++) bodies[i] = start[i];
    for (int step = 0; step < STEPS; step++) advance(bodies, 0.01);
    result = bodies[0].r[0];
}

int main(int argc, char **argv) { return measure(work, argc > 1 ? argv[1] : "1"); }
