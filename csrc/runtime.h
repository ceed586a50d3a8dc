/* What the files of the extension share. */
#ifndef TIERUP_RUNTIME_H
#define TIERUP_RUNTIME_H

#include "compat/v3_11.h"
#include <stdint.h>
#include <stdbool.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

typedef PyObject *(*tierup_region_fn)(PyThreadState *, _PyInterpreterFrame *);

/* Results of a region that are no objects. */
#define TIERUP_EXIT ((PyObject *)1)
#define TIERUP_ERROR_EXIT ((PyObject *)2)

/* stacktop of a frame of inlined code that is there for others to look at. An interpreter's frame has -1 or what is on its stack. */
#define TIERUP_SHOWN (-2)

enum { TIERUP_CALL, TIERUP_LOOP, TIERUP_RESUME };
enum { TIERUP_COLD, TIERUP_RECORDING, TIERUP_REQUESTED, TIERUP_INSTALLED, TIERUP_REFUSED };

struct tierup_code_state;

typedef struct tierup_region {
    tierup_region_fn entry;
    Py_ssize_t active;                  /* activations on some C stack: the memory stays while there are any */
    uint64_t entries;
    int64_t *pool;                      /* slot 0: id of the last exit */
    struct tierup_code_state *state;    /* NULL once the code object is gone */
    struct tierup_region *next_of_code; /* loop regions of one code */
    PyObject *keep;                     /* NULL once the memory is freed */
    char *memory;
    size_t memory_size;
    int id, kind, header;               /* header: unit, -1 for call and resume regions */
    bool installed, removed;
    bool unread;                        /* its code died, and what it counted is still to be read */
    bool watched;                       /* "used" is queued when it was entered or seen running often */
    int samples;                        /* how often it was seen running */
    int nexits;
    struct tierup_exit_count { uint32_t count, report_at; } *exits;
} tierup_region;

/* The object behind the visible end of co_consts; its unary plus enters the region. Lives in the code state, never counted, never freed by itself. */
typedef struct tierup_entry_object {
    PyObject_HEAD
    struct tierup_code_state *state;
} tierup_entry_object;

struct tierup_loop { int header, end; bool announced; }; /* units; [header, end] */

/* What we know about one code object; kept in its co_extra. */
struct tierup_code_state {
    tierup_region *call_region;         /* installed call region, or NULL */
    PyCodeObject *code;                 /* borrowed: we die with it */
    tierup_region *loop_regions;
    tierup_region *resume_region;       /* of generators and coroutines: entered at each resume */
    int state;
    int samples;
    bool announced;                     /* "hot" was queued since the state was last set */
    bool examined;                      /* "hot" was queued before */
    int loop_credit;                    /* so often a frame that has left compiled code in a loop waits for the next turn (osr.c) */
    int loop_failures, loop_pause;      /* waits in vain; visits until the next one */
    int awaited;                        /* answers of the compiler that are to come */
    bool want_record, recorded_queued;
    int windows; /* of the recorder, to come until it has seen enough */
    bool ours;                          /* tierup's own code, or import machinery: leave alone */
    bool left_alone;                    /* gets no waiting stub */
    bool await_call;                    /* the recorder begins at the next call, at a waiting stub */
    int plain_arguments;                /* arguments of a function with no other kinds of parameters; else -1 */
    bool loops_known;
    int nloops;
    struct tierup_loop *loops;
    struct tierup_stub *stub;
    struct tierup_profile *profile;
    PyObject *globals, *builtins;       /* of the frame seen last; owned until a state is set */
    struct tierup_code_state *next_remembering;
    PyCodeObject *shadow_of;            /* this code is a stub's shadow: the code whose place it takes */
    tierup_entry_object entry_object;
};

static inline int tierup_code_plain_arguments(PyCodeObject *code) {
    const int needed = CO_OPTIMIZED | CO_NEWLOCALS;
    bool plain = (code->co_flags & (needed | CO_VARARGS | CO_VARKEYWORDS)) == needed && code->co_kwonlyargcount == 0;
    return plain ? code->co_argcount : -1;
}

extern Py_ssize_t tierup_code_index;    /* co_extra slot; -1, which is none, until there is a state: others may have slots before */

