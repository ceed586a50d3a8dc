/* The sampler: a thread that asks for visits while the process uses CPU time, and what a visit does. */
#define _GNU_SOURCE
#include "runtime.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

struct tierup_configuration tierup_configuration = {
    .tick_us = 2000, .hot_samples = 2, .record_ops = 3000, .exit_limit = 50, .osr_events = 300, .record_us = 20000, .answers = -1,
};

enum { RUNNING = 4, CALLING = 2, WAITING = 1 }; /* what a sample counts for the frame that runs, its caller, and those further out; once for each millisecond between two */
enum { MILLISECOND_US = 1000, RECORDING_US = 1000 }; /* a tick costs 20 us; while a recording is waited for they are worth that */
/* Seen running so often, code is worth learning about whatever was spent: it is likely to run as long again. In a young process so often, if that is a tenth of its time. */
enum { PAYS = 50, PAYS_YOUNG = 10, TENTH = 10 };
enum { LOOK_AT = 4, QUIET_TICKS = 32, SLOWEST_US = 10000, BLOCKED_US = 10000, POLL_TICKS = 5, SILENT_LOOKS = 100, LOOK_VISITS = 4, STRETCH = 4 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* held while the thread touches the interpreter without the GIL; and around fork */
static unsigned generation;     /* a thread of another generation ends by itself */
static bool running, inside;
static volatile bool outstanding; /* a visit was asked for and has not come */
static volatile int tick_us = 2000;
static int quiet, ticks, silent; /* since an answer was looked for; looks without any */
static unsigned visits;
static int64_t native_us;       /* for so long, about, the code that was running was compiled code */
static PyObject *callback;
static PyThreadState *main_thread;
static bool aside; /* this process was forked by another thread than the main one: it ends when its last thread does, which must not be ours */

/* ---- calling our own Python code ---- */

static int calling;

bool tierup_sampler_calling(void) { return calling > 0; }

/* Where there is no memory at all, Python code with a `with` or `finally` is not run: CPython 3.11 unwinds such code for ever then, as it can't make the number it pushes. */
static bool tierup_sampler_memory(void) {
    void *memory = PyObject_Malloc(sizeof(PyLongObject));
    PyObject_Free(memory);
    return memory != NULL;
}

PyObject *tierup_sampler_callback(PyObject *function, PyObject *argument) {
    PyThreadState *ts = _PyThreadState_GET();
    if (UNLIKELY(ts->interp->eval_frame != NULL || !tierup_sampler_memory())) return Py_NewRef(Py_None); /* somebody else's evaluator would be given our frames */
    PyObject *type, *value, *traceback, *async = ts->async_exc;
    PyErr_Fetch(&type, &value, &traceback);
    Py_tracefunc trace = ts->c_tracefunc, profile = ts->c_profilefunc; /* without either, an audit hook of the program can't switch tracing on again for us */
    int use_tracing = ts->cframe->use_tracing;
    ts->c_tracefunc = ts->c_profilefunc = NULL;
    ts->cframe->use_tracing = 0;
    ts->async_exc = NULL;
    ts->recursion_remaining += 500;
    unsigned long shield = tierup_shield_begin();
    struct tierup_kept kept = tierup_kept_aside();
    int held = tierup_gc_hold();
    _PyInterpreterFrame *outside = tierup_audit_begin(ts);
    calling++;
    PyObject *result = argument ? PyObject_CallOneArg(function, argument) : PyObject_CallNoArgs(function);
    calling--;
    tierup_audit_end(outside);
    if (result == NULL) PyErr_WriteUnraisable(function);
    tierup_kept_back(&kept);
    tierup_gc_release(held);
    tierup_shield_end(shield);
    ts->recursion_remaining -= 500;
    if (ts->async_exc == NULL && async != NULL) {
        ts->async_exc = async;
        tierup_set_breaker();
    }
    ts->c_tracefunc = trace;
    ts->c_profilefunc = profile;
    ts->cframe->use_tracing = use_tracing;
    PyErr_Restore(type, value, traceback);
    return result;
}

/* ---- a visit ---- */

static int tierup_sampler_quickest(void) {
    int us = tierup_configuration.tick_us;
    return tierup_recorder_wanted > 0 && us > RECORDING_US ? RECORDING_US : us;
}

/* How many samples one stands for: where ticks are rarer, each counts more, but not where they are rare because nothing happens. */
static int tierup_sampler_worth(void) {
    int us = tick_us < tierup_configuration.tick_us ? tick_us : tierup_configuration.tick_us;
    return us < MILLISECOND_US ? 1 : us / MILLISECOND_US;
}

static bool tierup_sampler_native(struct tierup_code_state *state) {
    if (state->call_region != NULL && state->call_region->active) return true;
    if (state->resume_region != NULL && state->resume_region->active) return true;
    for (tierup_region *region = state->loop_regions; region != NULL; region = region->next_of_code)
        if (region->active) return true;
    return false;
}

static int64_t tierup_sampler_cpu_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static bool tierup_sampler_pays(struct tierup_code_state *state) {
    if (state->samples < PAYS_YOUNG * RUNNING || state->samples >= PAYS * RUNNING) return state->samples >= PAYS * RUNNING;
    return state->samples * TENTH * 1000 >= tierup_sampler_cpu_us() * RUNNING;
}

/* Too much has been learned lately: what was examined before, so that it is known to have no region in the cache, waits. Asking costs more than this. */
static bool tierup_sampler_rests(struct tierup_code_state *state) {
    return state->examined && tierup_configuration.rest_ms > 0 && tierup_sampler_cpu_us() / 1000 < tierup_configuration.rest_ms && !tierup_sampler_pays(state);
}

/* What only runs while a program starts: to learn about it would take what the program itself needs. */
static bool tierup_sampler_passing(_PyInterpreterFrame *f) {
    return !tierup_force_active && (tierup_codes_package(f->f_globals, "importlib._bootstrap") || tierup_codes_package(f->f_globals, "importlib._bootstrap_external"));
}

/* Counts a sample; queues "hot" when it is time. Returns whether something was queued. */
static bool tierup_sampler_count(_PyInterpreterFrame *f, int weight) {
    struct tierup_code_state *state = tierup_code_state_of(f);
    if (state == NULL && (state = tierup_codes_state(f->f_code)) == NULL) {
        PyErr_Clear();
        return false;
    }
    if (state->ours || (state->state != TIERUP_COLD && state->state != TIERUP_INSTALLED)) return false;
    if (state->samples == 0 && (tierup_codes_mine(f) || tierup_sampler_passing(f))) {
        state->ours = true;
        return false;
    }
    state->samples += tierup_force_active ? RUNNING : weight * tierup_sampler_worth();
    if (state->samples < (int64_t)tierup_configuration.hot_samples * RUNNING || tierup_sampler_native(state)) return false;
    if (tierup_sampler_rests(state)) return false;
    int unit = tierup_frame_unit(f), header = tierup_code_suspends(f->f_code) ? -1 : tierup_codes_header(state, unit, -1);
    if (header >= 0) {
        struct tierup_loop *loop = tierup_codes_loop(state, header);
        if (loop->announced || tierup_regions_loop_at(state, unit) != NULL) return false;
        loop->announced = state->announced = true;
    }
    else {
        if (state->announced || state->state == TIERUP_INSTALLED) return false;
        state->announced = true;
    }
    state->examined = true;
    tierup_codes_remember(state, f);
    tierup_events_hot(state->code, header, tierup_sampler_pays(state));
    return true;
}

/* Functions and modules; generators and coroutines, which can be entered when they are resumed. */
static bool tierup_sampler_looks_at(_PyInterpreterFrame *f) {
    return f->owner == (tierup_code_suspends(f->f_code) ? FRAME_OWNED_BY_GENERATOR : FRAME_OWNED_BY_THREAD);
}

/* Frames that don't count: one that is being made, and one of inlined code, which is its caller's. */
static bool tierup_sampler_passes(_PyInterpreterFrame *f) { return tierup_frame_incomplete(f) || f->stacktop == TIERUP_SHOWN; }

static bool tierup_sampler_walk(PyThreadState *ts) {
    bool active = false;
    int looked = 0;
    for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL && looked < LOOK_AT; f = f->previous) {
        if (tierup_sampler_passes(f)) continue;
        looked++;
        if (!tierup_sampler_looks_at(f)) continue;
        struct tierup_code_state *state = tierup_code_state_of(f);
        if (state != NULL) tierup_regions_sampled(state, tierup_sampler_worth());
        if (state != NULL && looked == 1 && tierup_sampler_native(state)) native_us += tick_us;
        if (tierup_sampler_count(f, looked == 1 ? RUNNING : looked == 2 ? CALLING : WAITING)) active = true;
    }
    return active;
}

