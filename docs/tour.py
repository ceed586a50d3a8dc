"""The program that docs/tour.md follows: the mean of some prices, none of which counts for more than a limit."""

import random


def mean(prices, limit):
    total = 0.0
    count = 0
    for price in prices:
        if price > limit:
            price = limit
        total += price
        count += 1
    return total / count


if __name__ == "__main__":
    random.seed(1)
    prices = [random.uniform(0.0, 100.0) for _ in range(100)]
    for _ in range(30_000):
        answer = mean(prices, 75.0)
    print(answer)
