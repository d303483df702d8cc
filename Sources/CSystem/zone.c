#include "csystem.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Seconds east of UTC in the zone of TZ.
static int offset_at(int64_t moment) {
    time_t t = moment;
    struct tm local;
    return localtime_r(&t, &local) ? (int)local.tm_gmtoff : 0;
}

// The first second of the offset that holds at `after`; `before` is within a day of it and has another.
static int64_t change_between(int64_t before, int64_t after) {
    int offset = offset_at(after);
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        if (offset_at(middle) == offset) after = middle;
        else before = middle;
    }
    return after;
}

int system_zone_changes(const char *path, int64_t from, int64_t to, int *first, int64_t *moments, int *offsets,
                        int room) {
    const char *given = getenv("TZ");
    char *kept = given ? strdup(given) : NULL;
    if (given && !kept) return -ENOMEM;
    setenv("TZ", path, 1);
    tzset();
    int count = 0, offset = *first = offset_at(from);
    for (int64_t day = from; day < to && count < room; day += 86400) {
        if (offset_at(day + 86400) == offset) continue;
        moments[count] = change_between(day, day + 86400);
        offsets[count++] = offset = offset_at(day + 86400);
    }
    if (kept) setenv("TZ", kept, 1);
    else unsetenv("TZ");
    tzset();
    free(kept);
    return count;
}
