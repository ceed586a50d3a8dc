"""Particles in a box: they fall, bounce and pull on each other; prints how energy and shape develop.

An ordinary program: classes, lists, floats, loops. usage: particles.py [PARTICLES [STEPS]]
"""

import sys
from math import sqrt

GRAVITY = -9.81
SOFTENING = 0.05
SPRING = 0.4


class Random:
    """A small generator, so that every run is the same."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, low, high):
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return low + (high - low) * self.state / 2147483648.0


class Particle:
    def __init__(self, x, y, vx, vy, mass):
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy
        self.mass = mass
        self.bounces = 0

    def move(self, dt):
        self.vy += GRAVITY * dt
        self.x += self.vx * dt
        self.y += self.vy * dt
        if self.x < 0.0 or self.x > 10.0:
            self.vx = -self.vx
            self.x = min(max(self.x, 0.0), 10.0)
            self.bounces += 1
        if self.y < 0.0:
            self.vy = -self.vy * 0.98
            self.y = 0.0
            self.bounces += 1

    def energy(self):
        return self.mass * (0.5 * (self.vx * self.vx + self.vy * self.vy) - GRAVITY * self.y)


def attract(particles, dt):
    """Every pair pulls on each other."""
    count = len(particles)
    for i in range(count):
        a = particles[i]
        for j in range(i + 1, count):
            b = particles[j]
            dx = b.x - a.x
            dy = b.y - a.y
            distance = dx * dx + dy * dy + SOFTENING
            pull = SPRING * dt / (distance * sqrt(distance))
            a.vx += dx * pull * b.mass
            a.vy += dy * pull * b.mass
            b.vx -= dx * pull * a.mass
            b.vy -= dy * pull * a.mass


def histogram(particles):
    """How many particles are in each column of the box."""
    columns = [0] * 10
    for particle in particles:
        columns[min(int(particle.x), 9)] += 1
    return " ".join(f"{count:2d}" for count in columns)


def main(count=60, steps=9000):
    random = Random(42)
    particles = [
        Particle(random.uniform(0, 10), random.uniform(0, 10), random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(0.1, 1.0))
        for _ in range(count)
    ]
    for step in range(steps):
        attract(particles, 0.001)
        for particle in particles:
            particle.move(0.001)
        if step % (steps // 10) == 0:
            energy = sum(particle.energy() for particle in particles)
            print(f"step {step:5d}  energy {energy:12.6f}  columns {histogram(particles)}")
    print("bounces:", sum(particle.bounces for particle in particles))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