/* Starts what wants to happen to a frame that is running: recording, or a loop entry. */
static bool tierup_sampler_arm(PyThreadState *ts) {
    int looked = 0;
    if (tierup_tracing_armed != NULL || (!tierup_recorder_wanted && !tierup_regions_any_loop()) || tierup_tracing_tools(ts)) return false;
    for (_PyInterpreterFrame *f = tierup_frame_current(ts); f != NULL && looked < LOOK_AT; f = f->previous) {
        if (tierup_sampler_passes(f)) continue;
        looked++;
        struct tierup_code_state *state = tierup_sampler_looks_at(f) ? tierup_code_state_of(f) : NULL;
        if (state == NULL || tierup_sampler_native(state)) continue;
        if (state->want_record) tierup_recorder_arm(ts, f, state);
        else if (state->loop_pause > 0) state->loop_pause--;
        else if (tierup_regions_loop_at(state, tierup_frame_unit(f)) != NULL) tierup_osr_arm(ts, f);
        if (tierup_tracing_armed != NULL) return true;
    }
    return false;
}

static void tierup_sampler_tell(void) {
    PyObject *function = Py_NewRef(callback), *result = tierup_sampler_callback(function, NULL);
    if (result == NULL) Py_CLEAR(callback); /* it is broken: never again */
    Py_XDECREF(result);
    Py_DECREF(function);
}

