"""Instances that live within one expression or one function in line: what can be seen of them is what plain Python shows."""

import gc
import pickle
import signal
import sys
import threading
import traceback
import weakref

N = 400


class Vector:
    scale = 3

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, number):
        return Vector(self.x * number, self.y * number)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __bool__(self):
        return self.x != 0

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.x if index == 0 else self.y

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def itself(self):
        return self

    def scaled(self):
        return self.dot(self) * self.scale

    @property
    def length(self):
        return self.dot(self) ** 0.5

    def __repr__(self):
        return f"V({self.x}, {self.y})"


def arithmetic(n):
    a, b, total = Vector(1, 2.5), Vector(3, -1.5), 0
    for i in range(n):
        total += (a + b).dot(a - b) + ((a * i) + b).x + (a + b).length + (a - b)[1] + (b - a).itself().scaled()
        if a + b == b + a:
            total += 1
        if not Vector(i % 2, 0):
            total += len(Vector(i, i))
    return total


def types_change(n):
    found = []
    for i in range(n):
        x = i if i < n - 3 else 2.5 if i < n - 2 else 2**70 if i < n - 1 else "text"
        found.append(Vector(x, 1).itself().x)
    return found[-5:]


def overflow(n):
    number = 1
    for i in range(n):
        v = (Vector(number, i) + Vector(number, 1)) * 1
        number = v.x
        if number > 2**80:
            number = 1
    return number, v


def added_in_place(n):
    total = Vector(0, 0)
    for i in range(n):
        total += Vector(i, 1)
    kept = Vector(1, 1)
    same = kept
    same += Vector(1, 2)
    return total, kept is same, kept


def made_by_hand(n):
    found = 0
    for i in range(n):
        v = Vector(i, i)
        v.z = v.x + v.y
        v.x = v.z
        found += v.z + v.x
        if i == n - 1:
            return found, vars(v), list(v.__dict__), v


class Chatty:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


class Holder:
    def __init__(self, first, second):
        self.second = second
        self.first = first

    def get(self):
        return self.first


def ends(n):
    for i in range(n):
        if i >= n - 2:
            Holder(Chatty(f"a{i}"), Chatty(f"b{i}")).get()
            print("behind", i)
        else:
            Holder(i, i).get()


def finalised(n):
    for i in range(n):
        Chatty(i).name if i > n - 3 else Holder(i, 1).get()


def counted(n):
    thing, counts = object(), set()
    for i in range(n):
        counts.add(sys.getrefcount(Holder(thing, thing).get()))
        counts.add(sys.getrefcount(thing))
    return sorted(counts)


class Picky:
    def __init__(self, a, b):
        self.a = a
        if b < 0:
            raise ValueError(b)
        self.b = 10 // b
        self.c = Vector(a, b)

    def value(self):
        return self.a + self.b


def raises(n):
    total, errors = 0, []
    for i in range(n):
        try:
            total += Picky(i, i % 7 - 1).value()
        except ZeroDivisionError as error:
            total += 1
            if i > n - 8:
                errors.append("".join(traceback.format_exception(error)))
        except ValueError as error:
            frame = error.__traceback__.tb_next.tb_frame
            total += frame.f_locals["self"].a
            if i > n - 8:
                errors.append((error.args, sorted(vars(frame.f_locals["self"]))))
    return total, errors


class Node:
    def __init__(self, value, below=None):
        self.value = value
        self.below = below

    def height(self):
        return 1 if self.below is None else 1 + self.below.height()


def within_each_other(n):
    total, found = 0, []
    for i in range(n):
        node = Node(i, Node(Vector(i, 2), Node(3.5 * i)))
        total += node.below.value.dot(Vector(1, 2)) + node.below.below.value
        if i % 100 == 0:
            found.append((node.height(), list(vars(node.below.value)), node.below.below is node.below.below))
        if i % 130 == 0:
            kept = node.below
            node = None
            found.append((kept.value, kept.below.value, sys.getrefcount(kept)))
        else:
            node.below.value.x = node
            total += node.below.value.x.value
            node.below = None
    return total, found


