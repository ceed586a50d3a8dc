/* What compiled code has caught and may not have to make (helpers_caught.c). */
#ifndef TIERUP_CAUGHT_H
#define TIERUP_CAUGHT_H

#include "runtime.h"

extern PyTypeObject tierup_caught_type;
extern int tierup_caught_count;              /* how many there are */
extern struct caught *tierup_caught_unmade;  /* those that are not made; the last one first */

PyObject *tierup_caught_new(PyThreadState *ts, _PyInterpreterFrame *f, bool bare); /* takes the exception that is set; two references: for both entries of the operand stack */
PyObject *tierup_caught_place(PyObject *object); /* takes over a reference; what belongs on the frame's operand stack: of two calls the first one is for the lower entry */
void tierup_caught_seen(void);
void tierup_caught_not(void);                                     /* of the exception that is set nothing is postponed any more */
bool tierup_attribute_missing(PyObject *owner, PyObject *name);   /* helpers_attr.c: for sure, and `object` says so */

static inline bool tierup_is_caught(PyObject *object) { return UNLIKELY(tierup_caught_count != 0) && object != NULL && Py_TYPE(object) == &tierup_caught_type; }

#endif