bool tierup_sampler_between(void (*notice)(void)) {
    PyThreadState *ts = _PyThreadState_GET();
    if (inside || !running || callback == NULL || calling > 0 || ts->interp != tierup_main_interpreter() || ts->tracing != 0 || tierup_tracing_tools(ts)) return false;
    inside = true;
    if (tierup_events_any()) tierup_sampler_tell(); /* events keep their code alive */
    notice();
    if (tierup_events_any() && callback != NULL && !tierup_tracing_tools(ts)) tierup_sampler_tell();
    inside = false;
    return true;
}

/* Is it time to look for answers? That takes some microseconds of Python, so where all that is missing is an answer of the compiler process, only when its socket has
   something; and now and then, since it may have died. */
static bool tierup_sampler_look(void) {
    if (!tierup_configuration.poll || (ticks += tierup_sampler_worth()) < POLL_TICKS) return false;
    ticks = 0;
    struct pollfd socket = {.fd = tierup_configuration.answers, .events = POLLIN};
    if (socket.fd >= 0 && poll(&socket, 1, 0) == 0 && ++silent < SILENT_LOOKS) return false;
    silent = 0;
    return true;
}

/* Python code that ran meanwhile may have let another thread come to its end. */
static bool tierup_sampler_lives(PyThreadState *wanted) {
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        if (ts == wanted) return true;
    return false;
}

static void tierup_sampler_examine(PyThreadState *ts) {
    tierup_garbage_look();
    if (!tierup_sampler_lives(ts) || tierup_tracing_tools(ts) || ts->tracing != 0) return; /* settling releases objects */
    bool active = tierup_tracing_armed == NULL && tierup_sampler_walk(ts);
    if (++visits % LOOK_VISITS == 0) tierup_regions_look();
    if ((tierup_sampler_look() || tierup_events_any()) && callback != NULL && !tierup_tracing_tools(_PyThreadState_GET())) {
        active = true;
        tierup_sampler_tell();
    }
    if (running && tierup_sampler_lives(ts) && tierup_sampler_arm(ts)) active = true;
    if (active) tierup_sampler_wake();
    else if (++quiet >= QUIET_TICKS) quiet = 0, tick_us = tick_us * 2 < SLOWEST_US ? tick_us * 2 : SLOWEST_US;
    else if (tick_us < tierup_configuration.tick_us) tick_us = tierup_sampler_quickest();
}

static void tierup_sampler_visit(PyThreadState *ts) {
    if (inside) return;
    inside = true;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    tierup_tracing_forget_dead();
    if (tierup_recorder_overdue()) tierup_recorder_disarm();
    if (tierup_entry_unsettled) tierup_entry_settle();
    tierup_spare_renew();
    tierup_stack_tidy();
    if (running) tierup_sampler_examine(ts);
    PyErr_Restore(type, value, traceback);
    inside = false;
}

static int tierup_sampler_pending(void *unused) {
    outstanding = false;
    PyThreadState *ts = _PyThreadState_GET();
    if (ts->interp == tierup_main_interpreter()) tierup_sampler_visit(ts);
    return tierup_let_others_run(ts);
}

static void tierup_sampler_request(void) {
    if (outstanding) return;
    outstanding = true;
    if (!tierup_add_pending(tierup_sampler_pending)) outstanding = false;
}

