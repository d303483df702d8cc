#include "csystem.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RETRY(call) ({ __typeof__(call) result_; do { result_ = (call); } while (result_ < 0 && errno == EINTR); \
                       result_ < 0 ? (__typeof__(call))-errno : result_; })

int64_t system_boot_nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t system_wall_milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct thread_start {
    void (*body)(void *);
    void *context;
    char name[16];
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}

int system_thread_start(const char *name, void (*body)(void *), void *context) {
    struct thread_start *start = calloc(1, sizeof *start);
    if (!start) return -ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t all, before;
    sigfillset(&all);
    // A crash must find its handler, or the terminal is not given back.
    const int fatal[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigdelset(&all, fatal[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int code = pthread_create(&thread, &attributes, thread_main, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (code) free(start);
    return -code;
}

int system_thread_id(void) { return gettid(); }

int system_timer_open(void) {
    int fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int system_timer_set(int fd, int64_t seconds, int64_t nanoseconds) {
    struct itimerspec moment = { .it_value = { .tv_sec = seconds, .tv_nsec = nanoseconds } };
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &moment, NULL) < 0 ? -errno : 0;
}

int system_timer_wait(int fd) {
    uint64_t count;
    ssize_t got = RETRY(read(fd, &count, sizeof count));
    return got < 0 ? (int)got : 0;
}

int system_event_open(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int system_event_signal(int fd) {
    uint64_t one = 1;
    ssize_t done = RETRY(write(fd, &one, sizeof one));
    return done < 0 ? (int)done : 0;
}

int system_event_wait(int fd) {
    for (;;) {
        int code = system_event_clear(fd);
        if (code != -EAGAIN) return code;
        struct pollfd readable = { .fd = fd, .events = POLLIN };
        if (poll(&readable, 1, -1) < 0 && errno != EINTR) return -errno;
    }
}

int system_event_clear(int fd) {
    uint64_t count;
    ssize_t got = RETRY(read(fd, &count, sizeof count));
    return got < 0 ? (int)got : 0;
}

const char *system_error_text(int code) {
    const char *text = strerrordesc_np(code);
    return text ? text : "unknown error";
}

const char *system_error_name(int code) {
    const char *name = strerrorname_np(code);
    return name ? name : "?";
}

int system_open_read(int at, const char *path, bool follow) {
    return RETRY(openat(at, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
}

int system_open_directory(int at, const char *path) {
    return RETRY(openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

int system_create(int at, const char *name, uint32_t mode) {
    int fd = RETRY(openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd < 0) return fd;
    int code = system_set_mode(fd, mode);
    if (code < 0) {
        unlinkat(at, name, 0);
        close(fd);
        return code;
    }
    return fd;
}

int system_create_unnamed(int at) { return RETRY(openat(at, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)); }

int system_name(int fd, int at, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return RETRY(linkat(AT_FDCWD, path, at, name, AT_SYMLINK_FOLLOW));
}

int system_open_append(int at, const char *name, uint32_t mode) {
    return RETRY(openat(at, name, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode));
}

int system_open_lock(int at, const char *name) {
    return RETRY(openat(at, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
}

int system_try_lock(int fd) { return RETRY(flock(fd, LOCK_EX | LOCK_NB)); }
int system_unlock(int fd) { return RETRY(flock(fd, LOCK_UN)); }

static void fill(int64_t *facts, const struct stat *s) {
    facts[system_facts_device] = (int64_t)s->st_dev;
    facts[system_facts_inode] = (int64_t)s->st_ino;
    facts[system_facts_size] = s->st_size;
    facts[system_facts_modified] = (int64_t)s->st_mtim.tv_sec * 1000000000 + s->st_mtim.tv_nsec;
    facts[system_facts_mode] = s->st_mode & 07777;
    facts[system_facts_user] = s->st_uid;
    facts[system_facts_group] = s->st_gid;
    facts[system_facts_links] = (int64_t)s->st_nlink;
    facts[system_facts_kind] = S_ISREG(s->st_mode)   ? system_kind_regular
                               : S_ISDIR(s->st_mode) ? system_kind_directory
                               : S_ISLNK(s->st_mode) ? system_kind_link
                                                     : system_kind_other;
}

int system_facts(int fd, int64_t *facts) {
    struct stat s;
    if (fstat(fd, &s) < 0) return -errno;
    fill(facts, &s);
    return 0;
}

int system_facts_at(int at, const char *path, bool follow, int64_t *facts) {
    struct stat s;
    if (fstatat(at, path, &s, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return -errno;
    fill(facts, &s);
    return 0;
}

int64_t system_list(const char *path, const char *prefix, char *names, size_t room) {
    DIR *directory = opendir(path);
    if (!directory) return -errno;
    size_t used = 0, length = strlen(prefix);
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t size = strlen(entry->d_name) + 1;
        if (strncmp(entry->d_name, prefix, length) || used + size > room) continue;
        memcpy(names + used, entry->d_name, size);
        used += size;
    }
    closedir(directory);
    return (int64_t)used;
}

int64_t system_read(int fd, void *buffer, size_t size) { return RETRY(read(fd, buffer, size)); }

int64_t system_read_at(int fd, void *buffer, size_t size, int64_t offset) {
    return RETRY(pread(fd, buffer, size, offset));
}

int64_t system_write(int fd, const void *bytes, size_t size) { return RETRY(write(fd, bytes, size)); }

int system_sync(int fd) { return RETRY(fsync(fd)); }
int system_close(int fd) { return close(fd) < 0 && errno != EINTR ? -errno : 0; }
int system_set_mode(int fd, uint32_t mode) { return RETRY(fchmod(fd, mode)); }
int system_set_owner(int fd, uint32_t user, uint32_t group) { return RETRY(fchown(fd, user, group)); }
int system_unlink(int at, const char *name) { return RETRY(unlinkat(at, name, 0)); }
int system_link(int at, const char *name, const char *other) { return RETRY(linkat(at, name, at, other, 0)); }
int system_rename(int at, const char *name, const char *other) { return RETRY(renameat(at, name, at, other)); }
int system_make_directory(int at, const char *path, uint32_t mode) { return RETRY(mkdirat(at, path, mode)); }

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *position) {
    (void)s, (void)kind, (void)position;
    return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int system_remove_tree(const char *path) {
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 ? -errno : 0;
}

int system_names(const char *path, const char *prefix, char *names, size_t size) {
    DIR *directory = opendir(path);
    if (!directory) return -errno;
    int count = 0;
    size_t used = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name) + 1;
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        if (length > size - used) break;
        memcpy(names + used, entry->d_name, length);
        used += length;
        count++;
    }
    closedir(directory);
    return count;
}

bool system_is_network_filesystem(int fd) {
    struct statfs s;
    if (fstatfs(fd, &s) < 0) return false;
    switch ((unsigned long)s.f_type) {
    case 0x6969:       // NFS
    case 0xFF534D42:   // CIFS
    case 0xFE534D42:   // SMB2
    case 0x517B:       // SMB
    case 0x00C36400:   // Ceph
    case 0x5346414F:   // AFS
    case 0x65735546:   // FUSE: sshfs and the like
        return true;
    }
    return false;
}

int32_t system_process(void) { return getpid(); }
uint32_t system_user(void) { return geteuid(); }