/* The state of a code object, or NULL if there is none yet. */
static inline struct tierup_code_state *tierup_code_state_get(PyCodeObject *code) {
    struct { Py_ssize_t size; void *extras[1]; } *extra = code->co_extra;
    return extra != NULL && (size_t)tierup_code_index < (size_t)extra->size ? extra->extras[tierup_code_index] : NULL;
}

/* The same for the code that a frame runs, which is known by the code that its shadow stands for. */
static inline struct tierup_code_state *tierup_code_state_of(_PyInterpreterFrame *f) {
    struct tierup_code_state *state = tierup_code_state_get(f->f_code);
    return state != NULL && state->shadow_of != NULL ? tierup_code_state_get(state->shadow_of) : state;
}

/* ---- codes.c ---- */
int tierup_codes_init(void);
struct tierup_code_state *tierup_codes_state(PyCodeObject *code); /* made if need be; NULL: no memory (exception set) */
int tierup_codes_header(struct tierup_code_state *state, int unit, int outer); /* innermost loop around unit that contains `outer` (or -1) */
struct tierup_loop *tierup_codes_loop(struct tierup_code_state *state, int unit);
int tierup_codes_handler(PyCodeObject *code, int unit, int *level, int *target, int *lasti);
bool tierup_codes_covered(PyCodeObject *code, int start, int end);
void tierup_codes_remember(struct tierup_code_state *state, _PyInterpreterFrame *f); /* its namespaces */
bool tierup_codes_remembering(void); /* any at all */
void tierup_codes_forget(struct tierup_code_state *state); /* the namespaces that are remembered for it */
void tierup_codes_forget_all(void);
void tierup_codes_set_state(struct tierup_code_state *state, int value);
void tierup_codes_unanswered(void); /* in a child process: what the parent has asked for is answered to the parent */
void tierup_codes_await(struct tierup_code_state *state, int change); /* +1: an answer is to come, -1: it has, 0: no more are asked for */
bool tierup_codes_own_globals(PyObject *globals); /* those of a module of tierup's own */
bool tierup_codes_package(PyObject *globals, const char *package); /* those of a module of a package */
bool tierup_codes_mine(_PyInterpreterFrame *f); /* a frame of tierup's own Python code */

/* ---- entry.c ---- */
struct tierup_stub {
    struct tierup_stub *next;           /* all stubs that exist */
    struct tierup_code_state *state;
    PyObject *consts;                   /* the extended tuple, borrowed from the code */
    PyObject *old_consts;               /* kept for frames that still read it */
    bool old_is_loan;                   /* its items' references were moved to the new tuple */
    bool placed, wanted;                /* is in the bytecode; should be there */
    int start, units;
    Py_ssize_t running;                 /* slot calls in progress: the interpreter stands on the stub */
    PyCodeObject *shadow;               /* copy with the original bytecode, for frames that must go on inside the covered units */
    _Py_CODEUNIT original[24], patched[24];
    int early;                          /* frames that had loaded the old constants and had not passed the stub's place when last looked at; -1: too many to keep */
    _PyInterpreterFrame *early_frames[8];
};
int tierup_entry_init(void);
bool tierup_entry_install(tierup_region *region);
void tierup_entry_uninstall(struct tierup_code_state *state); /* the region is gone, or no stub is wanted any more */
void tierup_entry_wait(struct tierup_code_state *state); /* a stub without a region, if the code can have one and is to report its calls */
void tierup_entry_stop_waiting(void);
void tierup_entry_suspend_all(void);    /* tracing tools have come */
void tierup_entry_settle(void);         /* put stubs where they are wanted, take out those that could not be taken out before */
void tierup_entry_forget(struct tierup_code_state *state);
PyCodeObject *tierup_entry_shadow(struct tierup_code_state *state, int unit); /* code to interpret from `unit`: NULL when it is the code itself */
bool tierup_entry_covers(struct tierup_code_state *state, int unit); /* is the next unit one of those that the stub stands in? Then a frame there needs the shadow */
/* The interpreter goes on in the middle of code and so doesn't count the run, which might be one of thousands: without its quick forms it would be slow, and where they
   don't count a level of recursion but the general ones do (comparisons), there would be one level less. */
