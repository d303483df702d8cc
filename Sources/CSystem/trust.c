#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
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

int64_t system_access_list(int fd, void *list, size_t size) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = getxattr(path, "system.posix_acl_access", list, size);
    return length < 0 ? 0 : length;
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

bool system_is_own_group(uint32_t group, uint32_t *user) {
    struct group entry, *found;
    char buffer[16384];
    if (getgrgid_r(group, &entry, buffer, sizeof buffer, &found) || !found) return false;
    struct passwd person, *owner;
    char room[4096];
    // Of the same name: not every list of users can be gone through below.
    if (getpwnam_r(entry.gr_name, &person, room, sizeof room, &owner) || !owner) return false;
    if (person.pw_gid != group) return false;
    for (char **member = entry.gr_mem; *member; member++)
        if (strcmp(*member, entry.gr_name)) return false;
    // The list has one place for all threads.
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    struct passwd next, *other;
    char more[16384];
    int code;
    bool is_own = true;
    setpwent();
    while (is_own && !(code = getpwent_r(&next, more, sizeof more, &other)))
        is_own = next.pw_gid != group || next.pw_uid == person.pw_uid;
    endpwent();
    pthread_mutex_unlock(&lock);
    *user = person.pw_uid;
    return is_own && code == ENOENT;
}
