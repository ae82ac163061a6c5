/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Files and folders: what a path names, what is held, that a file appears whole, and whose parts of files are swept. */

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/os.h"
#include "core/part.h"
#include "core/text.h"
#include "zd_test.h"

/* What is in a held folder is reached by its name alone, and links in it lead nowhere. */
static void held_folders_are_what_they_were(void)
{
    char path[] = "/tmp/zdepth-held-XXXXXX";
    char text[200];
    zd_os_folder root;
    zd_os_folder inner;
    zd_os_facts facts;
    int file;
    REQUIRE(mkdtemp(path) != NULL);
    REQUIRE_INT(zd_os_folder_open(path, &root), 0);
    REQUIRE_INT(zd_os_folder_make_in(root, "inner"), 0);
    REQUIRE_INT(zd_os_folder_make_in(root, "inner"), 0);
    REQUIRE_INT(zd_os_folder_open_in(root, "inner", &inner), 0);
    REQUIRE(zd_os_is_absent(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts)));
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_CHANGE, &file, &facts), 0);
    REQUIRE_INT(zd_os_write_start(file, "abcdef", 6), 0);
    REQUIRE_INT(zd_os_write_start(file, "XY", 2), 0);
    REQUIRE_INT(zd_os_read_start(file, text, 6), 0);
    REQUIRE_BYTES(text, "XYcdef", 6);
    REQUIRE(zd_os_read_start(file, text, 7) != 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE_INT(facts.bytes, 6);
    int64_t before = facts.changed_ns;
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts), 0);
    REQUIRE_INT(zd_os_touch(file), 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE(facts.changed_ns >= before && facts.changed_ns > 1600000000 * ZD_OS_SECOND);
    /* A link to a file or folder is none of ours; another folder under the old name is not reached. */
    snprintf(text, sizeof text, "%s/inner/link", path);
    REQUIRE_INT(symlink("f", text), 0);
    REQUIRE(zd_os_folder_open_file(inner, "link", ZD_OS_READ, &file, &facts) != 0);
    REQUIRE(zd_os_folder_look_at(inner, "link", &facts) != 0);
    snprintf(text, sizeof text, "%s/way", path);
    REQUIRE_INT(symlink("inner", text), 0);
    zd_os_folder none;
    REQUIRE(zd_os_is_absent(zd_os_folder_open_in(root, "way", &none)) && none < 0);
    REQUIRE_INT(zd_os_folder_remove(root, "way"), 0);
    REQUIRE_INT(zd_os_folder_remove(inner, "link"), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE_INT(zd_os_folder_remove(inner, "f"), 0);
    zd_os_folder_close(inner);
    zd_os_folder_close(root);
    zd_os_folder_close(-1);
    snprintf(text, sizeof text, "%s/inner", path);
    REQUIRE(rmdir(text) == 0 && rmdir(path) == 0);
}

static void files_appear_whole(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char *text = NULL;
    size_t bytes = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    char *deep = zd_path_join(ctx, folder, "a/b");
    REQUIRE_OK(zd_file_make_folder(ctx, deep, &err));
    char *path = zd_path_join(ctx, deep, "note.txt");
    REQUIRE_OK(zd_file_write(ctx, path, "hello", 5, &err));
    REQUIRE_OK(zd_file_read_text(ctx, path, 100, &text, &bytes, &err));
    REQUIRE_TEXT(text, "hello");
    REQUIRE_INT(bytes, 5);
    zd_free(ctx, text);
    REQUIRE_INT(zd_file_read_text(ctx, path, 4, &text, &bytes, &err), ZD_ERR_LIMIT);
    REQUIRE_TEXT(zd_path_base(path), "note.txt");
    REQUIRE_TEXT(zd_path_extension(path), "txt");
    REQUIRE_TEXT(zd_path_extension("/a.b/c"), "");
    zd_free(ctx, path);
    zd_free(ctx, deep);
    zd_context_destroy(&ctx);
}

/* One process is as good as 48 with one number, which is what containers on one disk look like. */
static void parts_of_equal_processes_never_meet(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    zd_part parts[48];
    char folder[] = "/tmp/zd_core_XXXXXX";
    REQUIRE(mkdtemp(folder) != NULL);
    char *path = zd_path_join(ctx, folder, "out.%04d.mp4");
    for (int i = 0; i < 48; i++) {
        REQUIRE_OK(zd_part_create(ctx, path, &parts[i], &err));
        REQUIRE_OK(zd_part_write(&parts[i], path, &i, sizeof i, &err));
        REQUIRE(strstr(parts[i].path, "%") == NULL);
        REQUIRE(zd_part_is_name(zd_path_base(parts[i].path), "out.%04d.mp4"));
        REQUIRE_TEXT(zd_path_extension(parts[i].path), "mp4");
    }
    for (int i = 0; i < 48; i++) {
        int found = -1;
        int fd = open(parts[i].path, O_RDONLY);
        REQUIRE_INT(read(fd, &found, sizeof found), sizeof found);
        REQUIRE_INT(found, i); /* its own bytes, nobody else's */
        REQUIRE(zd_part_is_alive(fd));
        if (i > 0) {
            zd_part_discard(ctx, &parts[i]);
            REQUIRE(!zd_part_is_alive(fd));
        }
        close(fd);
    }
    REQUIRE_OK(zd_part_commit(ctx, &parts[0], path, true, &err));
    REQUIRE(zd_file_exists(path) && parts[0].path == NULL);
    REQUIRE_INT(unlink(path), 0);
    REQUIRE_INT(rmdir(folder), 0); /* nothing else is in it */
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

static void parts_are_known_by_their_names(void)
{
    REQUIRE(zd_part_is_name(".out.mp4.part0123456789abcdef.mp4", "out.mp4"));
    REQUIRE(zd_part_is_name(".out.mp4.part4711.mp4", "out.mp4")); /* an earlier version's */
    REQUIRE(zd_part_is_name(".a.part1.part0123456789abcdef", "a.part1"));
    REQUIRE(zd_part_is_name(".out.mp4.part0123456789abcdef.mp4", NULL));
    REQUIRE(!zd_part_is_name(".other.mp4.part0123456789abcdef.mp4", "out.mp4"));
    REQUIRE(!zd_part_is_name("out.mp4.part0123456789abcdef.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.partly.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.part0123456789abcde.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.part0123456789abcdef.mp4.bak", NULL));
    REQUIRE(!zd_part_is_name(".part0123456789abcdef", NULL));
}

/* As a killed process leaves it: there, and locked by nobody. */
static void leave_part(zd_context *ctx, const char *folder, const char *base, char name[300])
{
    zd_error err;
    zd_part part;
    char *path = zd_path_join(ctx, folder, base);
    REQUIRE_OK(zd_part_create(ctx, path, &part, &err));
    REQUIRE_OK(zd_part_write(&part, path, "half", 4, &err));
    snprintf(name, 300, "%s", part.path);
    close(part.fd);
    zd_free(ctx, part.path);
    zd_free(ctx, path);
}

static void count_part(void *user, const char *name, long long bytes)
{
    REQUIRE(zd_part_is_name(name, NULL));
    REQUIRE_INT(bytes, 4);
    ++*(int *) user;
}

static void only_abandoned_parts_of_the_output_are_swept(void)
{
    static const char *const left[] = { "out.mp4",     "out.mp4", "other.mp4",  "p.0001.exr",
                                        "p.12345.exr", "p.x.exr", "pp.0001.exr" };
    static const char *const foreign[] = { ".out.mp4.part4711.mp4",
                                           "out.mp4.part0123456789abcdef.mp4",
                                           ".out.mp4.part0123456789abcdef.mp4.bak" };
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    zd_part alive;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char names[7][300];
    char trap[300];
    char linked[300];
    int count = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    char *path = zd_path_join(ctx, folder, "out.mp4");
    char *pattern = zd_path_join(ctx, folder, "p.%04d.exr");
    for (int i = 0; i < 7; i++) {
        leave_part(ctx, folder, left[i], names[i]);
    }
    for (int i = 0; i < 3; i++) {
        char *other = zd_path_join(ctx, folder, foreign[i]);
        close(open(other, O_WRONLY | O_CREAT, 0600));
        zd_free(ctx, other);
    }
    snprintf(trap, sizeof trap, "%s/.out.mp4.part00000000000000aa.mp4", folder);
    REQUIRE_INT(mkdir(trap, 0700), 0);
    snprintf(linked, sizeof linked, "%s/.out.mp4.part00000000000000bb.mp4", folder);
    REQUIRE_INT(symlink(names[2], linked), 0);
    REQUIRE_OK(zd_part_create(ctx, path, &alive, &err));
    zd_part_visit_abandoned(ctx, folder, count_part, &count);
    REQUIRE_INT(count, 7);
    zd_part_sweep(ctx, path);
    REQUIRE(!zd_file_exists(names[0]) && !zd_file_exists(names[1]));
    REQUIRE(zd_file_exists(names[2]) && zd_file_exists(alive.path) && zd_file_is_folder(trap));
    zd_part_sweep(ctx, pattern);
    REQUIRE(!zd_file_exists(names[3]) && !zd_file_exists(names[4]));
    REQUIRE(zd_file_exists(names[5]) && zd_file_exists(names[6]) && zd_file_exists(linked));
    REQUIRE_OK(zd_part_commit(ctx, &alive, path, false, &err));
    count = 0;
    zd_part_visit_abandoned(ctx, folder, count_part, &count);
    REQUIRE_INT(count, 3);
    for (int i = 0; i < 3; i++) {
        char *other = zd_path_join(ctx, folder, foreign[i]);
        REQUIRE_INT(unlink(other), 0);
        zd_free(ctx, other);
    }
    REQUIRE_INT(unlink(linked) | unlink(path) | rmdir(trap), 0);
    REQUIRE_INT(unlink(names[2]) | unlink(names[5]) | unlink(names[6]), 0);
    REQUIRE_INT(rmdir(folder), 0);
    zd_free(ctx, pattern);
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

/* A few bytes reach the disk when the file is closed, so that is when a full one is noticed; a limit
 * on the size of files stands in for it. */
static void a_full_disk_is_named(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char wanted[200];
    struct rlimit old;
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE_INT(getrlimit(RLIMIT_FSIZE, &old), 0);
    char *path = zd_path_join(ctx, folder, "note.txt");
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit none = { 0, old.rlim_max };
    fflush(NULL);
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &none), 0);
    zd_status status = zd_file_write(ctx, path, "hello", 5, &err);
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    snprintf(wanted, sizeof wanted, "cannot write '%s': File too large", path);
    REQUIRE_INT(status, ZD_ERR_IO);
    REQUIRE_TEXT(err.message, wanted);
    REQUIRE_INT(rmdir(folder), 0); /* nothing is left in it */
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

/* What a path names, and that only a regular file is opened: a FIFO without a writer would wait. */
static void the_system_tells_files_apart(void)
{
    char folder[] = "/tmp/zd_core_XXXXXX";
    char path[64];
    const void *data = NULL;
    size_t bytes = 1;
    zd_os_kind kind;
    int code = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE_INT(zd_os_make_folder(folder), 0); /* it is there */
    REQUIRE_INT(zd_os_kind_of(folder, &code), ZD_OS_FOLDER);
    REQUIRE_INT(code, 0);
    snprintf(path, sizeof path, "%s/pipe", folder);
    REQUIRE_INT(zd_os_kind_of(path, &code), ZD_OS_NOTHING);
    REQUIRE_TEXT(zd_os_reason(code), "No such file or directory");
    REQUIRE_INT(mkfifo(path, 0600), 0);
    REQUIRE_INT(zd_os_map(path, &data, &bytes, &kind), 0);
    REQUIRE(kind == ZD_OS_FIFO && data == NULL && bytes == 0);
    zd_os_remove(path);
    REQUIRE_INT(zd_os_kind_of("/dev/null", NULL), ZD_OS_DEVICE);
    snprintf(path, sizeof path, "%s/new", folder);
    int file;
    bool is_there;
    REQUIRE_INT(zd_os_create_new(path, &file, &is_there), 0);
    REQUIRE_INT(zd_os_write(file, "0123", 4), 0);
    REQUIRE_INT(zd_os_close(file, true), 0);
    REQUIRE(zd_os_create_new(path, &file, &is_there) != 0 && is_there);
    REQUIRE_INT(zd_os_map(path, &data, &bytes, &kind), 0);
    REQUIRE_INT(bytes, 4);
    REQUIRE_BYTES(data, "0123", 4);
    zd_os_unmap(data, bytes);
    REQUIRE(zd_os_is_same(path, path) && !zd_os_is_same(path, folder));
    zd_os_remove(path);
    REQUIRE_INT(rmdir(folder), 0);
}

int main(void)
{
    RUN(the_system_tells_files_apart);
    RUN(held_folders_are_what_they_were);
    RUN(files_appear_whole);
    RUN(parts_of_equal_processes_never_meet);
    RUN(parts_are_known_by_their_names);
    RUN(only_abandoned_parts_of_the_output_are_swept);
    RUN(a_full_disk_is_named);
    return zd_test_finish();
}