void tierup_entry_count_run(PyCodeObject *code);
PyCodeObject *tierup_entry_unshadow(_PyInterpreterFrame *f); /* puts the frame on the code itself; returns the shadow it was on, or NULL */
extern bool tierup_entry_unsettled;

/* ---- exits.c ---- */
/* Turns what a region returned for f into the result of f's execution: an object, or NULL with an exception set. Then either f->prev_instr is the raising
   unit and whoever started f adds its traceback entry; or the interpreter has dealt with it: f counts as incomplete, and no entry is due.
   f must be ts->cframe->current_frame, and still is afterwards. */
void tierup_exits_go_on(PyThreadState *ts, _PyInterpreterFrame *f); /* it has just left compiled code: it is recorded from here on, if that is wanted, or enters a loop again */
PyObject *tierup_exits_finish(PyThreadState *ts, _PyInterpreterFrame *f, tierup_region *region, PyObject *status);
PyObject *tierup_exits_interpret(PyThreadState *ts, _PyInterpreterFrame *f, int error);
/* ---- inlined.c ---- */
void *tierup_push_apart(PyThreadState *ts, void *caller, PyObject *callable, PyObject *its_code, int64_t offset, PyObject **items, int64_t n); /* as tierup_push_inlined, but not on the data stack, and nobody sees it yet */

/* ---- vectorcall.c ---- */
void tierup_vectorcall_take(PyFunctionObject *function); /* C code calls it: the next time without its stub */

/* ---- leave.c ---- */
PyObject *tierup_leave(_PyInterpreterFrame *f, const int32_t *words, int64_t *pool, ...);
/* The frames of one activation of a frameless function, from the innermost activation on; `f` is NULL. */
PyObject *tierup_leave_frameless(_PyInterpreterFrame *f, const int32_t *words, int64_t *pool, ...);
int64_t tierup_frameless_room(PyThreadState *ts, int64_t size); /* how many activations of `size` bytes of stack there may be */
int tierup_exits_raise(PyThreadState *ts, _PyInterpreterFrame *f, int at, int here); /* a frame in a trace event goes on at its handler for unit `at` (-1: it has none); -1: there is none */
/* The status for an exception that the eval breaker raised at a backward jump. The interpreter tests it behind the jump: f->prev_instr and the traceback name
   the jump, but the unit before the jump's target tells the handler. f is complete. */
PyObject *tierup_exits_raise_behind_jump(PyThreadState *ts, _PyInterpreterFrame *f, int header);
void tierup_exits_count(tierup_region *region);
void tierup_exits_raised(PyThreadState *ts, _PyInterpreterFrame *f); /* f is left by an exception that needs no entry for f in the traceback */

/* Enters a region on f; the region's memory stays while it runs. */
static inline PyObject *tierup_region_run(tierup_region *region, PyThreadState *ts, _PyInterpreterFrame *f) {
    region->active++;
    region->entries++;
    PyObject *status = region->entry(ts, f);
    if (status == TIERUP_EXIT) tierup_exits_count(region); /* an error exit has no id */
    region->active--;
    return status;
}

/* ---- direct.c ---- */
void tierup_direct_forget(PyCodeObject *code); /* its region for calls or resumes is another one, or none, from now on */

/* ---- regions.c ---- */
int tierup_regions_load(struct tierup_code_state *state, int kind, int header, const char *blob, Py_ssize_t blob_size, Py_ssize_t code_size, PyObject *pool,
                        PyObject *keep, int nexits);
tierup_region *tierup_regions_get(int id); /* NULL with KeyError set */
bool tierup_regions_install(tierup_region *region);
void tierup_regions_uninstall(tierup_region *region); /* until it is installed again */
void tierup_regions_remove(tierup_region *region);
void tierup_regions_uninstall_all(void);
void tierup_regions_remove_all(void);
void tierup_regions_code_died(struct tierup_code_state *state);
tierup_region *tierup_regions_next(tierup_region *region); /* all regions that exist; NULL: the first, and behind the last */
void tierup_regions_collect(void);      /* free removed regions that are idle */
tierup_region *tierup_regions_loop_at(struct tierup_code_state *state, int unit);
bool tierup_regions_any_loop(void);
void tierup_regions_watch(tierup_region *region);
void tierup_regions_sampled(struct tierup_code_state *state, int worth); /* its code was seen running, for so many milliseconds about */
void tierup_regions_look(void);         /* queues "used" for watched regions */

