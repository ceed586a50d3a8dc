/* What compiled code has caught and may not have to make: an exception of which nothing but the class is asked for before its handler ends needs no
   traceback entry, no frame object, no instance, and nobody has to be told that it is being handled. A `struct caught` stands in its place, on the operand
   stack of compiled code only: for the entry that PUSH_EXC_INFO leaves (what was being handled before), and for the exception above it while that is there.
   It is made, as the interpreter would have made it at once, before anything happens that could show the difference. */
#include "caught.h"
#include "helpers.h"
#include "spare.h"
#include <string.h>

struct caught {
    PyObject_HEAD
    PyThreadState *ts;
    _PyInterpreterFrame *f;
    PyObject *type, *value, *traceback; /* as PyErr_Fetch gave them; once it is made: the reference of the entry on top, if that is there, in `value` */
    PyObject *before;                   /* once it is made: what was being handled before */
    struct caught *below;               /* while it is not made: the one that was caught before and is not made either */
    int unit;                           /* where it was raised */
    bool made, bare;                    /* bare: no traceback entry is due */
};

int tierup_caught_count = 0;
struct caught *tierup_caught_unmade = NULL;

/* Where there is no memory left: for handlers within each other, of frames that call each other. */
static struct caught reserve[32];
static uint32_t reserved; /* which of them are in use */

static bool of_reserve(struct caught *self) { return self >= reserve && self < reserve + 32; }

static struct caught *allocate(void) {
    struct caught *self = tierup_spare_object(sizeof *self);
    if (LIKELY(self != NULL)) return self;
    if (reserved == UINT32_MAX) Py_FatalError("no memory for what compiled code has caught");
    int free = __builtin_ctz(~reserved);
    reserved |= UINT32_C(1) << free;
    return &reserve[free];
}

static void release(struct caught *self) {
    if (LIKELY(!of_reserve(self))) tierup_spare_object_free(self, sizeof *self);
    else reserved &= ~(UINT32_C(1) << (self - reserve));
}

static void forget(struct caught *self) {
    struct caught **at = &tierup_caught_unmade;
    while (*at != self) at = &(*at)->below;
    *at = self->below;
}

static void caught_dies(PyObject *object) {
    struct caught *self = (struct caught *)object;
    if (!self->made) forget(self); /* first: what goes now is no longer being handled */
    tierup_caught_count--;
    PyObject *held[] = {self->type, self->value, self->traceback, self->before};
    release(self);
    for (int i = 0; i < 4; i++) Py_XDECREF(held[i]);
}

PyTypeObject tierup_caught_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "tierup.caught",
    .tp_basicsize = sizeof(struct caught),
    .tp_dealloc = caught_dies,
};

/* ---- exceptions whose text is not wanted before they are made: a tuple of our own in place of their arguments, with what is to be done again for the text ---- */

static PyObject *postpone(PyObject *type, PyObject *owner, PyObject *text) {
    PyObject *postponed = PyTuple_Pack(3, &tierup_caught_type, owner, text);
    if (postponed == NULL) return NULL;
    PyObject_GC_UnTrack(postponed);
    PyErr_Restore(new_ref(type), postponed, NULL);
    return NULL;
}

/* Only an exception without a context can be made later. */
static bool can_postpone(void) {
    PyObject *handled = _PyErr_GetTopmostException(_PyThreadState_GET())->exc_value;
    return handled == NULL || Py_IsNone(handled);
}

static void raise_missing(PyObject *owner, PyObject *name) {
    PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%U'", Py_TYPE(owner)->tp_name, name);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (Py_IS_TYPE(value, (PyTypeObject *)PyExc_AttributeError)) {
        Py_XSETREF(((PyAttributeErrorObject *)value)->obj, new_ref(owner));
        Py_XSETREF(((PyAttributeErrorObject *)value)->name, new_ref(name));
    }
    PyErr_Restore(type, value, traceback);
}

