/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes a disk fail and a clock lie for one process, loaded with LD_PRELOAD by faults.py.
 *
 * WAYSIDE_FAULT_FOLDER  files below this folder lie on the failing disk
 * WAYSIDE_FAULT_PLAN    a file of lines "name number", read anew whenever it has been replaced:
 *     sync_eio N     the Nth fsync or fdatasync from now fails with EIO and syncs nothing
 *     sync_ms N      every one takes N milliseconds longer
 *     room N         the disk takes N more bytes, then says ENOSPC; what fits of a write is written
 *     creations N    the disk takes N more files and folders, then says ENOSPC
 *     rename_eio N   the Nth rename from now fails with EIO
 *     clock_s N      the wall clock is N seconds ahead; the monotonic clock is right
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define UNLIMITED LONG_MAX
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

struct plan {
    long sync_eio, sync_ms, room, creations, rename_eio, clock_s;
};

static const struct plan calm = {0, 0, UNLIMITED, UNLIMITED, 0, 0};
static struct plan plan;
static struct timespec read_at;
static ino_t read_from;
static int planned;
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;

static void parse(char *text) {
    struct { const char *name; long *value; } fields[] = {
        {"sync_eio", &plan.sync_eio}, {"sync_ms", &plan.sync_ms}, {"room", &plan.room},
        {"creations", &plan.creations}, {"rename_eio", &plan.rename_eio}, {"clock_s", &plan.clock_s},
    };
    char *rest = NULL;
    plan = calm;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char name[32];
        long value;
        if (sscanf(line, "%31s %ld", name, &value) != 2) continue;
        for (size_t at = 0; at < sizeof fields / sizeof *fields; at++)
            if (!strcmp(fields[at].name, name)) *fields[at].value = value;
    }
}

/* Takes over a plan that was replaced; the caller holds the door. System calls are made directly, past the shim. */
static void refresh(void) {
    const char *path = getenv("WAYSIDE_FAULT_PLAN");
    struct stat now;
    if (!planned) plan = calm, planned = 1;
    if (!path || syscall(SYS_newfstatat, AT_FDCWD, path, &now, 0) != 0) return;
    if (now.st_ino == read_from && now.st_mtim.tv_sec == read_at.tv_sec && now.st_mtim.tv_nsec == read_at.tv_nsec)
        return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    char text[1024];
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (length < 0) return;
    text[length] = 0;
    parse(text);
    read_at = now.st_mtim;
    read_from = now.st_ino;
}

static int path_is_ours(const char *path) {
    const char *folder = getenv("WAYSIDE_FAULT_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int is_ours(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path_is_ours(path);
}

/* One less of what is counted down; whether this was the one to fail. */
static int is_due(long *left) {
    return *left > 0 && --*left == 0;
}

static int sync_fault(int fd) {
    if (!is_ours(fd)) return 0;
    pthread_mutex_lock(&door);
    refresh();
    long sleep_ms = plan.sync_ms;
    int fails = is_due(&plan.sync_eio);
    pthread_mutex_unlock(&door);
    if (sleep_ms) usleep((useconds_t)(sleep_ms * 1000));
    if (fails) errno = EIO;
    return fails;
}

int fsync(int fd) {
    return sync_fault(fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    return sync_fault(fd) ? -1 : REAL(fdatasync)(fd);
}

/* How many of `count` bytes written at `offset` the disk takes; -1 with ENOSPC where it takes none. */
static ssize_t room_for(int fd, size_t count, off_t offset) {
    struct stat file;
    if (!is_ours(fd) || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return (ssize_t)count;
    off_t grows = offset + (off_t)count - file.st_size;
    ssize_t taken = (ssize_t)count;
    pthread_mutex_lock(&door);
    refresh();
    if (grows > 0 && plan.room != UNLIMITED) {
        off_t lacking = grows > plan.room ? grows - plan.room : 0;
        plan.room -= grows - lacking;
        taken -= lacking;
    }
    pthread_mutex_unlock(&door);
    if (taken > 0 || !count) return taken;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int fd, const void *data, size_t count) {
    off_t at = 0;
    if (is_ours(fd)) at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    ssize_t taken = at < 0 ? (ssize_t)count : room_for(fd, count, at);
    return taken < 0 ? -1 : REAL(write)(fd, data, (size_t)taken);
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) {
    ssize_t taken = room_for(fd, count, offset);
    return taken < 0 ? -1 : REAL(pwrite)(fd, data, (size_t)taken, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
    return pwrite(fd, data, count, offset);
}

int ftruncate(int fd, off_t length) {
    ssize_t taken = length > 0 ? room_for(fd, 1, length - 1) : 0;
    return taken < 0 ? -1 : REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return ftruncate(fd, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
    ssize_t taken = room_for(fd, (size_t)length, offset);
    return taken < length ? ENOSPC : REAL(posix_fallocate)(fd, offset, length);
}

int posix_fallocate64(int fd, off64_t offset, off64_t length) {
    return posix_fallocate(fd, offset, length);
}

/* Copies inside the kernel would go past the plan; without them, programs read and write. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    if (!is_ours(to)) return REAL(sendfile64)(to, from, offset, count);
    errno = ENOSYS;
    return -1;
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t count, unsigned flags) {
    if (!is_ours(to)) return REAL(copy_file_range)(from, from_at, to, to_at, count, flags);
    errno = ENOSYS;
    return -1;
}

/* Whether the disk takes one more name. */
static int may_create(const char *path) {
    if (!path_is_ours(path) || faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return 1;
    pthread_mutex_lock(&door);
    refresh();
    int may = plan.creations > 0;
    if (may && plan.creations != UNLIMITED) plan.creations--;
    pthread_mutex_unlock(&door);
    if (!may) errno = ENOSPC;
    return may;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return (flags & O_CREAT) && !may_create(path) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return (flags & O_CREAT) && !may_create(path) ? -1 : REAL(open64)(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    return may_create(path) ? REAL(mkdir)(path, mode) : -1;
}

static int rename_fault(const char *to) {
    if (!path_is_ours(to)) return 0;
    pthread_mutex_lock(&door);
    refresh();
    int fails = is_due(&plan.rename_eio);
    pthread_mutex_unlock(&door);
    if (fails) errno = EIO;
    return fails;
}

int rename(const char *from, const char *to) {
    return rename_fault(to) ? -1 : REAL(rename)(from, to);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to) {
    return rename_fault(to) ? -1 : REAL(renameat)(from_fd, from, to_fd, to);
}

static long clock_offset_s(void) {
    pthread_mutex_lock(&door);
    refresh();
    long offset = plan.clock_s;
    pthread_mutex_unlock(&door);
    return offset;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int status = REAL(clock_gettime)(clock, at);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += clock_offset_s();
    return status;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    int status = REAL(gettimeofday)(at, zone);
    if (status == 0) at->tv_sec += clock_offset_s();
    return status;
}

time_t time(time_t *out) {
    time_t now = REAL(time)(NULL) + clock_offset_s();
    if (out) *out = now;
    return now;
}
