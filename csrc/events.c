/* What the C side wants to tell the controller: a queue that Python empties. */
#include "runtime.h"

struct event {
    struct event *next;
    const char *word;
    PyObject *code; /* owned, or NULL */
    int numbers, a, b;
    uint32_t c;
};
static struct event *first, **last = &first;

static bool tierup_events_add(const char *word, PyCodeObject *code, int numbers, int a, int b, uint32_t c) {
    struct event *event = PyMem_Malloc(sizeof *event);
    if (event == NULL) return false;
    *event = (struct event){NULL, word, Py_XNewRef((PyObject *)code), numbers, a, b, c};
    *last = event;
    last = &event->next;
    return true;
}

void tierup_events_hot(PyCodeObject *code, int header, bool pays) { tierup_events_add("hot", code, 2, header < 0 ? -1 : header * 2, pays, 0); }
void tierup_events_recorded(PyCodeObject *code) { tierup_events_add("recorded", code, 0, 0, 0, 0); }
void tierup_events_exits(int region, int exit, uint32_t count) { tierup_events_add("exits", NULL, 3, region, exit, count); }
bool tierup_events_dead(int region) { return tierup_events_add("dead", NULL, 1, region, 0, 0); }
void tierup_events_used(int region) { tierup_events_add("used", NULL, 1, region, 0, 0); }
void tierup_events_collected(void) { tierup_events_add("collected", NULL, 0, 0, 0, 0); }
void tierup_events_unreachable(int region) { tierup_events_add("unreachable", NULL, 1, region, 0, 0); }
bool tierup_events_any(void) { return first != NULL; }

PyObject *tierup_events_take(void) {
    PyObject *list = PyList_New(0);
    while (list != NULL && first != NULL) {
        struct event *event = first;
        first = event->next;
        if (first == NULL) last = &first;
        PyObject *item = event->code       ? event->numbers ? Py_BuildValue("(sOii)", event->word, event->code, event->a, event->b) : Py_BuildValue("(sO)", event->word, event->code)
                         : event->numbers == 0 ? Py_BuildValue("(s)", event->word)
                         : event->numbers == 3 ? Py_BuildValue("(siiI)", event->word, event->a, event->b, event->c)
                                               : Py_BuildValue("(si)", event->word, event->a);
        PyObject *code = event->code;
        PyMem_Free(event);
        if (item == NULL || PyList_Append(list, item) < 0) Py_CLEAR(list);
        Py_XDECREF(item);
        Py_XDECREF(code);
    }
    return list;
}

void tierup_events_clear(void) {
    while (first != NULL) {
        struct event *event = first;
        first = event->next;
        if (first == NULL) last = &first;
        PyObject *code = event->code;
        PyMem_Free(event);
        Py_XDECREF(code);
    }
}