/* ---- events.c ---- */
void tierup_events_hot(PyCodeObject *code, int header, bool pays);
void tierup_events_recorded(PyCodeObject *code);
void tierup_events_exits(int region, int exit, uint32_t count);
bool tierup_events_dead(int region); /* false: no memory */
void tierup_events_used(int region);
void tierup_events_collected(void);
void tierup_events_unreachable(int region); /* its code is garbage, but for what regions keep */
bool tierup_events_any(void);
PyObject *tierup_events_take(void);
void tierup_events_clear(void);

/* ---- sampler.c ---- */
extern struct tierup_configuration { int tick_us, hot_samples, record_ops, exit_limit, osr_events, record_us, poll, answers, rest_ms; } tierup_configuration;
int tierup_sampler_start(PyObject *on_visit);
void tierup_sampler_stop(void);
bool tierup_sampler_runs(void);
void tierup_sampler_end(void); /* behind the last stop: its thread is about to end, too */
int64_t tierup_sampler_native_us(void);  /* for so long, about, what ran was compiled code */
void tierup_sampler_ask(void);           /* have a visit soon */
void tierup_sampler_wake(void);          /* back to the quickest tick */
void tierup_sampler_after_fork(void);
PyObject *tierup_sampler_callback(PyObject *callback, PyObject *argument); /* call our own Python code so that nothing of it shows */
bool tierup_sampler_between(void (*notice)(void)); /* the one part of a visit that can be had at once: events are found and told; false: not now */
bool tierup_sampler_calling(void);       /* is such a call going on? */

/* ---- audit.c ---- */
_PyInterpreterFrame *tierup_audit_begin(PyThreadState *ts); /* from here to the end with its result, our own Python code runs in this thread */
void tierup_audit_end(_PyInterpreterFrame *before);
bool tierup_audit_seen(PyThreadState *ts); /* has the program hooks that see audit events? */
void tierup_audit_event(void);           /* called by our hook in C at each event */
void tierup_audit_quicken(void);         /* events that come often cost nothing while nobody but us has hooks */
int tierup_tracing_audit(const char *event, PyObject *arguments, void *unused); /* our hooks */
int tierup_force_audit(const char *event, PyObject *arguments, void *unused);

/* ---- builtins.c ---- */
int tierup_builtins_keep(void);
int tierup_builtins_seal(int generations);

/* ---- aside.c ---- */
void tierup_aside_put(int generations); /* our own Python objects, out of the collector's lists */

/* ---- capture.c ---- */
PyObject *tierup_capture_refer(PyObject *profile, PyObject *refs, PyObject *describe); /* the profile with refs in place of objects */
PyObject *tierup_capture_uses(PyCodeObject *code); /* (names of the namespaces, [(offset, attribute)], [(offset, opcode, argument) of subscripts and operators]) */
int tierup_capture_stores_globals(PyCodeObject *code);

/* ---- profiles.c ---- */
PyObject *tierup_profiles_read(struct tierup_code_state *state); /* {offset: (count, [(types, count)], results, callees)}, or None */
PyObject *tierup_profiles_large(struct tierup_code_state *state); /* a list of offsets: where many ints were too large for 64 bits */
void tierup_profiles_drop(struct tierup_code_state *state);
void tierup_profiles_drop_all(void);

/* ---- recorder.c ---- */
bool tierup_recorder_arm(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state);
bool tierup_recorder_go_on(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state); /* f has just left compiled code */
void tierup_recorder_enter(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state); /* f has come to its stub and will be interpreted */
void tierup_recorder_called(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state); /* f has come to the stub of code that awaits a call */
bool tierup_recorder_lacks(PyThreadState *ts, struct tierup_code_state *state); /* called by a frame that is recorded, and never recorded itself */
void tierup_recorder_expect(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state); /* f, suspended, is about to be resumed by the interpreter */
void tierup_recorder_disarm(void);
void tierup_recorder_left(PyThreadState *ts, PyFrameObject *object); /* see tierup_frame_left */
bool tierup_recorder_overdue(void); /* at a visit of the sampler: the thread waits for something, or it takes too long altogether */
int64_t tierup_recorder_spent(void); /* ns of CPU time that recording has taken */
extern int tierup_recorder_wanted;      /* number of codes with want_record */