def in_itself(n):
    total = 0
    for i in range(n):
        first = Node(i)
        first.below = first
        second = Node(i, Node(1))
        second.below.below = second
        third = Node(i, Node(2, Node(3)))
        third.below.below.value = third.below
        total += first.value + second.below.value + third.below.below.value.value
        if i % 100 == 9:
            total += (first.below is first) + (second.below.below is second) + (third.below.below.value is third.below)
        first.below = second.below = third.below = None
    return total


def only_for_a_moment(n):
    """What nothing holds but an instance that nothing holds."""
    total, thing = 0, object()
    before = sys.getrefcount(thing)
    for i in range(n):
        total += Node(i, Node(i + 1, Node(thing))).below.value
        inner = Node(i, Node(i + 1, Node(i + 2, Node(thing)))).below.below
        total += inner.value + (inner.below.value is thing)
        Node(1, Vector(i, thing)).below.x += 1
        Node(1, Vector(i, i)).below += Vector(1, 1)
        shared = Node(thing)
        both = Node(Node(1, shared), Node(2, shared))
        shared = None
        if i % 100 == 7:
            total += len([both, Node(Node(3, inner), Node(4, inner))])
        total += both.value.below is both.below.below
        inner = both = None
    return total, sys.getrefcount(thing) - before


def chains(n):
    node, heights = None, []
    for i in range(n):
        node = Node(i, node)
        if i % 40 == 39:
            heights.append(node.height())
            node = Node(i)
    return heights, node.value, node.below


def exchanged(n):
    a, b = Node(1, Node(2)), Node(3, Node(4))
    for i in range(n):
        a = Node(a.value, Node(b.value + 1))
        b = Node(b.value, Node(a.value + 1))
        a.below, b.below = b.below, a.below
        if i % (n // 3) == 0:
            a.below.below = Node(Chatty(f"below {i}"))
    return a.value, a.below.value, b.value, b.below.value


def looked_at(n):
    def look():
        return sys._getframe(1).f_locals.get("self")

    class Seen:
        def __init__(self, x):
            self.x = x
            if x > n - 3:
                self.seen = look()

        def same(self):
            return self.__dict__.get("seen", self) is self

    return all(Seen(i).same() for i in range(n)), [Seen(i).same() for i in range(n)].count(True)


class Base:
    def __init__(self, x):
        self.x = x


class Derived(Base):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y

    def both(self):
        return self.x, self.y


class Third(Derived):
    def __init__(self, x):
        super().__init__(x, x + 1)
        self.z = super().both()[1]

    def both(self):
        return super().both() + (self.z,)


def above(n):
    total = 0
    for i in range(n):
        third = Third(i)
        total += sum(third.both()) + third.z + (third is third) + (third is None) + (third is not Third(i))
        if third is None:
            total += 1000
    return total


class Stubborn:
    """Changes a class while it dies."""

    def __init__(self, action):
        self.action = action

    def __del__(self):
        self.action()


class Changed:
    name = "class"

    def __init__(self, x):
        self.x = x


def changed_by_finaliser(n):
    found = []
    for i in range(n):
        v = Changed(i)
        if i == n - 5:
            w = Stubborn(lambda: setattr(Changed, "x", property(lambda self: "property", lambda self, value: None)))
            w = None
        found.append(v.x)
        v.x = i + 0.5
        found.append(v.x)
    del Changed.x
    return found[-12:], w, hasattr(v, "x")


def changed_by_signal(n):
    """The loop ends when the handler has changed what the local variable holds."""
    place_of_the_loop, line_of_the_loop, total = Vector(1.5, 2.5), Line(Vector(0.5, 1.0), None), 0.0

    def handler(number, frame):
        while "place_of_the_loop" not in frame.f_locals:
            frame = frame.f_back
        frame.f_locals["place_of_the_loop"].x = -1.0
        frame.f_locals["line_of_the_loop"].start.x = 7.0

    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while place_of_the_loop.x > 0.0:
        total += place_of_the_loop.y
    return place_of_the_loop, line_of_the_loop.start, total >= 0.0


def kept_by_another_thread(n):
    """Somebody who looks at the frame has the very object, also later."""
    own, found, done = threading.get_ident(), [], threading.Event()

    def look():
        while len(found) < 20:
            frame = sys._current_frames()[own]
            while frame is not None and "place_of_the_loop" not in frame.f_locals:
                frame = frame.f_back
            if frame is not None and frame.f_locals["place_of_the_loop"] is not None:
                found.append(frame.f_locals["place_of_the_loop"])
        done.set()

    place_of_the_loop, total = None, 0.0
    thread = threading.Thread(target=look)
    thread.start()
    while not done.is_set():
        place_of_the_loop = Vector(1.0, 2.0)
        for i in range(n):
            place_of_the_loop = place_of_the_loop + place_of_the_loop if i % 50 else Vector(1.0, 2.0)
            total += place_of_the_loop.x
    thread.join()
    return all(v.y == 2 * v.x for v in found), found[-1] is place_of_the_loop or found[-1].y == 2 * found[-1].x, total >= 0.0


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Guarded:
    def __init__(self, x):
        self.x = x

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value + 1)


