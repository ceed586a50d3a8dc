"""An object that is stored into, and is only held by a container that the finaliser of the old value empties: it lives until the store is over."""

import gc

from _show import fresh


class Do:
    def __init__(self, what):
        self.what = what

    def __del__(self):
        self.what()


class Noting:
    def __init__(self, name):
        self.name = name
        self.value = None

    def __del__(self):
        log.append(f"{self.name} dies")


class Slotted:
    __slots__ = ("name", "value", "other")

    def __init__(self, name):
        self.name = name
        self.value = None

    def __del__(self):
        log.append(f"{self.name} dies")


class List(list):
    def __del__(self):
        log.append("list dies")


class Holder:
    def __init__(self, thing):
        self.thing = thing


log = []


def empties(container):
    def what():
        container.clear()
        log.append("emptied")

    return Do(what)


def leaves(holder):
    def what():
        holder.thing = None
        log.append("left")

    return Do(what)


def in_list(cls, values):
    value = None
    for value in values:
        boxes = [cls("in list")]
        boxes[0].value = empties(boxes)
        boxes[0].value = value
        log.append("stored")


def in_list_float(cls, values):
    value = None
    for value in values:
        boxes = [cls("in list")]
        boxes[0].value = empties(boxes)
        boxes[0].value = value * 0.5 + 1.5
        log.append("stored")


def in_tuple_of_list(cls, values):
    value = None
    for value in values:
        boxes = [(cls("in tuple"), 1)]
        boxes[0][0].value = empties(boxes)
        boxes[0][0].value = value
        log.append("stored")


def in_attribute(cls, values):
    value = None
    for value in values:
        holder = Holder(cls("in attribute"))
        holder.thing.value = leaves(holder)
        holder.thing.value = value
        log.append("stored")


def in_attribute_float(cls, values):
    value = None
    for value in values:
        holder = Holder(cls("in attribute"))
        holder.thing.value = leaves(holder)
        holder.thing.value = value * 0.5
        log.append("stored")


def in_dict(cls, values):
    value = None
    for value in values:
        table = {"k": cls("in dict")}
        table["k"].value = empties(table)
        table["k"].value = value
        log.append("stored")


def new_attribute(cls, values):
    value = None
    for value in values:
        boxes = [cls("new")]
        boxes[0].other = empties(boxes)
        boxes[0].other = value
        log.append("stored")


def list_in_list(cls, values):
    value = None
    for value in values:
        rows = [List([1, 2.5])]
        rows[0][0] = empties(rows)
        rows[0][0] = value
        log.append("stored")


def plain_list_in_list(cls, values):
    value = None
    for value in values:
        rows = [[1, 2.5, cls("item")]]
        rows[0][0] = empties(rows)
        rows[0][0] = value
        log.append("stored")


def float_in_list_in_list(cls, values):
    value = None
    for value in values:
        rows = [[1.5, 2.5, cls("item")]]
        rows[0][0] = empties(rows)
        rows[0][0] = value * 0.5
        log.append("stored")


def dict_in_list(cls, values):
    value = None
    for value in values:
        rows = [{"a": 1, "b": cls("item")}]
        rows[0]["a"] = empties(rows)
        rows[0]["a"] = value
        log.append("stored")


def deleted(cls, values):
    value = None
    for value in values:
        boxes = [cls("in list")]
        boxes[0].value = empties(boxes)
        del boxes[0].value
        log.append("stored")


def iterated(cls, values):
    value = None
    for value in values:
        boxes = [cls("first"), cls("second")]
        for box in boxes:
            box.value = empties(boxes)
            box.value = value
            log.append("stored")


def twice(cls, values):
    value = None
    for value in values:
        boxes = [cls("in list")]
        boxes[0].value = empties(boxes)
        boxes[0].value, value = value, boxes[0].value
        value = None
        log.append("stored")


FUNCTIONS = [in_list, in_list_float, in_tuple_of_list, in_attribute, in_attribute_float, in_dict, list_in_list, plain_list_in_list, float_in_list_in_list]
FUNCTIONS += [dict_in_list, deleted, iterated, twice, new_attribute]
gc.disable()
for function in FUNCTIONS:
    for cls in (Noting, Slotted):
        for values in ([1, 2, 3], [1.5, 2.5]):
            subject = fresh(function)
            for _ in range(8):
                log.clear()
                subject(cls, values)
                seen = list(log)
            print(function.__name__, cls.__name__, values, seen)
gc.enable()
