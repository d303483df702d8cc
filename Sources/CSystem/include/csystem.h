// Linux calls that Swift's Glibc lacks or that pass structs: Swift sees numbers and text only.
// Unless said otherwise a function returns 0 or a useful number, or the negated errno; EINTR is retried.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pseudo_terminal.h"

// --- time
int64_t system_boot_nanoseconds(void);     // CLOCK_BOOTTIME: counts while the machine sleeps
int64_t system_wall_milliseconds(void);    // CLOCK_REALTIME
// When a time zone changes its offset (seconds east of UTC) between two moments (seconds since 1970), oldest
// first, at most `room` times; `first` is what holds at `from`. `path` is its file. Sets TZ meanwhile: only
// while no other thread looks at the environment.
int system_zone_changes(const char *path, int64_t from, int64_t to, int *first, int64_t *moments, int *offsets,
                        int room);

// --- threads
// Starts a detached thread with all signals but those of a crash blocked (they belong to the main thread).
int system_thread_start(const char *name, void (*body)(void *), void *context);
int system_thread_id(void);

// --- memory
// One heap for all threads, and what was freed goes back to the kernel: before the first thread.
void system_keep_heap_small(void);
// Free heap, and the pages of code and constants: those used again are mapped again, at a fault each.
void system_give_back_memory(void);

// --- timers: one moment of CLOCK_BOOTTIME each
int system_timer_open(void);
int system_timer_set(int fd, int64_t seconds, int64_t nanoseconds);    // since boot; more than zero
int system_timer_wait(int fd);                                         // blocks until that moment

// --- events: a counter in the kernel that can be waited for and polled
int system_event_open(void);
int system_event_signal(int fd);
int system_event_wait(int fd);     // blocks until signalled, takes all signals at once
int system_event_clear(int fd);    // like wait, never blocks

// --- errors
const char *system_error_text(int code);   // English, static, any thread
const char *system_error_name(int code);   // "ENOENT"

// --- files; `at` is a directory descriptor or system_here
enum { system_here = -100 };
enum {
    system_facts_device, system_facts_inode, system_facts_size, system_facts_modified,   // nanoseconds since 1970
    system_facts_mode, system_facts_user, system_facts_group, system_facts_links, system_facts_kind,
    system_facts_count
};
enum { system_kind_regular = 1, system_kind_directory = 2, system_kind_link = 3, system_kind_other = 4 };
int system_open_read(int at, const char *path, bool follow);     // O_NONBLOCK: a FIFO does not hold us up
// The names in a folder that begin with `prefix`, each with its zero byte, as many as fit: the bytes used.
int64_t system_list(const char *path, const char *prefix, char *names, size_t room);
int system_open_directory(int at, const char *path);             // O_NOFOLLOW
int system_create_unnamed(int at);                               // -EOPNOTSUPP and others where there are none
int system_name(int fd, int at, const char *name);               // of an unnamed one; -EEXIST when it is taken
int system_create(int at, const char *name, uint32_t mode);      // O_EXCL; the mode whatever the umask says
int system_open_append(int at, const char *name, uint32_t mode); // creates; O_APPEND, readable
int system_open_lock(int at, const char *name);
int system_try_lock(int fd);                                     // -EWOULDBLOCK when someone else holds it
int system_unlock(int fd);
int system_facts(int fd, int64_t *facts);
int system_facts_at(int at, const char *path, bool follow, int64_t *facts);
int64_t system_read(int fd, void *buffer, size_t size);
int64_t system_read_at(int fd, void *buffer, size_t size, int64_t offset);
int64_t system_write(int fd, const void *bytes, size_t size);    // one write(2): may take less than all
int system_sync(int fd);
int system_close(int fd);                                        // not retried
int system_set_mode(int fd, uint32_t mode);
int system_set_owner(int fd, uint32_t user, uint32_t group);
int system_unlink(int at, const char *name);
int system_link(int at, const char *name, const char *other);
int system_rename(int at, const char *name, const char *other);
int system_make_directory(int at, const char *path, uint32_t mode);
int system_remove_tree(const char *path);                          // links are removed, not followed
// Names in a directory that begin with `prefix`, each with its NUL, as many as `names` holds; how many.
int system_names(const char *path, const char *prefix, char *names, size_t size);
bool system_is_network_filesystem(int fd);                       // NFS, CIFS and the like
int system_real_path(const char *path, char *text, size_t size); // absolute, without a link in it
// Make, fill and remove files in it, as who we are: -ENOSPC where less than `system_least_room` is free.
int system_may_write(const char *folder);
enum { system_least_room = 64 << 10 };

