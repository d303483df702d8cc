#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

int system_open_step(int at, const char *name) {
    int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int64_t system_link_target(int fd, char *text, size_t size) {
    ssize_t length = readlinkat(fd, "", text, size);
    if (length < 0) return -errno;
    return (size_t)length == size ? -ENAMETOOLONG : length;
}

int system_here_path(char *text, size_t size) { return getcwd(text, size) ? 0 : -errno; }

bool system_has_access_list(int fd) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

int system_group_number(const char *name, uint32_t *group) {
    struct group entry, *found;
    char buffer[16384];
    int code = getgrnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (code || !found) return code ? -code : -ENOENT;
    *group = entry.gr_gid;
    return 0;
}

int system_group_name(uint32_t group, char *text, size_t size) {
    struct group entry, *found;
    char buffer[16384];
    int code = getgrgid_r(group, &entry, buffer, sizeof buffer, &found);
    if (code || !found) return code ? -code : -ENOENT;
    return snprintf(text, size, "%s", entry.gr_name) < (int)size ? 0 : -ERANGE;
}

bool system_is_member(uint32_t user, uint32_t group) {
    struct passwd entry, *found;
    char buffer[4096];
    if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) || !found) return false;
    enum { most = 1024 };
    gid_t groups[most];
    int count = most;
    if (getgrouplist(entry.pw_name, entry.pw_gid, groups, &count) < 0) return false;
    for (int i = 0; i < count; i++)
        if (groups[i] == group) return true;
    return false;
}
