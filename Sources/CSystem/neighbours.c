// What other programs do beside us in a folder, and what has to be kept of a file that is replaced there.
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

_Static_assert(system_watch_written == IN_MODIFY && system_watch_moved_away == IN_MOVED_FROM, "as the kernel");
_Static_assert(system_watch_moved_here == IN_MOVED_TO && system_watch_overflow == IN_Q_OVERFLOW, "as the kernel");

int system_watch_folder(int folder) {
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) return -errno;
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", folder);
    const uint32_t mask = IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ONLYDIR;
    if (inotify_add_watch(fd, path, mask) < 0) {
        int code = -errno;
        close(fd);
        return code;
    }
    return fd;
}

int system_is_open_for_writing(int fd) {
    // Who opens it while the lease holds waits for us, and we are told by a signal: by default one that kills.
    if (fcntl(fd, F_SETSIG, SIGURG) < 0) return -errno;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0) return errno == EAGAIN ? 1 : -errno;
    // Broken already when somebody came in between.
    int held = fcntl(fd, F_GETLEASE);
    fcntl(fd, F_SETLEASE, F_UNLCK);
    return held != F_RDLCK;
}

int64_t system_attribute_names(int fd, char *names, size_t size) {
    ssize_t got = flistxattr(fd, names, size);
    if (got >= 0) return got;
    return errno == EOPNOTSUPP ? 0 : -errno;
}

int64_t system_attribute(int fd, const char *name, void *value, size_t size) {
    ssize_t got = fgetxattr(fd, name, value, size);
    return got < 0 ? -errno : got;
}

int system_set_attribute(int fd, const char *name, const void *value, size_t size) {
    return fsetxattr(fd, name, value, size, 0) < 0 ? -errno : 0;
}

int system_remove_attribute(int fd, const char *name) { return fremovexattr(fd, name) < 0 ? -errno : 0; }

int system_may_write(const char *folder) {
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) < 0) return -errno;
    struct statvfs s;
    // Some do not say how much they hold.
    if (statvfs(folder, &s) < 0 || s.f_blocks == 0) return 0;
    uint64_t blocks = geteuid() == 0 ? s.f_bfree : s.f_bavail;
    return blocks * s.f_frsize < system_least_room ? -ENOSPC : 0;
}

int system_real_path(const char *path, char *text, size_t size) {
    char *real = realpath(path, NULL);
    if (!real) return -errno;
    size_t length = strlen(real) + 1;
    if (length <= size) memcpy(text, real, length);
    free(real);
    return length <= size ? 0 : -ENAMETOOLONG;
}
