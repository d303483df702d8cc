#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int tty = -1;
static struct termios cooked, raw;
static char restore[256];
static volatile size_t restore_count;
static volatile sig_atomic_t taken, is_stopping, continued;
static int owns;

static int signals[2] = {-1, -1};
static int saved_stderr = -1, stderr_log = -1;
static int watchdog_pipe = -1;
static pid_t watchdog = -1;
static pid_t owner;

static const int watched[] = {SIGWINCH, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
enum { WATCHED = sizeof watched / sizeof *watched, FATAL = sizeof fatal / sizeof *fatal };
static struct sigaction before_watched[WATCHED], before_fatal[FATAL];

// Everything down to `restore_now` may run in a signal handler or in the watchdog: system calls only.

/// Writes all of it, or gives up after about a second of a terminal that takes nothing.
static void write_patiently(int fd, const char *bytes, size_t count) {
    for (int tries = 0; count > 0 && tries < 10;) {
        ssize_t n = write(fd, bytes, count);
        if (n > 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {fd, POLLOUT, 0};
            poll(&p, 1, 100);
            tries++;
        } else if (n < 0 && errno != EINTR) {
            return;
        }
    }
}

/// Shows the end of what was written to standard error while the screen was ours.
static void show_stderr_tail(int to) {
    char text[2048];
    if (stderr_log < 0) return;
    off_t end = lseek(stderr_log, 0, SEEK_END);
    off_t start = end > (off_t)sizeof text ? end - (off_t)sizeof text : 0;
    ssize_t n = pread(stderr_log, text, sizeof text, start);
    if (n <= 0) return;
    for (ssize_t i = 0; i < n; i++) {
        // It may quote hostile text: nothing but plain characters reaches the terminal.
        if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e)) text[i] = '?';
    }
    write_patiently(to, text, (size_t)n);
}

static void restore_now(void) {
    if (!taken) return;
    taken = 0;
    write_patiently(tty, restore, restore_count);
    tcsetattr(tty, TCSANOW, &cooked);
}

