#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// How a child begins.
struct start {
    const char *const *argv;
    const char *const *environment;
    const char *directory;
    int streams[3];
    int death_signal;   // 0: none
    int parent;
    int gate;           // -1: none; else it waits for a byte, in a session of its own
    int64_t keep;       // so much of what it says stays, then
};

// All others from 3 on are closed.
static void hold_only(int one, int other) {
    int low = one < other ? one : other, high = one < other ? other : one;
    if (low > 3) syscall(SYS_close_range, 3, low - 1, 0);
    if (high > low + 1) syscall(SYS_close_range, low + 1, high - 1, 0);
    syscall(SYS_close_range, high + 1, ~0U, 0);
}

// True when it may go on; false when whoever would let it go is gone.
static bool let_through(int gate) {
    char byte;
    ssize_t got;
    do got = read(gate, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1;
}

// Gives the disk back what is before the last `keep` bytes; whoever has the file open goes on where they are.
static void forget_start(int fd, int64_t keep) {
    struct stat s;
    if (fstat(fd, &s) < 0 || !S_ISREG(s.st_mode) || s.st_size <= keep) return;
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, s.st_size - keep) < 0 && errno == EOPNOTSUPP)
        (void)!ftruncate(fd, 0);           // no holes here: all of it
}

// A process that outlives us, as the one in front of it does, and is no child of that one, which might wait for it.
static void bound_output(int64_t keep) {
    int writer = getpid();
    pid_t between = _Fork();
    if (between > 0) waitpid(between, NULL, 0);
    if (between != 0) return;                  // where there is no room for it, nothing is given back
    setsid();
    if (_Fork() != 0) _exit(0);
    prctl(PR_SET_NAME, "hypercare-bound");
    syscall(SYS_close_range, 2, ~0U, 0);
    close(0);
    (void)!chdir("/");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // A group of which nobody is left.
    while (kill(-writer, 0) == 0 || errno != ESRCH) {
        forget_start(1, keep);
        poll(NULL, 0, 1000);
    }
    _exit(0);
}

// Between fork and exec only async-signal-safe calls.
static _Noreturn void become(const struct start *start, int report) {
    const char *const *argv = start->argv;
    const char *directory = start->directory;
    struct sigaction standard = { .sa_handler = SIG_DFL };
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    // Out of the way of 0, 1 and 2.
    int gate = start->gate < 0 ? -1 : fcntl(start->gate, F_DUPFD_CLOEXEC, 3);
    if (start->gate >= 0) {
        if (gate < 0) goto failed;
        setsid();                              // no hang-up of our terminal reaches it
    } else {
        setpgid(0, 0);
    }
    if (start->death_signal) {
        prctl(PR_SET_PDEATHSIG, start->death_signal);
        if (getppid() != start->parent) _exit(127);   // it ended before we asked
    }
    // First out of the way of 0, 1 and 2, then into place.
    int moved[3];
    for (int i = 0; i < 3; i++) {
        int fd = start->streams[i] >= 0 ? start->streams[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        moved[i] = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (moved[i] < 0) goto failed;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0) goto failed;
    if (gate >= 0) {
        // While it waits it holds nothing of ours: no lock, and not the gate of another, which would then never
        // learn that we are gone.
        hold_only(gate, report);
        if (!let_through(gate)) _exit(126);
        bound_output(start->keep);
    }
    if (directory && chdir(directory) < 0) goto failed;
    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], (char *const *)argv, (char *const *)start->environment);
failed:;
    int code = errno;
    ssize_t ignored = write(report, &code, sizeof code);
    (void)ignored;
    _exit(127);
}

// A pipe whose writing end is out of the way of a child's 0, 1 and 2.
static int high_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    int high = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    int code = errno;
    close(ends[1]);
    ends[1] = high;
    if (high >= 0) return 0;
    close(ends[0]);
    return -code;
}

// Forks with every signal held back; the child never returns.
static int begin(const struct start *start, int report) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int pid = _Fork();
    int code = errno;
    if (pid == 0) become(start, report);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid < 0 ? -code : pid;
}

// Why it could not become its program; 0 when it has.
static int reported(int report) {
    int code = 0;
    ssize_t got;
    do got = read(report, &code, sizeof code);
    while (got < 0 && errno == EINTR);
    return got > 0 ? code : 0;
}

int system_spawn(const char *const *argv, const char *const *environment, const char *directory, int input,
                 int output, int error, int death_signal) {
    int report[2];
    int code = high_pipe(report);
    if (code < 0) return code;
    struct start start = { .argv = argv, .environment = environment, .directory = directory,
                           .streams = { input, output, error }, .death_signal = death_signal,
                           .parent = getpid(), .gate = -1 };
    int pid = begin(&start, report[1]);
    close(report[1]);
    if (pid > 0 && (code = reported(report[0]))) {
        system_reap(pid);
        pid = -code;
    }
    close(report[0]);
    return pid;
}

int system_spawn_waiting(const char *const *argv, const char *const *environment, const char *directory,
                         int output, int64_t keep, int *gate, int *report) {
    int gates[2], reports[2];
    int code = high_pipe(gates);
    if (code < 0) return code;
    code = high_pipe(reports);
    if (code < 0) {
        close(gates[0]);
        close(gates[1]);
        return code;
    }
    struct start start = { .argv = argv, .environment = environment, .directory = directory,
                           .streams = { -1, output, output }, .gate = gates[0], .keep = keep };
    int pid = begin(&start, reports[1]);
    close(gates[0]);
    close(reports[1]);
    if (pid < 0) {
        close(gates[1]);
        close(reports[0]);
        return pid;
    }
    *gate = gates[1];
    *report = reports[0];
    return pid;
}

int system_let_go(int gate, int report) {
    ssize_t put;
    do put = write(gate, "", 1);
    while (put < 0 && errno == EINTR);
    return put == 1 ? -reported(report) : -errno;
}

int system_pidfd(int pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

int system_signal_group(int pid, int signal) { return kill(-pid, signal) < 0 ? -errno : 0; }
int system_signal(int pid, int signal) { return kill(pid, signal) < 0 ? -errno : 0; }

int system_reap(int pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -errno;
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

int system_pipe(int *ends) { return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0; }

int system_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

bool system_is_executable(const char *path) { return access(path, X_OK) == 0; }

int system_poll(const int *fds, const bool *writing, bool *ready, int count, int milliseconds) {
    enum { most = 16 };
    if (count > most) return -EINVAL;
    struct pollfd polled[most];
    for (int i = 0; i < count; i++)
        polled[i] = (struct pollfd){ .fd = fds[i], .events = writing[i] ? POLLOUT : POLLIN };
    int found = poll(polled, (nfds_t)count, milliseconds);
    if (found < 0 && errno != EINTR) return -errno;
    for (int i = 0; i < count; i++) ready[i] = found > 0 && polled[i].revents != 0;
    return found > 0 ? found : 0;
}
