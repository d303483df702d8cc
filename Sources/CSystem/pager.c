#include "csystem.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int system_terminal_rows(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

int system_become(const char *path, const char *const *arguments, const char *const *environment,
                  const unsigned char *input, size_t count) {
    int file = memfd_create("input", 0);
    if (file < 0) return -errno;
    for (size_t done = 0; done < count;) {
        ssize_t written = write(file, input + done, count - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            int code = errno;
            close(file);
            return -code;
        }
        done += (size_t)written;
    }
    if (lseek(file, 0, SEEK_SET) < 0 || dup2(file, 0) < 0) {
        int code = errno;
        close(file);
        return -code;
    }
    close(file);
    // What we ignore, a program that was started from a shell does not.
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execve(path, (char *const *)arguments, (char *const *)environment);
    return -errno;
}
