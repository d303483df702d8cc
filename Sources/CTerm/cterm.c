#include "cterm.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "guard.h"

static SCREEN *screen;
static FILE *drawn, *no_input;  // what ncurses writes to, and reads nothing from
static int height, width, colours;
static int cursor_row = -1, cursor_column;
static const char *prefix;  // goes before the next frame

static struct { attr_t attributes; int pair; } styles[256];

/// What waits for the terminal: bytes[sent..<count].
static struct { uint8_t *bytes; size_t count, sent, capacity; } out;

/// Appends a terminfo string without its `$<2>` delays, which are for terminals on serial lines.
static void append(char *to, size_t capacity, const char *string) {
    size_t end = strlen(to);
    if (string == NULL || string == (char *)-1) return;
    while (*string && end + 1 < capacity) {
        const char *close = string[0] == '$' && string[1] == '<' ? strchr(string, '>') : NULL;
        if (close) string = close + 1;
        else to[end++] = *string++;
    }
    to[end] = 0;
}

static const char *capability(const char *name) {
    const char *string = tigetstr(name);
    return string == (char *)-1 ? NULL : string;
}

/// Bracketed paste is not in every entry of those that can it; plain old terminals are left alone.
static int can_bracket(const char *type) {
    return strncmp(type, "vt", 2) != 0 && strncmp(type, "linux", 5) != 0;
}

static int has_title;
static int reports_mouse;

static void set_restore(void) {
    char text[256] = "";
    if (has_title) append(text, sizeof text, "\033[23;2t");
    if (reports_mouse) append(text, sizeof text, "\033[?1006l\033[?1000l");
    if (prefix) append(text, sizeof text, "\033[?2004l");
    append(text, sizeof text, capability("sgr0"));
    append(text, sizeof text, capability("op"));
    const char *leave = capability("rmcup");
    if (leave) {
        append(text, sizeof text, leave);
    } else {
        append(text, sizeof text, tiparm(capability("cup"), height - 1, 0));
        append(text, sizeof text, "\r\n");
    }
    append(text, sizeof text, capability("cnorm"));
    guard_set_restore(text, strlen(text));
}

static int queue(const uint8_t *bytes, size_t count) {
    if (out.sent == out.count) out.sent = out.count = 0;
    if (out.count + count > out.capacity) {
        size_t capacity = (out.count + count) * 2;
        uint8_t *larger = realloc(out.bytes, capacity);
        if (larger == NULL) return 0;
        out.bytes = larger;
        out.capacity = capacity;
    }
    memcpy(out.bytes + out.count, bytes, count);
    out.count += count;
    return 1;
}

/// Moves what ncurses wrote into the queue, or drops it.
static size_t collect(int wanted) {
    int fd = fileno(drawn);
    off_t count = lseek(fd, 0, SEEK_CUR);
    lseek(fd, 0, SEEK_SET);
    if (!wanted || count <= 0) return 0;
    uint8_t *bytes = mmap(NULL, (size_t)count, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED) return 0;
    int kept = queue(bytes, (size_t)count);
    munmap(bytes, (size_t)count);
    return kept ? (size_t)count : 0;
}