class Described:
    @property
    def y(self):
        return self._y

    @y.setter
    def y(self, value):
        self._y = value * 2

    def __init__(self, value):
        self.y = value


class Large:
    def __init__(self, v):
        self.a = self.b = self.c = self.d = self.e = v
        self.f = self.g = self.h = self.i = self.j = v


def kinds(n):
    total = 0
    for i in range(n):
        total += sum(Derived(i, 1).both()) + Slotted(i, 2).y + Guarded(i).x + Described(i).y + Large(i).j + Large(i).a
    return total


class Line:
    def __init__(self, start, end):
        self.start, self.end = start, end

    def across(self):
        return self.end - self.start


def nested(n):
    total = 0
    for i in range(n):
        total += Line(Vector(0, i), Vector(i, 0)).across().dot(Vector(1, 2))
    line = Line(Vector(0, 1), Vector(2, 3))
    return total, line.start, line.end


def escaping(n):
    kept, refs = [], []
    for i in range(n):
        v = Vector(i, -i)
        if i % 100 == 0:
            kept.append(v)
            refs.append(weakref.ref(v))
    made = [Vector(i, i) for i in range(5)]
    same = {id(v) for v in kept} == {id(r()) for r in refs}
    return kept, same, made, pickle.loads(pickle.dumps(kept[1])), len({id(v) for v in made})


def class_changes(n):
    found = []
    for i in range(n):
        if i == n - 4:
            Vector.dot = lambda self, other: "other dot"
        if i == n - 3:
            Vector.itself = lambda self: Vector(7, 7)
        if i == n - 2:
            Vector.__init__ = lambda self, x, y: self.__dict__.update(x=x, y=100)
        found.append((Vector(i, 1).itself().y, Vector(1, i).dot(Vector(2, 3))))
    return found[-6:]


def collected(n):
    seen = set()
    gc.collect()
    for i in range(n):
        value = Vector(i, 1).itself()
        if i > n - 3:
            seen.add(sum(type(thing) is Vector for thing in gc.get_objects()))
            seen.add(gc.is_tracked(value))
    return seen


def identical(n):
    same = 0
    for i in range(n):
        v = Vector(i, i)
        same += (v is v.itself()) + (v is not None) + (v is Vector(i, i)) + (v in (v, 1)) + (type(v) is Vector) + isinstance(v, Vector)
    return same


def in_generators(n):
    def points():
        for i in range(n):
            v = Vector(i, 2)
            yield v.x
            yield v

    last = None
    total = 0
    for thing in points():
        total += thing if isinstance(thing, int) else thing.y
        last = thing
    return total, last


def late_arguments(n):
    total = 0
    for i in range(n):
        total += Vector(Vector(i, 1).x, Vector(2, i).y).dot(Vector(*(1, 1))) + Vector(x=i, y=2).y
    try:
        Vector(1)
    except TypeError as error:
        return total, str(error)