void tierup_caught_not(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (value == NULL || !PyTuple_CheckExact(value) || PyTuple_GET_SIZE(value) != 3 || PyTuple_GET_ITEM(value, 0) != (PyObject *)&tierup_caught_type) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    PyObject *owner = PyTuple_GET_ITEM(value, 1), *text = PyTuple_GET_ITEM(value, 2);
    if (owner == (PyObject *)&PyLong_Type) Py_XDECREF(PyLong_FromUnicodeObject(text, 10));
    else if (owner == (PyObject *)&PyFloat_Type) Py_XDECREF(PyFloat_FromString(text));
    else raise_missing(owner, text);
    Py_DECREF(type);
    Py_DECREF(value);
    Py_XDECREF(traceback);
}

/* ---- making it ---- */

static void make(struct caught *self) {
    if (self->made) return;
    forget(self);
    self->made = true;
    int held = tierup_gc_hold(), here = tierup_frame_unit(self->f);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_Restore(self->type, self->value, self->traceback);
    tierup_caught_not();
    tierup_frame_set_unit(self->f, self->unit);
    if (!self->bare) tierup_traceback_here(self->ts, self->f);
    self->value = tierup_fetch_normal();
    self->type = self->traceback = NULL;
    tierup_frame_set_unit(self->f, here);
    self->before = tierup_push_exc_info(self->ts, self->value);
    if (type != NULL) { /* no memory for something else meanwhile */
        PyErr_NormalizeException(&type, &value, &traceback);
        if (value != self->value) PyException_SetContext(value, new_ref(self->value));
    }
    if (Py_REFCNT(self) == 1) Py_CLEAR(self->value);
    PyErr_Restore(type, value, traceback);
    tierup_gc_release(held);
}

/* Making the exception would run nothing but the interpreter's own code. */
static bool plain_class(PyTypeObject *type) {
    PyTypeObject *plain = (PyTypeObject *)PyExc_Exception;
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_new != plain->tp_new) return false;
    return type->tp_init == plain->tp_init || (PyObject *)type == PyExc_AttributeError || (PyObject *)type == PyExc_StopIteration;
}

enum { NEAR_LIMIT = 50 }; /* levels of recursion left: making an exception takes some */

static bool can_wait(struct caught *self) {
    if (self->ts->recursion_remaining < NEAR_LIMIT || !PyExceptionClass_Check(self->type)) return false;
    if (self->value != NULL && PyExceptionInstance_Check(self->value)) return (PyObject *)Py_TYPE(self->value) == self->type;
    return plain_class((PyTypeObject *)self->type);
}

PyObject *tierup_caught_new(PyThreadState *ts, _PyInterpreterFrame *f, bool bare) {
    struct caught *self = allocate();
    Py_SET_TYPE(self, &tierup_caught_type);
    Py_SET_REFCNT(self, 2);
    tierup_caught_count++;
    self->ts = ts;
    self->f = f;
    PyErr_Fetch(&self->type, &self->value, &self->traceback);
    self->before = NULL;
    self->unit = tierup_frame_unit(f);
    self->made = false;
    self->bare = bare;
    self->below = tierup_caught_unmade;
    tierup_caught_unmade = self;
    if (UNLIKELY(!can_wait(self))) make(self);
    return (PyObject *)self;
}

PyObject *tierup_caught_place(PyObject *object) {
    struct caught *self = (struct caught *)object;
    make(self);
    return self->before != NULL ? tierup_caught_before(object) : tierup_caught_value(object);
}

/* Something is about to run code that may ask what is being handled: who that is belongs to the frame at hand. */
void tierup_caught_seen(void) {
    PyThreadState *ts = _PyThreadState_GET();
    struct caught *self = tierup_caught_unmade;
    if (self->ts == ts && self->f == ts->cframe->current_frame) make(self);
}

/* ---- how it goes ---- */

/* Nobody can tell when a reference to it goes. */
static bool atom_goes_quietly(PyObject *object) {
    if (object == NULL || Py_REFCNT(object) > 1) return true;
    return PyUnicode_CheckExact(object) || PyLong_CheckExact(object) || PyFloat_CheckExact(object) || PyBytes_CheckExact(object);
}