static void ask_size(void) {
    struct winsize size;
    height = 24;
    width = 80;
    if (ioctl(guard_fd(), TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        // ncurses keeps three copies of the screen; nobody reads a terminal larger than this.
        height = size.ws_row < 500 ? size.ws_row : 500;
        width = size.ws_col < 1000 ? size.ws_col : 1000;
    }
}

static int fail(int reason) {
    int kept = errno;
    cterm_close();
    errno = kept;
    return reason;
}

int cterm_open(const char *path, const char *type, int wants_colour, int owns_process) {
    if (screen != NULL) return CTERM_BUSY;
    if (guard_open(path, owns_process) != 0) return fail(CTERM_NO_TERMINAL);
    // ncurses has to know that cells are Unicode whatever the user's locale says; what may be shown is decided
    // before cells come here.
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) return fail(CTERM_SYSTEM);
    int fd = memfd_create("frame", MFD_CLOEXEC);
    if (fd < 0) return fail(CTERM_SYSTEM);
    drawn = fdopen(fd, "r+");
    no_input = fopen("/dev/null", "re");
    if (drawn == NULL || no_input == NULL) return fail(CTERM_SYSTEM);
    // The size is ours to tell: LINES and COLUMNS of the environment must not win. With use_tioctl a type that
    // says no size of its own begins with 24 lines instead of failing.
    use_env(FALSE);
    use_tioctl(TRUE);
    screen = newterm(type, drawn, no_input);
    if (screen == NULL) return fail(CTERM_UNKNOWN_TYPE);
    if (capability("cup") == NULL) return fail(CTERM_POOR_TYPE);
    prefix = can_bracket(type) ? "\033[?2004h" : NULL;
    typeahead(-1);
    nonl();
    leaveok(stdscr, FALSE);
    if (wants_colour && start_color() == OK && COLORS >= 8) {
        use_default_colors();
        colours = tigetflag("RGB") > 0 && COLORS >= 1 << 24 ? 1 << 24
            : COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : 8;
    }
    ask_size();
    resize_term(height, width);
    // The first frame enters the screen as a return from suspension does, now that the size is right.
    endwin();
    collect(0);
    set_restore();
    guard_take();
    return CTERM_OK;
}

void cterm_close(void) {
    if (screen != NULL) {
        endwin();
        delscreen(screen);
    }
    // After this no handler touches the terminal any more.
    guard_close();
    if (drawn) fclose(drawn);
    if (no_input) fclose(no_input);
    free(out.bytes);
    memset(&out, 0, sizeof out);
    memset(styles, 0, sizeof styles);
    screen = NULL;
    drawn = no_input = NULL;
    colours = 0;
    has_title = 0;
    reports_mouse = 0;
    cursor_row = -1;
}

void cterm_title(void) {
    has_title = 1;
    set_restore();
}

void cterm_mouse(int is_on) {
    reports_mouse = is_on;
    set_restore();
}

void cterm_drain(int milliseconds) {
    uint8_t bytes[256];
    struct pollfd input = {.fd = guard_fd(), .events = POLLIN};
    if (screen == NULL || milliseconds <= 0) return;
    for (int reads = 0; reads < 16 && poll(&input, 1, milliseconds) > 0; reads++) {
        if (read(guard_fd(), bytes, sizeof bytes) <= 0) return;
        milliseconds = 20;
    }
}

int cterm_colours(void) { return colours; }
int cterm_rows(void) { return height; }
int cterm_columns(void) { return width; }

int cterm_measure(void) {
    int old_height = height, old_width = width;
    ask_size();
    if (height == old_height && width == old_width) return 0;
    resize_term(height, width);
    set_restore();
    cterm_redraw();
    return 1;
}

void cterm_style(int index, int foreground, int background, int attributes) {
    if (screen == NULL || index < 0 || index > 255) return;
    attr_t look = A_NORMAL;
    if (attributes & CTERM_BOLD) look |= A_BOLD;
    if (attributes & CTERM_REVERSE) look |= A_REVERSE;
    if (attributes & CTERM_UNDERLINE) look |= A_UNDERLINE;
    int pair = 0;
    if (colours > 0 && (foreground >= 0 || background >= 0)) pair = alloc_pair(foreground, background);
    // A refused pair would draw black on black; the terminal's own colours can always be read.
    styles[index].pair = pair > 0 ? pair : 0;
    styles[index].attributes = look;
}

void cterm_forget_styles(void) {
    if (screen == NULL) return;
    memset(styles, 0, sizeof styles);
    if (colours > 0) reset_color_pairs();
    cterm_redraw();
}