void tierup_sampler_ask(void) {
    pthread_mutex_lock(&mutex);
    tierup_sampler_request();
    if (main_thread == NULL || tierup_running_thread() == main_thread) tierup_set_breaker();
    pthread_mutex_unlock(&mutex);
}

/* Where pending calls are being made already and one of these runs traced code, 3.11 looks at the breaker before each function of that code, again and again until
   the breaker is clear. It must not be our visit that it waits for, nor our recorder that traces: a visit that did not come within a tick is given up. */
static void tierup_sampler_give_up(bool tools) {
    bool alone = tierup_withdraw_pending(tierup_sampler_pending);
    if (alone) outstanding = false;
    if (alone || !tools) tierup_breaker_compute(true, false);
}

/* The queue and the breaker as they should be at a tick. The breaker is cleared where the main thread has tools: set for a visit that was over already, it would stay
   so, as there are no others then. */
static void tierup_sampler_tick(bool main_runs, bool tools, int64_t *asked_at) {
    bool traced = main_runs && (main_thread->c_tracefunc != NULL || main_thread->c_profilefunc != NULL);
    if (traced && outstanding) {
        tierup_sampler_give_up(tools);
        return;
    }
    if (main_runs && tools) {
        tierup_breaker_compute(true, true);
        return;
    }
    if (!outstanding && !tools) {
        *asked_at = tierup_sampler_cpu_us();
        tierup_sampler_request();
    }
    if (outstanding && main_runs) tierup_set_breaker();
}

/* ---- the thread ---- */

static bool waits_for_work; /* it sleeps until the process has used some CPU time */

/* Sleeps for a tick. The clock of the process's CPU time is as coarse as the kernel's timer interrupt, so while the process computes
   an ordinary sleep is used, and that clock only to wait for the end of idleness: not where we have to notice that there is nobody left. */
static void tierup_sampler_sleep(unsigned mine) {
    static int stretch = 1; /* on a busy machine, where the process gets only a part of the time */
    int us = tick_us, wall_us = us * stretch;
    struct timespec tick = {us / 1000000, us % 1000000 * 1000}, sleep = {wall_us / 1000000, wall_us % 1000000 * 1000};
    int64_t before = tierup_sampler_cpu_us();
    clock_nanosleep(CLOCK_MONOTONIC, 0, &sleep, NULL);
    int64_t used = tierup_sampler_cpu_us() - before;
    if (used * 2 < us && stretch < STRETCH) stretch++;
    else if (used * 3 > us * 4 && stretch > 1) stretch--;
    if (used < us / 4 && !tierup_configuration.poll && !aside) {
        __atomic_store_n(&waits_for_work, true, __ATOMIC_SEQ_CST);
        if (mine == __atomic_load_n(&generation, __ATOMIC_SEQ_CST)) clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &tick, NULL);
        __atomic_store_n(&waits_for_work, false, __ATOMIC_SEQ_CST);
    }
}

static int outside; /* sampler threads with a thread state of their own: an interpreter that is being ended must not free it under them */

/* The main thread is blocked while another one computes: take the GIL and look at the other threads. */
static void tierup_sampler_look_from_outside(unsigned mine) {
    pthread_mutex_lock(&mutex);
    PyThreadState *own = mine == generation ? PyThreadState_New(tierup_main_interpreter()) : NULL;
    if (own != NULL) __atomic_add_fetch(&outside, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&mutex);
    if (own == NULL) return;
    PyEval_AcquireThread(own);
    if (mine == generation) {
        static int turn; /* one thread a time: a callback may change the list */
        PyThreadState *chosen = NULL;
        int n = 0;
        for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts)) {
            if (ts == own || ts == main_thread || tierup_frame_current(ts) == NULL) continue;
            if (n++ <= turn) chosen = ts;
        }
        turn = turn + 1 < n ? turn + 1 : 0;
        if (chosen != NULL) tierup_sampler_visit(chosen);
    }
    PyThreadState_Clear(own);
    PyThreadState_DeleteCurrent();
    __atomic_sub_fetch(&outside, 1, __ATOMIC_SEQ_CST);
}

