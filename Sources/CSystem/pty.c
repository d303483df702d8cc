#include "pseudo_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int pty_open(int rows, int columns) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0) return -errno;
    if (grantpt(master) != 0 || unlockpt(master) != 0) {
        int code = errno;
        close(master);
        return -code;
    }
    pty_resize(master, rows, columns);
    return master;
}

int pty_path(int master, char *path, size_t size) { return -ptsname_r(master, path, size); }

static const char **list(const char *strings, int count) {
    const char **items = calloc((size_t)count + 1, sizeof *items);
    for (int i = 0; items != NULL && i < count; i++) {
        items[i] = strings;
        strings += strlen(strings) + 1;
    }
    return items;
}

int pty_start(
    int master, const char *arguments, int argument_count, const char *environment, int variable_count) {
    char path[128];
    int code = pty_path(master, path, sizeof path);
    if (code != 0) return code;
    const char **argv = list(arguments, argument_count), **env = list(environment, variable_count);
    if (argv == NULL || env == NULL) return -ENOMEM;
    // Open before there is a child: one that is killed before it could open it would leave a terminal that
    // never was in use, and the reader of such a one waits for ever.
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        code = -errno;
        free(argv);
        free(env);
        return code;
    }
    // All signals wait until the child has its own dispositions.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        setsid();
        if (ioctl(fd, TIOCSCTTY, 0) != 0) _exit(126);
        dup2(fd, 0);
        dup2(fd, 1);
        dup2(fd, 2);
        close_range(3, ~0u, 0);
        execve(argv[0], (char *const *)argv, (char *const *)env);
        _exit(127);
    }
    code = child < 0 ? -errno : child;
    close(fd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    free(argv);
    free(env);
    return code;
}

int pty_resize(int master, int rows, int columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    return ioctl(master, TIOCSWINSZ, &size) == 0 ? 0 : -errno;
}

int pty_modes(int master) {
    struct termios t;
    if (tcgetattr(master, &t) != 0) return -errno;
    return (t.c_lflag & ECHO ? pty_echo : 0) | (t.c_lflag & ICANON ? pty_canonical : 0)
        | (t.c_lflag & ISIG ? pty_signals : 0) | (t.c_oflag & OPOST ? pty_output : 0)
        | (t.c_iflag & ICRNL ? pty_newline : 0);
}

int pty_read(int master, uint8_t *bytes, int capacity, int milliseconds) {
    struct pollfd p = {master, POLLIN, 0};
    if (poll(&p, 1, milliseconds) <= 0) return 0;
    ssize_t n = read(master, bytes, (size_t)capacity);
    if (n >= 0) return (int)n;
    return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

int pty_write(int master, const uint8_t *bytes, int count) {
    ssize_t n = write(master, bytes, (size_t)count);
    return n >= 0 ? (int)n : -errno;
}

void pty_close(int master) { close(master); }

int pty_reap(int process) {
    int status;
    pid_t found = waitpid(process, &status, WNOHANG);
    if (found == 0) return -1;
    if (found < 0) return -2;
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

int pty_signal(int process, int number) { return kill(process, number) == 0 ? 0 : -errno; }