static bool goes_quietly(PyObject *object) {
    if (atom_goes_quietly(object)) return true;
    if (!PyTuple_CheckExact(object)) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); i++)
        if (!atom_goes_quietly(PyTuple_GET_ITEM(object, i))) return false;
    return true;
}

static bool dict_goes_quietly(PyObject *dict) {
    Py_ssize_t place = 0;
    PyObject *key, *value;
    if (dict == NULL) return true;
    if (Py_REFCNT(dict) > 1 || !PyDict_CheckExact(dict)) return false;
    while (PyDict_Next(dict, &place, &key, &value))
        if (!goes_quietly(key) || !goes_quietly(value)) return false;
    return true;
}

/* Classes of the program, too, if their instances are nothing but those of a class of the interpreter, and have no finaliser. */
static PyTypeObject *plain_base(PyObject *value) {
    PyTypeObject *type = Py_TYPE(value);
    if (type->tp_weaklistoffset > 0 && *(PyObject **)((char *)value + type->tp_weaklistoffset) != NULL) return NULL;
    for (; type != NULL && (type->tp_flags & Py_TPFLAGS_HEAPTYPE); type = type->tp_base)
        if (type->tp_finalize != NULL || type->tp_del != NULL || type->tp_itemsize != 0 || Py_SIZE(type) != 0) return NULL;
    return type;
}

/* An instance that nobody else has: else it would have to get its traceback. */
static bool instance_goes_quietly(PyObject *value) {
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)value;
    if (Py_REFCNT(value) > 1 || self->notes || self->traceback || self->context || self->cause) return false;
    PyTypeObject *base = plain_base(value);
    if (base == NULL || !plain_class(base) || !goes_quietly(self->args) || !dict_goes_quietly(self->dict)) return false;
    if ((PyObject *)base == PyExc_AttributeError) {
        PyAttributeErrorObject *missing = (PyAttributeErrorObject *)value;
        return goes_quietly(missing->obj) && goes_quietly(missing->name);
    }
    return base->tp_basicsize == sizeof(PyBaseExceptionObject);
}

/* That of a function which has ended: what is left in it. */
static bool frame_goes_quietly(PyFrameObject *object) {
    _PyInterpreterFrame *f = object->f_frame;
    if (f->owner != FRAME_OWNED_BY_FRAME_OBJECT) return Py_REFCNT(object) > 1;
    if (object->f_trace != NULL || f->frame_obj != NULL) return false;
    if (!atom_goes_quietly((PyObject *)f->f_func) || !atom_goes_quietly((PyObject *)f->f_code) || !atom_goes_quietly(f->f_locals)) return false;
    if (!atom_goes_quietly((PyObject *)object->f_back)) return false;
    for (int i = 0; i < f->stacktop; i++)
        if (!goes_quietly(f->localsplus[i])) return false;
    return true;
}

static bool traceback_goes_quietly(PyObject *object) {
    for (PyTracebackObject *entry = (PyTracebackObject *)object; entry != NULL && Py_REFCNT(entry) == 1; entry = entry->tb_next)
        if (!frame_goes_quietly(entry->tb_frame)) return false;
    return true;
}

int64_t tierup_caught_end(PyObject *object) {
    struct caught *self = (struct caught *)object;
    if (self->made || !traceback_goes_quietly(self->traceback)) return 0;
    bool instance = self->value != NULL && PyExceptionInstance_Check(self->value);
    if (!(instance ? instance_goes_quietly(self->value) : goes_quietly(self->value))) return 0;
    Py_DECREF(object);
    return 1;
}

/* Only what it holds can tell when it goes: it need not be made for that. */
static bool goes_unmade(struct caught *self) {
    if (self->made) return false;
    if (self->value == NULL || !PyExceptionInstance_Check(self->value)) return true;
    if (Py_REFCNT(self->value) > 1 || plain_base(self->value) == NULL) return false;
    if (self->traceback != NULL) PyException_SetTraceback(self->value, self->traceback); /* it goes in its turn */
    Py_CLEAR(self->traceback);
    return true;
}