static void on_fatal(int number) {
    if (getpid() == owner && taken) {
        restore_now();
        tcflush(tty, TCIFLUSH);
        show_stderr_tail(tty);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void on_watched(int number) {
    if (number == SIGCONT && is_stopping) {
        continued = 1;
        return;
    }
    int kept = errno;
    unsigned char byte = (unsigned char)number;
    (void)!write(signals[1], &byte, 1);
    errno = kept;
}

static void at_exit(void) {
    if (getpid() == owner) guard_close();
}

/// A process that outlives a SIGKILL of this one: when the pipe ends while the screen was ours, it gives the
/// terminal back.
static void watch(int from) {
    for (int i = 0; i < WATCHED; i++) signal(watched[i], SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < FATAL; i++) signal(fatal[i], SIG_DFL);
    // Nothing else may stay open here: a pipe held open would look like a process that still lives.
    dup2(from, 0);
    dup2(tty, 1);
    from = 0;
    tty = 1;
    close_range(2, ~0u, 0);
    prctl(PR_SET_NAME, "hypercare-guard");
    struct { unsigned short count; char bytes[sizeof restore]; } order = {0, {0}};
    ssize_t n;
    while ((n = read(from, &order, sizeof order)) != 0) {
        if (n < 0 && errno != EINTR) break;
    }
    if (order.count == 0) _exit(0);
    write_patiently(tty, order.bytes, order.count);
    struct termios now;
    // Only what we left behind: a shell that already reads its next line has modes of its own.
    if (tcgetattr(tty, &now) == 0 && now.c_lflag == raw.c_lflag && now.c_iflag == raw.c_iflag
        && now.c_oflag == raw.c_oflag)
        tcsetattr(tty, TCSANOW, &cooked);
    _exit(0);
}

static void tell_watchdog(int is_ours) {
    if (watchdog_pipe < 0) return;
    struct { unsigned short count; char bytes[sizeof restore]; } order = {0, {0}};
    if (is_ours) {
        order.count = (unsigned short)restore_count;
        memcpy(order.bytes, restore, restore_count);
    }
    (void)!write(watchdog_pipe, &order, sizeof order);
}

static void start_watchdog(void) {
    int ends[2];
    // Packets: the reader sees whole orders.
    if (pipe2(ends, O_CLOEXEC | O_DIRECT) != 0) return;
    watchdog = fork();
    if (watchdog == 0) watch(ends[0]);
    close(ends[0]);
    if (watchdog < 0) {
        close(ends[1]);
        return;
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK | O_DIRECT);
    watchdog_pipe = ends[1];
}

static void handle_signals(void) {
    static char stack[32 * 1024];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_handler = on_watched, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &action, &before_watched[i]);
    action.sa_handler = on_fatal;
    action.sa_flags = SA_ONSTACK | SA_NODEFER | (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &action, &before_fatal[i]);
}

/// Messages of the runtime and of libraries would land in the middle of the screen.
static void redirect_stderr(void) {
    if (!isatty(2)) return;
    stderr_log = memfd_create("stderr", MFD_CLOEXEC);
    saved_stderr = fcntl(2, F_DUPFD_CLOEXEC, 3);
    if (stderr_log < 0 || saved_stderr < 0) return;
    fcntl(stderr_log, F_SETFL, O_APPEND);
    dup2(stderr_log, 2);
}

int guard_open(const char *path, int owns_process) {
    char name[256];
    if (path == NULL) {
        if (!isatty(0) || !isatty(1)) return -1;
        path = ttyname_r(1, name, sizeof name) == 0 ? name : "/dev/tty";
    }
    // An open file of our own: O_NONBLOCK on the one we were given would reach the shell that shares it.
    tty = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tty < 0) tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tty < 0 || tcgetattr(tty, &cooked) != 0) return -1;
    raw = cooked;
    raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    owner = getpid();
    owns = owns_process;
    if (!owns) return 0;
    if (pipe2(signals, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    static int is_registered;
    if (!is_registered) is_registered = atexit(at_exit) == 0;
    start_watchdog();
    handle_signals();
    redirect_stderr();
    return 0;
}

void guard_close(void) {
    if (tty < 0) return;
    guard_give_back();
    if (owns) {
        for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &before_watched[i], NULL);
        for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &before_fatal[i], NULL);
        if (saved_stderr >= 0) {
            dup2(saved_stderr, 2);
            show_stderr_tail(2);
            close(saved_stderr);
        }
        if (stderr_log >= 0) close(stderr_log);
        if (watchdog_pipe >= 0) {
            close(watchdog_pipe);
            while (waitpid(watchdog, NULL, 0) < 0 && errno == EINTR) {}
        }
        close(signals[0]);
        close(signals[1]);
        signals[0] = signals[1] = saved_stderr = stderr_log = watchdog_pipe = -1;
    }
    close(tty);
    tty = -1;
}

int guard_fd(void) { return tty; }
int guard_signals_fd(void) { return signals[0]; }

void guard_set_restore(const char *bytes, size_t count) {
    if (count > sizeof restore) count = sizeof restore;
    restore_count = 0;
    memcpy(restore, bytes, count);
    restore_count = count;
    if (taken) tell_watchdog(1);
}

void guard_take(void) {
    tell_watchdog(1);
    taken = 1;
    tcsetattr(tty, TCSANOW, &raw);
}

void guard_give_back(void) {
    if (!taken) return;
    // Keys typed blindly must not become commands of the shell.
    tcflush(tty, TCIFLUSH);
    restore_now();
    tell_watchdog(0);
}

void guard_stop(void) {
    guard_give_back();
    if (!owns) return;
    signal(SIGTSTP, SIG_DFL);
    // The whole job, as the kernel would: under `make` only then does the shell notice. In a group that has no
    // shell the signal is ignored, so the wait for SIGCONT is bounded.
    continued = 0;
    is_stopping = 1;
    kill(0, SIGTSTP);
    for (int tries = 0; !continued && tries < 30; tries++) poll(NULL, 0, 10);
    is_stopping = 0;
    struct sigaction action = {.sa_handler = on_watched, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    sigaction(SIGTSTP, &action, NULL);
}

int guard_next_signal(void) {
    unsigned char byte;
    if (signals[0] < 0 || read(signals[0], &byte, 1) != 1) return 0;
    return byte;
}

void guard_trim_stderr(void) {
    if (stderr_log >= 0 && lseek(stderr_log, 0, SEEK_END) > 256 * 1024) (void)!ftruncate(stderr_log, 0);
}
