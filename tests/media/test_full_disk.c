/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The disk fills up in the header, in the middle and at the end of every kind of output: one clear
 * line, nothing left. A limit on the size of files stands in for the disk. */

#include <signal.h>
#include <sys/resource.h>

#include "media/exr.h"
#include "media_test.h"

enum { LEVELS = 20, WIDTH = 160, HEIGHT = 96, FRAMES = 6, PATIENCE_S = 60 };

static zd_status write_movie(const char *path)
{
    zd_reader_info like = footage(WIDTH, HEIGHT);
    zd_writer_params params = { .like = &like };
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 4, &image);
    zd_status status = zd_writer_open(ctx, path, &params, &writer, &err);
    for (int i = 0; i < FRAMES && status == ZD_OK; i++) {
        fill_noise(view, (unsigned long long) i);
        status = zd_writer_put_view(writer, view, i, 1, &err);
    }
    status = status == ZD_OK ? zd_writer_finish(&writer, &err) : status;
    zd_writer_abort(&writer);
    zd_image_unref(&image);
    return status;
}

static zd_status write_still(const char *path)
{
    zd_reader_info like = footage(WIDTH, HEIGHT);
    zd_writer_params params = { .like = &like };
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 4, &image);
    fill_noise(view, 1);
    zd_status status = zd_writer_open(ctx, path, &params, &writer, &err);
    status = status == ZD_OK ? zd_writer_put_view(writer, view, 0, 1, &err) : status;
    status = status == ZD_OK ? zd_writer_finish(&writer, &err) : status;
    zd_writer_abort(&writer);
    zd_image_unref(&image);
    return status;
}

static zd_status write_exr(const char *path)
{
    zd_image *image = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 1, &image);
    fill_noise(view, 3);
    zd_exr_source source = { .name = "Z", .view = view };
    zd_exr_file file = { .channels = &source, .channel_count = 1 };
    zd_status status = zd_exr_write(ctx, path, &file, &err);
    zd_image_unref(&image);
    return status;
}

static zd_status write_limited(zd_status (*write_output)(const char *), const char *path,
                               rlim_t limit)
{
    struct rlimit old;
    REQUIRE_INT(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit tight = { limit, old.rlim_max };
    fflush(NULL);
    alarm(PATIENCE_S); /* a deadlock ends the program, and so the test */
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &tight), 0);
    zd_status status = write_output(path);
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &old), 0);
    alarm(0);
    return status;
}

/* Levels from nothing to one byte less than all: the header, every chunk, the close. */
static void fill_up(const char *name, zd_status (*write_output)(const char *))
{
    struct stat whole;
    char wanted[600];
    char path[512];
    snprintf(path, sizeof path, "%s", in_scratch("%s", name));
    REQUIRE_INT(write_output(path), ZD_OK);
    REQUIRE_INT(stat(path, &whole), 0);
    REQUIRE_INT(remove(path), 0);
    snprintf(wanted, sizeof wanted, "cannot write '%s': File too large", path);
    for (int level = 0; level < LEVELS; level++) {
        rlim_t limit = level + 1 < LEVELS ? (rlim_t) (whole.st_size * level / (LEVELS - 1))
                                          : (rlim_t) whole.st_size - 1;
        REQUIRE_INT(write_limited(write_output, path, limit), ZD_ERR_IO);
        REQUIRE_TEXT(err.message, wanted);
        REQUIRE_INT(count_files(""), 0);
    }
    REQUIRE_INT(write_limited(write_output, path, (rlim_t) whole.st_size * 2), ZD_OK);
    REQUIRE_INT(remove(path), 0);
}

static void exr_fills_the_disk(void)
{
    fill_up("z.exr", write_exr);
}

static void exr_pictures_fill_the_disk(void)
{
    fill_up("picture.exr", write_still);
}

static void stills_fill_the_disk(void)
{
    fill_up("s.png", write_still);
    fill_up("s.tif", write_still);
    fill_up("s.jpg", write_still);
}

static void movies_fill_the_disk(void)
{
    fill_up("m.mkv", write_movie);
    fill_up("m.mp4", write_movie);
    fill_up("m.mov", write_movie);
    fill_up("m.webm", write_movie);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    media_begin(2);
    RUN(exr_fills_the_disk);
    RUN(exr_pictures_fill_the_disk);
    RUN(stills_fill_the_disk);
    RUN(movies_fill_the_disk);
    return media_end();
}
