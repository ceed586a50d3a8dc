/* Starts a process that is no child of the program: nothing to wait for, no SIGCHLD, no shared descriptor. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int tierup_spawn_detached(char **argv, char **environment);

enum { STACK = 64 * 1024 };
struct request { char **argv, **environment; char *stacks; volatile int error; };

static int tierup_spawn_program(void *argument) {
    struct request *request = argument;
    execve(request->argv[0], request->argv, request->environment);
    request->error = errno;
    _exit(127);
}

static void tierup_spawn_close_all(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 0, ~0U, 0) == 0) return;
#endif
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = 0; fd < (int)limit.rlim_cur && fd < 65536; fd++) close(fd);
}

/* Shares our memory, not our descriptors or signal handlers; the calling thread is stopped meanwhile, as after vfork. */
static int tierup_spawn_between(void *argument) {
    struct request *request = argument;
    sigset_t none;
    setsid();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    tierup_spawn_close_all();
    if (open("/dev/null", O_RDWR) != 0 || dup(0) != 1 || dup(0) != 2 || chdir("/") < 0) request->error = errno ? errno : EIO;
    else if (clone(tierup_spawn_program, request->stacks + 2 * STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, request) < 0) request->error = errno;
    _exit(0);
}

int tierup_spawn_detached(char **argv, char **environment) {
    struct request request = {argv, environment, NULL, 0};
    sigset_t all, old;
    request.stacks = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (request.stacks == MAP_FAILED) return errno;
    sigfillset(&all); /* no handler of the program may run in there */
    sigprocmask(SIG_SETMASK, &all, &old);
    pid_t pid = clone(tierup_spawn_between, request.stacks + STACK, CLONE_VM | CLONE_VFORK, &request); /* no exit signal: os.wait() doesn't see it */
    if (pid < 0) request.error = errno;
    else while (waitpid(pid, NULL, __WCLONE) < 0 && errno == EINTR) {}
    sigprocmask(SIG_SETMASK, &old, NULL);
    munmap(request.stacks, 2 * STACK);
    return request.error;
}