void cterm_row(int row, const uint32_t *scalars, const uint8_t *looks, int count) {
    if (screen == NULL || row < 0 || row >= height) return;
    static cchar_t cells[1024];
    if (count > width) count = width;
    int used = 0;
    for (int i = 0; i < count; i++) {
        int cell_width = i + 1 < count && scalars[i + 1] == 0 ? 2 : 1;
        wchar_t text[2] = {(wchar_t)scalars[i], 0};
        // What the C library and the frame measure differently would shift the rest of the row.
        if (scalars[i] == 0) text[0] = L' ';
        else if (wcwidth(text[0]) != cell_width) text[0] = L'?';
        int pair = styles[looks[i]].pair;
        setcchar(&cells[used++], text, styles[looks[i]].attributes, 0, &pair);
        if (cell_width == 2 && text[0] != L'?') i++;
    }
    mvadd_wchnstr(row, 0, cells, used);
}

void cterm_cursor(int row, int column) {
    cursor_row = row;
    cursor_column = column;
}

void cterm_redraw(void) {
    if (screen != NULL) clearok(curscr, TRUE);
}

int cterm_frame(void) {
    if (screen == NULL) return 0;
    if (isendwin() && prefix) queue((const uint8_t *)prefix, strlen(prefix));
    curs_set(cursor_row >= 0);
    move(cursor_row >= 0 ? cursor_row : 0, cursor_row >= 0 ? cursor_column : 0);
    leaveok(stdscr, cursor_row < 0);
    wnoutrefresh(stdscr);
    doupdate();
    return (int)collect(1);
}

int cterm_send(const uint8_t *bytes, int count) { return count >= 0 && queue(bytes, (size_t)count); }

int cterm_flush(void) {
    while (out.sent < out.count) {
        ssize_t n = write(guard_fd(), out.bytes + out.sent, out.count - out.sent);
        if (n > 0) out.sent += (size_t)n;
        else if (n < 0 && errno == EINTR) continue;
        else if (n < 0 && errno == EAGAIN) break;
        else return -1;
    }
    return (int)(out.count - out.sent);
}

int cterm_poll(int milliseconds, int waker) {
    short wanted = POLLIN;
    if (out.sent < out.count) wanted |= POLLOUT;
    struct pollfd p[3] = {
        {guard_fd(), wanted, 0}, {waker, POLLIN, 0}, {guard_signals_fd(), POLLIN, 0},
    };
    guard_trim_stderr();
    // EINTR is a signal that has just written to its pipe: the caller looks there next time round.
    if (poll(p, 3, milliseconds) < 0) return errno == EINTR ? CTERM_SIGNALLED : CTERM_GONE;
    int found = 0;
    if (p[0].revents & POLLIN) found |= CTERM_INPUT;
    if (p[0].revents & POLLOUT) found |= CTERM_OUTPUT;
    if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL)) found |= CTERM_GONE;
    if (p[1].revents & POLLIN) found |= CTERM_WOKEN;
    if (p[2].revents & POLLIN) found |= CTERM_SIGNALLED;
    return found;
}

int cterm_read(uint8_t *bytes, int capacity) {
    ssize_t n = read(guard_fd(), bytes, capacity > 0 ? (size_t)capacity : 0);
    if (n > 0) return (int)n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int cterm_signal(void) { return guard_next_signal(); }

void cterm_suspend(void) {
    endwin();
    collect(0);
    // Half a frame that still waits would be sent into the shell's prompt.
    out.sent = out.count = 0;
    guard_stop();
    cterm_retake();
}

void cterm_retake(void) {
    endwin();
    collect(0);
    guard_take();
    cterm_measure();
    cterm_redraw();
}

int cterm_locale_is_utf8(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (setlocale(LC_CTYPE, "") != NULL) {
        int is = strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
        setlocale(LC_CTYPE, "C.UTF-8");
        return is;
    }
    // ssh carries LANG to hosts that do not have that locale; the terminal at the other end has it.
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || *value == 0) continue;
        return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
    }
    return 0;
}

int cterm_waker_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
void cterm_waker_wake(int waker) { (void)!eventfd_write(waker, 1); }
void cterm_waker_clear(int waker) {
    eventfd_t value;
    (void)!eventfd_read(waker, &value);
}
void cterm_waker_close(int waker) { close(waker); }