/* ---- garbage.c ---- */
void tierup_garbage_init(void);
void tierup_garbage_look(void);         /* at a visit; tells of regions whose code is garbage */
bool tierup_garbage_search(void);

/* ---- osr.c ---- */
void tierup_osr_arm(PyThreadState *ts, _PyInterpreterFrame *f);
void tierup_osr_arm_again(PyThreadState *ts, _PyInterpreterFrame *f); /* it has just left compiled code */
void tierup_osr_disarm(void);
void tierup_osr_left(PyFrameObject *object); /* see tierup_frame_left */

/* A frame with a frame object has run to its end, or to a yield, in compiled code, of which no event tells: nobody of us is to keep it, and what it holds, alive. */
static inline void tierup_frame_left(PyThreadState *ts, _PyInterpreterFrame *f) {
    tierup_recorder_left(ts, f->frame_obj);
    tierup_osr_left(f->frame_obj);
}

/* ---- helpers_misc.c ---- */
/* Is there a reason for the eval breaker to be set? The sampler sets it for a visit that may be over already: left set without a reason it would end every
   compiled loop. It is cleared first, and then looked at, so that what comes in between is not lost. */
bool tierup_breaker_busy(void);

/* ---- helpers_handlers.c ---- */
void tierup_traceback_here(PyThreadState *ts, _PyInterpreterFrame *f); /* what is raised gets f's traceback entry */
PyObject *tierup_fetch_normal(void);                                   /* the exception that is set, as a handler finds it */
/* At an exception: the operand stack as the handler wants it. */
void tierup_handler_stack(_PyInterpreterFrame *f, int level, int lasti);

/* ---- objects.c, spare.c ---- */
void tierup_objects_init(void);
void tierup_objects_wrap(void);          /* ints that die are kept for new ones */
void tierup_objects_unwrap(void);
void tierup_spare_keep(bool on);
void tierup_spare_renew(void);

/* ---- generators.c ---- */
void tierup_generators_wrap(void);       /* the slots by which generators are resumed become ours */
void tierup_generators_unwrap(void);
bool tierup_generators_makes(PyThreadState *ts, PyCodeObject *code); /* can calls of this generator function or coroutine function be done by the next one? */
_PyInterpreterFrame *tierup_generators_rebuild(PyThreadState *ts, _PyInterpreterFrame *f, PyCodeObject *code);
PyObject *tierup_generators_go_on(PyThreadState *ts, _PyInterpreterFrame *f, bool failed, PyObject **item);
/* Resumes one, with what is sent (never NULL), if there is a way without the interpreter; of what an asynchronous generator yields *out is the item itself. */
bool tierup_generators_step(PyThreadState *ts, PyGenObject *gen, PyObject *sent, PyObject **out, PySendResult *status);
/* An asynchronous generator has yielded: an item of its own, not what it awaits? */
static inline bool tierup_generators_at_item(PyGenObject *gen) { return _Py_OPCODE(((_PyInterpreterFrame *)gen->gi_iframe)->prev_instr[-1]) == ASYNC_GEN_WRAP; }
PyMethodDef *tierup_generators_send_row(PyTypeObject *type);
PyObject *tierup_generators_make(_PyInterpreterFrame *f, PyCodeObject *code); /* takes over what the frame holds (not on failure), cells made */

/* ---- generators_async.c ---- */
void tierup_async_wrap(void);            /* and those by which asynchronous generators are */
void tierup_async_unwrap(void);
int tierup_async_begin(PyThreadState *ts, PyAsyncGenObject *gen); /* what sys.set_asyncgen_hooks wants of one that is iterated for the first time */