int64_t tierup_pop_caught(PyThreadState *ts, PyObject *object) {
    if (goes_unmade((struct caught *)object)) {
        Py_DECREF(object);
        return 0;
    }
    make((struct caught *)object);
    return tierup_pop_except(ts, tierup_caught_before(object));
}

/* ---- for compiled code ---- */

int64_t tierup_make_caught(PyObject *object) {
    make((struct caught *)object);
    return 0;
}

/* Takes over a reference to what stands for the exception, and gives one of what it holds. */
static PyObject *give(PyObject *object, PyObject **held) {
    make((struct caught *)object);
    PyObject *found = *held;
    *held = NULL;
    Py_DECREF(object);
    return found;
}

PyObject *tierup_caught_before(PyObject *object) { return give(object, &((struct caught *)object)->before); }
PyObject *tierup_caught_value(PyObject *object) { return give(object, &((struct caught *)object)->value); }

int64_t tierup_caught_popped(PyObject *object) {
    struct caught *self = (struct caught *)object;
    if (self->made) Py_CLEAR(self->value);
    Py_DECREF(object);
    return 0;
}

static bool plainly_class(PyObject *wanted) {
    if (!PyTuple_Check(wanted)) return PyExceptionClass_Check(wanted);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(wanted); i++)
        if (!PyExceptionClass_Check(PyTuple_GET_ITEM(wanted, i))) return false;
    return true;
}

int64_t tierup_caught_matches(PyObject *object, PyObject *wanted) {
    struct caught *self = (struct caught *)object;
    PyObject *type = self->made ? (PyObject *)Py_TYPE(self->value) : self->type;
    if (type == wanted) return 1;
    return plainly_class(wanted) ? PyErr_GivenExceptionMatches(type, wanted) : 1 << 16;
}

/* ---- what raises for a handler that is lazy ---- */

PyObject *tierup_load_attr_caught(PyObject *owner, PyObject *name, void *cells) {
    if (tierup_attribute_missing(owner, name) && can_postpone()) return postpone(PyExc_AttributeError, owner, name);
    return tierup_load_attr_cached(owner, name, cells);
}

enum { SHORT = 640 }; /* the interpreter may complain of longer ones in other words */

/* No whole number for sure: it has a character that none has. */
static bool no_int(PyObject *text) {
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (!PyUnicode_IS_COMPACT_ASCII(text) || n > SHORT) return false;
    const Py_UCS1 *characters = PyUnicode_1BYTE_DATA(text);
    for (Py_ssize_t i = 0; i < n; i++)
        if (characters[i] > '9' && characters[i] != '_') return true;
    return n == 0;
}

enum { DIGITS = 18 };

PyObject *tierup_int_of_str(PyObject *text) {
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (UNLIKELY(!PyUnicode_IS_COMPACT_ASCII(text)) || n == 0 || n > DIGITS) return PyLong_FromUnicodeObject(text, 10);
    const Py_UCS1 *characters = PyUnicode_1BYTE_DATA(text);
    int64_t number = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned digit = characters[i] - '0';
        if (digit > 9) return PyLong_FromUnicodeObject(text, 10);
        number = 10 * number + digit;
    }
    return tierup_box_int(number);
}

PyObject *tierup_int_of_str_caught(PyObject *text) {
    return no_int(text) && can_postpone() ? postpone(PyExc_ValueError, (PyObject *)&PyLong_Type, text) : tierup_int_of_str(text);
}

/* No number for sure: a letter that is in none of 1e5, inf, infinity and nan. */
static bool no_float(PyObject *text) {
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (!PyUnicode_IS_COMPACT_ASCII(text)) return false;
    const Py_UCS1 *characters = PyUnicode_1BYTE_DATA(text);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS1 letter = characters[i] | 32;
        if (letter >= 'b' && letter <= 'z' && strchr("efinty", letter) == NULL) return true;
    }
    return n == 0;
}

PyObject *tierup_float_of_str(PyObject *text) { return PyFloat_FromString(text); }

PyObject *tierup_float_of_str_caught(PyObject *text) {
    return no_float(text) && can_postpone() ? postpone(PyExc_ValueError, (PyObject *)&PyFloat_Type, text) : PyFloat_FromString(text);
}
