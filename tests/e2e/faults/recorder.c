/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes down all that a process does to the files below a folder, loaded with LD_PRELOAD by powercut.py, which
 * works out from it what a disk may hold after a power cut at any moment.
 *
 * WAYSIDE_RECORDED_FOLDER  the folder
 * WAYSIDE_RECORDING        the file, outside of it, that one record is appended to for each operation:
 *     struct head, then the path, then the bytes (of a write; of a rename, the new path); the offset of what is
 *     made, or given another mode, is its mode
 *
 * An operation is written down after it is done and before its caller goes on. Memory-mapped writes are not seen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { WRITE = 'w', TRUNCATE = 't', SYNC = 's', CREATE = 'c', FOLDER = 'm', RENAME = 'r', REMOVE = 'u', FAILED_SYNC = 'e', MODE = 'p' };

struct head {
    uint32_t kind, path_length;
    uint64_t offset, length;
};

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static int recording = -1;

static void note(uint32_t kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    const char *name = getenv("WAYSIDE_RECORDING");
    if (!name) return;
    if (recording < 0) {
        int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        recording = (int)syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, 500); /* where nobody looks for a free number */
        syscall(SYS_close, file);
    }
    struct head head = {kind, (uint32_t)strlen(path), offset, length};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)path, head.path_length}, {(void *)data, data ? length : 0}};
    if (syscall(SYS_writev, recording, parts, 3) < 0) abort();
}

static int path_is_ours(const char *path) {
    const char *folder = getenv("WAYSIDE_RECORDED_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

/* Finds the path of a descriptor; whether it lies below the folder. */
static int find(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path_is_ours(path);
}

static int exists(const char *path) {
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Leaves errno and the result as the real call made them. */
#define DONE(status) \
    do { \
        int code = errno; \
        pthread_mutex_unlock(&door); \
        errno = code; \
        return status; \
    } while (0)

ssize_t write(int fd, const void *data, size_t count) {
    char path[PATH_MAX];
    if (!find(fd, path)) return REAL(write)(fd, data, count);
    pthread_mutex_lock(&door);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    ssize_t written = REAL(write)(fd, data, count);
    if (written > 0) note(WRITE, path, (uint64_t)at, data, (uint64_t)written);
    DONE(written);
}

ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
    char path[PATH_MAX];
    if (!find(fd, path)) return REAL(pwrite64)(fd, data, count, offset);
    pthread_mutex_lock(&door);
    ssize_t written = REAL(pwrite64)(fd, data, count, offset);
    if (written > 0) note(WRITE, path, (uint64_t)offset, data, (uint64_t)written);
    DONE(written);
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) {
    return pwrite64(fd, data, count, offset);
}

int ftruncate64(int fd, off64_t length) {
    char path[PATH_MAX];
    if (!find(fd, path)) return REAL(ftruncate64)(fd, length);
    pthread_mutex_lock(&door);
    int status = REAL(ftruncate64)(fd, length);
    if (status == 0) note(TRUNCATE, path, (uint64_t)length, NULL, 0);
    DONE(status);
}

int ftruncate(int fd, off_t length) {
    return ftruncate64(fd, length);
}

static int synced(int fd, int (*sync)(int)) {
    char path[PATH_MAX];
    if (!find(fd, path)) return sync(fd);
    pthread_mutex_lock(&door);
    int status = sync(fd);
    note(status == 0 ? SYNC : FAILED_SYNC, path, 0, NULL, 0);
    DONE(status);
}

int fsync(int fd) {
    return synced(fd, REAL(fsync));
}

int fdatasync(int fd) {
    return synced(fd, REAL(fdatasync));
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open64(const char *path, int flags, ...) {
    MODE_OF(flags)
    if (!path_is_ours(path) || !(flags & (O_CREAT | O_TRUNC))) return REAL(open64)(path, flags, mode);
    pthread_mutex_lock(&door);
    int there = exists(path);
    int fd = REAL(open64)(path, flags, mode);
    struct stat made;
    if (fd >= 0 && !there && fstat(fd, &made) == 0) note(CREATE, path, made.st_mode & 07777, NULL, 0);
    if (fd >= 0 && there && (flags & O_TRUNC)) note(TRUNCATE, path, 0, NULL, 0);
    DONE(fd);
}

int open(const char *path, int flags, ...) {
    MODE_OF(flags)
    return open64(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    if (!path_is_ours(path)) return REAL(mkdir)(path, mode);
    pthread_mutex_lock(&door);
    int status = REAL(mkdir)(path, mode);
    struct stat made;
    if (status == 0 && stat(path, &made) == 0) note(FOLDER, path, made.st_mode & 07777, NULL, 0);
    DONE(status);
}

int chmod(const char *path, mode_t mode) {
    if (!path_is_ours(path)) return REAL(chmod)(path, mode);
    pthread_mutex_lock(&door);
    int status = REAL(chmod)(path, mode);
    if (status == 0) note(MODE, path, mode & 07777, NULL, 0);
    DONE(status);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
    return folder == AT_FDCWD && !flags ? chmod(path, mode) : REAL(fchmodat)(folder, path, mode, flags);
}

int fchmod(int fd, mode_t mode) {
    char path[PATH_MAX];
    return find(fd, path) ? chmod(path, mode) : REAL(fchmod)(fd, mode);
}

int rename(const char *from, const char *to) {
    if (!path_is_ours(to)) return REAL(rename)(from, to);
    pthread_mutex_lock(&door);
    int status = REAL(rename)(from, to);
    if (status == 0) note(RENAME, from, 0, to, strlen(to));
    DONE(status);
}

int unlink(const char *path) {
    if (!path_is_ours(path)) return REAL(unlink)(path);
    pthread_mutex_lock(&door);
    int status = REAL(unlink)(path);
    if (status == 0) note(REMOVE, path, 0, NULL, 0);
    DONE(status);
}

int unlinkat(int folder, const char *name, int flags) {
    char path[PATH_MAX + NAME_MAX + 2];
    if (folder == AT_FDCWD || *name == '/') snprintf(path, sizeof path, "%s", name);
    else if (find(folder, path)) snprintf(path + strlen(path), NAME_MAX + 2, "/%s", name);
    else return REAL(unlinkat)(folder, name, flags);
    if (!path_is_ours(path)) return REAL(unlinkat)(folder, name, flags);
    pthread_mutex_lock(&door);
    int status = REAL(unlinkat)(folder, name, flags);
    if (status == 0) note(REMOVE, path, 0, NULL, 0);
    DONE(status);
}

int rmdir(const char *path) {
    if (!path_is_ours(path)) return REAL(rmdir)(path);
    pthread_mutex_lock(&door);
    int status = REAL(rmdir)(path);
    if (status == 0) note(REMOVE, path, 0, NULL, 0);
    DONE(status);
}

/* Copies inside the kernel would not be seen; without them, programs read and write. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    char path[PATH_MAX];
    if (!find(to, path)) return REAL(sendfile64)(to, from, offset, count);
    errno = ENOSYS;
    return -1;
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t count, unsigned flags) {
    char path[PATH_MAX];
    if (!find(to, path)) return REAL(copy_file_range)(from, from_at, to, to_at, count, flags);
    errno = ENOSYS;
    return -1;
}