static void *tierup_sampler_thread(void *argument) {
    unsigned mine = (unsigned)(uintptr_t)argument;
    int64_t asked_at = 0;
    for (;;) {
        tierup_sampler_sleep(mine);
        bool blocked = false;
        pthread_mutex_lock(&mutex);
        if (mine != generation || (aside && tierup_threads() == NULL)) break;
        PyThreadState *current = tierup_running_thread();
        bool tools = !aside && tierup_tracing_tools(main_thread); /* visits are of no use then */
        tierup_sampler_tick(current == main_thread, tools, &asked_at);
        if (current != main_thread && current != NULL) {
            tierup_breaker_take_back();
            blocked = (outstanding || tools) && tierup_sampler_cpu_us() - asked_at > BLOCKED_US;
        }
        pthread_mutex_unlock(&mutex);
        if (blocked) {
            tierup_sampler_look_from_outside(mine);
            asked_at = tierup_sampler_cpu_us();
        }
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int64_t tierup_sampler_native_us(void) { return native_us; }

void tierup_sampler_wake(void) {
    quiet = 0;
    tick_us = tierup_sampler_quickest();
}

static int tierup_sampler_spawn(void) {
    sigset_t all, old;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    sigfillset(&all); /* the program's signals are not for us */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int error = pthread_create(&thread, &attributes, tierup_sampler_thread, (void *)(uintptr_t)generation);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

static void tierup_sampler_before_fork(void) { pthread_mutex_lock(&mutex); }
static void tierup_sampler_in_parent(void) { pthread_mutex_unlock(&mutex); }
static void tierup_sampler_in_child(void) {
    pthread_mutex_init(&mutex, NULL);
    generation++;
    waits_for_work = false; /* the thread of the parent did */
    outside = 0;
    outstanding = false;
}

/* Only a child that goes on with Python needs a sampler: the interpreter calls this one, fork + exec does not. */
void tierup_sampler_after_fork(void) {
    PyThreadState *ts = _PyThreadState_GET();
    aside = aside || ts != main_thread;
    main_thread = ts;
    inside = false;
    calling = 0;
    tierup_tracing_forget_dead();
    if (running && tierup_sampler_spawn() != 0) running = false;
}

bool tierup_sampler_runs(void) { return running; }

int tierup_sampler_start(PyObject *on_visit) {
    static bool at_fork;
    if (!at_fork) pthread_atfork(tierup_sampler_before_fork, tierup_sampler_in_parent, tierup_sampler_in_child);
    at_fork = true;
    for (PyThreadState *ts = tierup_threads(); ts != NULL; ts = PyThreadState_Next(ts))
        if (ts->thread_id == _PyRuntime.main_thread) main_thread = ts;
    Py_XSETREF(callback, Py_NewRef(on_visit));
    if (running) return 0;
    pthread_mutex_lock(&mutex);
    generation++;
    pthread_mutex_unlock(&mutex);
    tick_us = tierup_configuration.tick_us;
    quiet = 0;
    outstanding = false;
    running = true;
    if (tierup_sampler_spawn() != 0) {
        running = false;
        PyErr_SetString(PyExc_RuntimeError, "can't start the sampler thread");
        return -1;
    }
    return 0;
}

/* A visit to other threads comes to its end first. (With TIERUP_COMPILER=inline it may wait for the compiler's lock, which is not given back any more: not for ever.) */
static void tierup_sampler_come_in(void) {
    enum { LONGEST_MS = 2000 };
    if (__atomic_load_n(&outside, __ATOMIC_SEQ_CST) == 0) return;
    PyThreadState *ts = PyEval_SaveThread();
    const struct timespec millisecond = {0, 1000000};
    for (int ms = 0; ms < LONGEST_MS && __atomic_load_n(&outside, __ATOMIC_SEQ_CST) > 0; ms++) clock_nanosleep(CLOCK_MONOTONIC, 0, &millisecond, NULL);
    PyEval_RestoreThread(ts);
}

/* A thread that goes on sleeping would keep the process: where an interpreter that is being ended wants the GIL once more, CPython ends the main thread alone. */
void tierup_sampler_end(void) {
    tierup_sampler_come_in();
    enum { LONGEST_US = 50000 };
    int64_t until = tierup_sampler_cpu_us() + LONGEST_US;
    while (__atomic_load_n(&waits_for_work, __ATOMIC_SEQ_CST) && tierup_sampler_cpu_us() < until) continue; /* that is the CPU time it waits for: until the kernel looks at its clock next */
}

/* The thread ends at its next wake-up, which may be long after; it touches nothing any more. */
void tierup_sampler_stop(void) {
    pthread_mutex_lock(&mutex);
    generation++;
    pthread_mutex_unlock(&mutex);
    running = false;
    tierup_recorder_disarm();
    tierup_osr_disarm();
    tierup_profiles_drop_all();
    Py_CLEAR(callback);
}
