#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int copy(const char *from, char *text, size_t size) {
    size_t length = strlen(from);
    if (length >= size) return -ERANGE;
    memcpy(text, from, length + 1);
    return 0;
}

static int look_up(uint32_t user, size_t field, char *text, size_t size) {
    struct passwd entry, *found;
    char buffer[4096];
    int code = getpwuid_r(user, &entry, buffer, sizeof buffer, &found);
    if (code || !found) return code ? -code : -ENOENT;
    return copy(*(char **)((char *)&entry + field), text, size);
}

int system_user_name(uint32_t user, char *text, size_t size) {
    return look_up(user, offsetof(struct passwd, pw_name), text, size);
}

int system_user_home(uint32_t user, char *text, size_t size) {
    return look_up(user, offsetof(struct passwd, pw_dir), text, size);
}

int system_host_name(char *text, size_t size) {
    char name[256] = "";
    return gethostname(name, sizeof name - 1) < 0 ? -errno : copy(name, text, size);
}

const char *system_environment(size_t index) {
    for (size_t i = 0; environ && environ[i]; i++)
        if (i == index) return environ[i];
    return NULL;
}

int system_set_up_process(void) {
    // A closed standard stream would give its number to the next file or connection, and what is printed would
    // go there.
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", stream ? O_WRONLY : O_RDONLY) != stream) return -errno;
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    // A limit on file sizes is an error of the write, not the end of us.
    signal(SIGXFSZ, SIG_IGN);
    // The resolver's own patience, 10 s for a dead name server, would hold up a whole thread of requests.
    setenv("RES_OPTIONS", "timeout:1 attempts:1", 0);
    // Libraries would write the keys of our connections to a file, take a password from the environment, load code.
    static const char *const others[] = { "SSLKEYLOGFILE", "MYSQL_PWD", "LIBMYSQL_PLUGINS",
                                          "LIBMYSQL_PLUGIN_DIR", "MARIADB_PLUGIN_DIR" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) unsetenv(others[i]);
    struct rlimit none = { 0, 0 };
    if (setrlimit(RLIMIT_CORE, &none) < 0) return -errno;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}
