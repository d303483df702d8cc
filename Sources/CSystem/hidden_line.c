#include "csystem.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { end_count = sizeof ends / sizeof *ends };

static struct termios shown;
static int terminal;

// Whoever ends us meanwhile must not leave a terminal that shows nothing.
static void show_and_end(int number) {
    tcsetattr(terminal, TCSANOW, &shown);
    signal(number, SIG_DFL);
    raise(number);
}

static ssize_t take(int fd, char *line, size_t size) {
    size_t count = 0;
    for (;;) {
        unsigned char byte;
        ssize_t got = read(fd, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -errno;
        if (got == 0) return count > 0 ? (ssize_t)count : -ENODATA;
        switch (byte) {
        case '\r':
        case '\n': return (ssize_t)count;
        case 3: return -EINTR;   // Ctrl-C
        case 4:                  // Ctrl-D
            if (count == 0) return -ENODATA;
            break;
        case 8:
        case 127:   // a letter may have several bytes
            while (count > 0 && (line[--count] & 0xC0) == 0x80) {}
            break;
        case 21: count = 0; break;   // Ctrl-U
        default:
            if (byte < 0x20) break;
            if (count == size) return -E2BIG;
            line[count++] = (char)byte;
        }
    }
}

ssize_t system_read_hidden(int fd, const char *prompt, char *line, size_t size) {
    if (tcgetattr(fd, &shown) != 0) return -errno;
    terminal = fd;
    struct sigaction before[end_count], ours = {.sa_handler = show_and_end};
    for (int i = 0; i < end_count; i++) sigaction(ends[i], &ours, &before[i]);
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    ssize_t result = tcsetattr(fd, TCSADRAIN, &hidden) == 0 ? 0 : -errno;
    // Only now, so that nothing that answers it is shown.
    for (size_t left = strlen(prompt); result == 0 && left > 0;) {
        ssize_t written = write(1, prompt, left);
        if (written < 0 && errno != EINTR) result = -errno;
        if (written > 0) prompt += written, left -= (size_t)written;
    }
    if (result == 0) result = take(fd, line, size);
    tcsetattr(fd, TCSADRAIN, &shown);
    for (int i = 0; i < end_count; i++) sigaction(ends[i], &before[i], NULL);
    if (result == -EINTR) raise(SIGINT);
    return result;
}