def branches(n):
    total = 0
    for i in range(n):
        v = Vector(i, 1) if i % 3 else Vector(1, i)
        w = v if i % 5 else Vector(0, 0)
        total += w.x + v.y
        if i % 50 == 0:
            del v.x
            total += hasattr(v, "x")
    return total


def moves(n):
    place, step, seen = Vector(0.0, 0.0), Vector(0.5, 0.25), []
    for i in range(n):
        place = place + step
        before = place
        if i % 97 == 0:
            seen.append(place)
            place += step
            seen.append(before is place)
        elif i == n - 2:
            seen.append(dict(sys._getframe().f_locals["place"].__dict__))
    return place, before is place, seen


def moves_without_a_name(n):
    total = 0
    for i in range(n):
        v = Vector(i, Holder(i, 2))
        w = v
        if i % 2:
            w = Vector(v.x, v.y)
        total += w.y.get() + v.y.second + (v is w)
        del v
    return total, w.x


def ends_with_locals(name):
    one = Holder(Chatty(f"{name} first"), Chatty(f"{name} second"))
    number = Vector(1, 2)
    other = Holder(Chatty(f"{name} third"), 1)
    return number.x + len(other.get().name) + len(one.get().name)


def ends_in_order(n):
    out = sys.stdout
    for i in range(n):
        sys.stdout = out if i == n - 1 else Quiet()
        try:
            ends_with_locals(i)
        finally:
            sys.stdout = out


def references_given_back(n):
    """What instances in local variables hold when the function ends, however they hold it."""
    texts = ["a long text that nobody else has" + str(n), (n, "in a tuple", n), object()]

    def plain(text, number):
        first, second = Vector(number, text), Node(number, Node(text))
        return second.value + first.x

    def held(thing, number):
        pair = Holder(thing, Node(thing, Node(thing)))
        other = pair
        return other.get() is pair.second.below.value

    def unpacked(text, number):
        one, two, three, four, five, six = number, Node(text), 3, Node(1, Node(text)), 5, 6
        total = one + len((two, four))
        two = Node(text)
        four = Node(2, Node(text))
        one, two, three, four, five, six = [total, four.value, 2, 3, 4, 5]
        return one

    texts.append("the last text" + str(n))  # no constant: compiled code holds those
    before = [sys.getrefcount(text) for text in texts]
    total = 0
    for function, text in zip((plain, plain, held, unpacked), texts):  # called from C: regions of their own
        total += sum(map(function, [text] * (8 * n), range(8 * n)))
        text = None
    return total, [sys.getrefcount(texts[i]) - before[i] for i in range(4)]


class Quiet:
    def write(self, text):
        return len(text)


def raised_with_locals(n):
    found = []
    for i in range(n):
        try:
            v, w = Vector(i, 1), Holder(i, "second")
            u = v.x // (i % 100)
        except ZeroDivisionError as error:
            found.append((v, w.second, w.get(), sorted(error.__traceback__.tb_frame.f_locals)))
    return found, u


def raises_out(i):
    v, w = Vector(i, 1), Holder([i], "second")
    x = v.x // (i % 100) + len(w.get())
    return x


def raised_out(n):
    found = []
    for i in range(n):
        try:
            raises_out(i)
        except ZeroDivisionError as error:
            f_locals = error.__traceback__.tb_next.tb_frame.f_locals
            found.append((sorted(f_locals), f_locals["v"], vars(f_locals["w"])))
    return found


for function in (
    in_itself, only_for_a_moment, references_given_back, changed_by_signal, kept_by_another_thread, above, changed_by_finaliser, within_each_other, chains, exchanged, moves, moves_without_a_name, ends_in_order, raised_with_locals, raised_out, arithmetic, types_change, overflow, added_in_place, made_by_hand, ends, finalised, counted, raises, looked_at, kinds, nested, escaping, collected,
    identical, in_generators, late_arguments, branches, class_changes,
):
    for n in (N, N):
        print(function.__name__, function(n))
