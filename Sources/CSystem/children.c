#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only async-signal-safe calls.
static _Noreturn void become(const char *const *argv, const char *const *environment, const char *directory,
                             const int streams[3], int death_signal, int parent, int report) {
    struct sigaction standard = { .sa_handler = SIG_DFL };
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    setpgid(0, 0);
    if (death_signal) {
        prctl(PR_SET_PDEATHSIG, death_signal);
        if (getppid() != parent) _exit(127);   // it ended before we asked
    }
    if (directory && chdir(directory) < 0) goto failed;
    // First out of the way of 0, 1 and 2, then into place.
    int moved[3];
    for (int i = 0; i < 3; i++) {
        int fd = streams[i] >= 0 ? streams[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        moved[i] = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (moved[i] < 0) goto failed;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0) goto failed;
    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], (char *const *)argv, (char *const *)environment);
failed:;
    int code = errno;
    ssize_t ignored = write(report, &code, sizeof code);
    (void)ignored;
    _exit(127);
}

int system_spawn(const char *const *argv, const char *const *environment, const char *directory, int input,
                 int output, int error, int death_signal) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    // Out of the way of the child's 0, 1 and 2.
    int report = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    close(ends[1]);
    if (report < 0) {
        int code = errno;
        close(ends[0]);
        return -code;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int parent = getpid();
    int streams[3] = { input, output, error };
    int pid = _Fork();
    int code = pid < 0 ? errno : 0;
    if (pid == 0) become(argv, environment, directory, streams, death_signal, parent, report);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report);
    if (pid > 0) {
        ssize_t got;
        do got = read(ends[0], &code, sizeof code);
        while (got < 0 && errno == EINTR);
        if (got > 0) system_reap(pid);
    }
    close(ends[0]);
    return code ? -code : pid;
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