// --- other programs in a folder
// What is written, made, moved or removed in an open folder, from now on: to be read as the kernel's records, four
// 32-bit numbers each (watch, mask, cookie, length of the name) and the name with its zero bytes; never blocks.
int system_watch_folder(int folder);
enum {
    system_watch_written = 0x2, system_watch_moved_away = 0x40, system_watch_moved_here = 0x80,
    system_watch_overflow = 0x4000
};
// Whether anybody has the file open for writing: 1, 0, or an error where that cannot be told (not its owner, NFS).
// `fd` is open for reading.
int system_is_open_for_writing(int fd);
// Extended attributes, POSIX ACLs among them: names with their zero bytes, how many bytes; none where there are none.
int64_t system_attribute_names(int fd, char *names, size_t size);
int64_t system_attribute(int fd, const char *name, void *value, size_t size);
int system_set_attribute(int fd, const char *name, const void *value, size_t size);
int system_remove_attribute(int fd, const char *name);

// --- who may have put a file where it is
int system_open_step(int at, const char *name);                  // O_PATH, and a link is opened itself
int64_t system_link_target(int fd, char *text, size_t size);     // of a link opened so: its bytes, no NUL
int system_here_path(char *text, size_t size);
// The POSIX ACL of what is opened so, as the kernel keeps it: its length, 0 without one.
int64_t system_access_list(int fd, void *list, size_t size);
int system_group_number(const char *name, uint32_t *group);      // 0, or -ENOENT
int system_group_name(uint32_t group, char *text, size_t size);
bool system_is_member(uint32_t user, uint32_t group);
// Whether the group is one user's own: it has his name, it is his first, and nobody else is in it.
bool system_is_own_group(uint32_t group, uint32_t *user);

// --- process
int32_t system_process(void);
uint32_t system_user(void);          // effective
// The name or the home folder of a user, from the system's own list: 0, or -ENOENT, or -ERANGE.
int system_user_name(uint32_t user, char *text, size_t size);
int system_user_home(uint32_t user, char *text, size_t size);
int system_host_name(char *text, size_t size);
const char *system_environment(size_t index);   // NAME=VALUE, or NULL after the last
// First thing in a process, before any thread: see ProcessSetup.
int system_set_up_process(void);

// --- children
// Starts argv[0], which must be a path, in a process group of its own with nothing open but the three
// descriptors (-1: /dev/null), no signal blocked or ignored, and this environment. The child gets
// `death_signal` (0: none) when the calling thread ends. Answers its pid once it runs the program.
int system_spawn(const char *const *argv, const char *const *environment, const char *directory, int input,
                 int output, int error, int death_signal);
// The same in a session of its own, with nothing that ends it, and both outputs in `output`: it becomes the program
// when it is let go, and ends when whoever could do so is gone. As long as it or what it started is at work, the disk
// gets back what is before the last `keep` bytes of `output`, also when we have ended. `gate` and `report` are the
// caller's to close.
int system_spawn_waiting(const char *const *argv, const char *const *environment, const char *directory,
                         int output, int64_t keep, int *gate, int *report);
int system_let_go(int gate, int report);          // 0, or why it could not become its program
int system_pidfd(int pid);                        // readable when the process has ended
int system_signal_group(int pid, int signal);     // the pid of an unreaped leader
int system_signal(int pid, int signal);
int system_reap(int pid);                         // waits; exit code, or 256 + signal
int system_pipe(int *ends);                       // [read, write], both O_CLOEXEC
int system_set_nonblocking(int fd);
bool system_is_executable(const char *path);
// poll(2) over `count` descriptors (-1: left out); milliseconds, -1 for ever. `ready` is set for those that
// can be read (written where `writing`) or have failed.
int system_poll(const int *fds, const bool *writing, bool *ready, int count, int milliseconds);

// --- sockets
// One datagram to the socket at `path`, as syslog takes them: never waits.
int system_send_datagram(const char *path, const void *bytes, size_t size);
int system_bind_datagram(const char *path);   // a socket that takes them, for tests
int system_listen_loopback(int port);   // TCP on 127.0.0.1; 0 takes any free port
int system_local_port(int fd);
int system_accept(int fd);
int system_connect_loopback(int port);

// --- a line that is not shown while it is typed
// Hides the terminal's echo, writes the prompt, and takes a line of at most `size` bytes, with backspace and Ctrl-U.
// However it ends, by Ctrl-C or a signal too, the echo is back. -ENODATA: there is no more; -E2BIG: it is too long.
ssize_t system_read_hidden(int fd, const char *prompt, char *line, size_t size);

// --- a pager
int system_terminal_rows(int fd);   // 0: it is no terminal, or does not tell
// Becomes another program that reads these bytes; returns only when that fails.
int system_become(const char *path, const char *const *arguments, const char *const *environment,
                  const unsigned char *input, size_t count);