/* ---- tracing.c ---- */
extern PyThreadState *tierup_tracing_armed; /* the thread in which our trace function is set, or NULL */
int tierup_tracing_init(void);
bool tierup_tracing_tools(PyThreadState *ts); /* does the thread run under somebody else's trace or profile function? */
bool tierup_tracing_tools_anywhere(void);
bool tierup_tracing_changing(void);     /* is a call of sys.settrace or sys.setprofile under way, in an audit hook? */
bool tierup_tracing_arm(PyThreadState *ts, Py_tracefunc function);
void tierup_tracing_disarm(void);
bool tierup_tracing_shows(PyThreadState *ts, PyFrameObject *object, int what, PyObject *argument);
void tierup_tracing_forget_dead(void);
/* What tools are not to be shown: f's line at the next unit, as an interpreter that stood there has shown it; f's call, as it goes on only; all about f to its
   end, as an interpreter has run it to there. */
enum tierup_hiding { TIERUP_HIDE_STEP, TIERUP_HIDE_CALL, TIERUP_HIDE_END };
void tierup_tracing_hide(PyThreadState *ts, _PyInterpreterFrame *f, enum tierup_hiding what);
void tierup_tracing_hide_stub(PyThreadState *ts, _PyInterpreterFrame *f, int second); /* f's next unit, and `second` (-1: none), at which opcode events were shown, too */
bool tierup_tracing_unshadow_begin(PyThreadState *ts); /* while a frame on a shadow is interpreted; true: the other one is to be called after it */
void tierup_tracing_unshadow_end(PyThreadState *ts);
/* A region has raised under tools, without a handler: an error exit if the interpreter can show that, else NULL. */
PyObject *tierup_tracing_raised(PyThreadState *ts, _PyInterpreterFrame *f);

/* ---- force.c ---- */
int tierup_force_set(PyObject *on_frame); /* NULL: off */
extern bool tierup_force_active;
void tierup_force_called(PyThreadState *ts, _PyInterpreterFrame *f, struct tierup_code_state *state);
void tierup_force_resumed(PyThreadState *ts, _PyInterpreterFrame *f); /* a generator is about to be resumed */

/* ---- stack.c ---- */
int tierup_stack_init(void);
int tierup_stack_low(void);
extern __thread char *volatile tierup_stack_lowest __attribute__((tls_model("initial-exec"))); /* below this the stack counts as low; volatile: the compiler does not see who reads it while the stack is switched */
/* Quicker: true also before this thread's stack was looked at. */
static inline int tierup_stack_tight(void) {
#ifdef __x86_64__
    char *here; /* needs no frame pointer, hence one register more is free where it counts */
    __asm__ volatile("movq %%rsp, %0" : "=r"(here));
#else
    char *here = __builtin_frame_address(0);
#endif
    return here < tierup_stack_lowest;
}
int64_t tierup_stack_room(int64_t size, int64_t wanted); /* how many times that many bytes there are, `wanted` at most */
PyObject *tierup_stack_elsewhere(PyObject *(*work)(void *), void *argument); /* runs it on another stack */
void tierup_stack_tidy(void);                                                /* now and then: memory that deep recursion has used goes back */

/* ---- spawn.c ---- */
int tierup_spawn_detached(char **argv, char **environment); /* 0, or an errno */

/* ---- layout.c ---- */
PyObject *tierup_layout_layout(void);
PyObject *tierup_layout_symbols(void);
PyObject *tierup_layout_opcodes(void);
PyObject *tierup_layout_abi_tag(void);
const char *tierup_layout_supported(void);

/* ---- helpers.c ---- */
struct tierup_symbol { const char *name; void *address; };
extern const struct tierup_symbol tierup_helper_symbols[];

/* ---- arrays.c, helpers_numpy.c ---- */

struct tierup_numpy { PyTypeObject *float_type, *int_type; PyObject *true_object, *false_object; };
extern struct tierup_numpy tierup_numpy; /* NULL until learned */
bool tierup_arrays_learn(PyObject *const *types);          /* ndarray, float64, int64 and bool of NumPy: are they what compat/numpy_2.h says? */
const struct tierup_symbol *tierup_arrays_symbols(void);   /* what compiled code needs of NumPy; nothing until that is known */
PyObject *tierup_numpy_bool(bool value);                   /* borrowed */

#endif
