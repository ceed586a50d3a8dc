"""Objects in globals, modules and classes that hot code uses: each dies when its name is bound anew, whatever was compiled for it meanwhile."""

import sys
import types

module = types.ModuleType("module")


class Token:
    def __init__(self, number):
        self.number = number
        self.value = 1

    def __del__(self):
        print("died", self.number)

    def step(self):
        return self.value


class Holder:
    token = Token(1000)

    def own(self):
        return self.token.step()


token, numbers, holder = Token(0), [1, 2, 3], Holder()
module.token = Token(2000)


def used():
    return token.step() + token.number + len(numbers) + Holder.token.number + module.token.number + holder.own()


def loop(count):
    return sum(used() for _ in range(count))


def each(count):
    total = 0
    for _ in range(count):
        total += used()
    return total


for turn in range(40):
    print(loop(300), each(2000))
    if turn in (1, 3, 10, 20, 30):
        print("counts", sys.getrefcount(token), sys.getrefcount(numbers), sys.getrefcount(Holder.token), sys.getrefcount(module.token))
        token = Token(turn)
        Holder.token = Token(1000 + turn)
        numbers = [1, 2, 3]
        module.token = Token(2000 + turn)
        print("bound anew")
print("last", sys.getrefcount(token), sys.getrefcount(Holder.token), sys.getrefcount(module.token))
token = Holder.token = module.token = None
print("done")
