/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_OFX_PROGRAM_H
#define ZD_TEST_OFX_PROGRAM_H

/* The plug-in beside the program: pictures of the host as files, the program run on them, and what both made
 * compared, bit for bit. Arguments of a test: the plug-in, the program. */

#include "ofx_scene.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/exr.h"

extern char **environ;

static const char *program;
static char folder[] = "/tmp/zdepth-ofx-XXXXXX";
static char names[8][128];

static const char *in_folder(int index, const char *name)
{
    snprintf(names[index], sizeof names[index], "%s/%s", folder, name);
    return names[index];
}

static inline int run_program(const char *const *arguments)
{
    pid_t child;
    int status = -1;
    if (posix_spawn(&child, program, NULL, NULL, (char *const *) (uintptr_t) arguments, environ) !=
        0) {
        return -1;
    }
    waitpid(child, &status, 0);
    return status;
}

/* The host's picture, top row first. */
static inline zd_image *upright(zd_context *ctx, const mock_image *image)
{
    zd_image *out = NULL;
    zd_error err;
    REQUIRE_OK(zd_image_create(ctx, SCENE_WIDTH, SCENE_HEIGHT, ZD_RGBA_F32, &out, &err));
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        float *row = zd_view_row_f32(zd_image_view(out), SCENE_HEIGHT - 1 - y);
        for (int x = 0; x < SCENE_WIDTH; x++) {
            mock_image_get(image, x, y, row + 4 * (ptrdiff_t) x);
        }
    }
    return out;
}

static inline void write_exr(zd_context *ctx, const mock_image *image, const char *path,
                             const char *channels)
{
    static const char *const all[] = { "R", "G", "B", "A", "Z" };
    zd_error err;
    zd_exr_source sources[4];
    zd_image *picture = upright(ctx, image);
    int count = 0;
    for (int c = 0; c < 5; c++) {
        if (strchr(channels, all[c][0]) != NULL) {
            sources[count++] = (zd_exr_source){ .name = all[c],
                                                .view = zd_image_view(picture),
                                                .component = c < 4 ? c : 0 };
        }
    }
    zd_exr_file file = { .channels = sources, .channel_count = count };
    REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
    zd_image_unref(&picture);
}

static inline void compare_exr(zd_context *ctx, const mock_image *out, const char *path,
                               int channels)
{
    static const char *const all[] = { "R", "G", "B", "A" };
    zd_error err;
    zd_exr *exr = NULL;
    zd_image *read = NULL;
    zd_exr_wanted wanted[4];
    zd_image *picture = upright(ctx, out);
    REQUIRE_OK(zd_exr_open(ctx, path, &exr, &err));
    REQUIRE_OK(zd_image_create(ctx, SCENE_WIDTH, SCENE_HEIGHT, ZD_RGBA_F32, &read, &err));
    for (int c = 0; c < channels; c++) {
        wanted[c] = (zd_exr_wanted){ zd_exr_find_channel(exr, 0, all[c]), zd_image_view(read), c };
        REQUIRE(wanted[c].channel >= 0);
        REQUIRE(!zd_exr_channel(exr, 0, wanted[c].channel).is_half);
    }
    REQUIRE_OK(zd_exr_read(exr, 0, wanted, channels, NULL, &err));
    int differ = 0;
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        const float *a = zd_view_row_f32(zd_image_view(picture), y);
        const float *b = zd_view_row_f32(zd_image_view(read), y);
        for (int x = 0; x < SCENE_WIDTH; x++) {
            differ += memcmp(a + 4 * x, b + 4 * x, (size_t) channels * sizeof *a) != 0;
        }
    }
    if (differ != 0) {
        ZD_TEST_FAIL("%s: %d pixels differ from the program's", path, differ);
    }
    zd_exr_close(&exr);
    zd_image_unref(&read);
    zd_image_unref(&picture);
}

/* Footage in linear light, as EXR files have it and as Nuke hands it over. */
static inline void set_linear(ofx_effect effect)
{
    mock_set_int(effect, "transfer", 3);
}

static inline void open_folder(int argc, char **argv)
{
    static char cache[128];
    plugin_path = argc > 1 ? argv[1] : "";
    program = argc > 2 ? argv[2] : "";
    REQUIRE(mkdtemp(folder) != NULL);
    snprintf(cache, sizeof cache, "%s/cache", folder);
    setenv("ZD_CACHE", cache, 1);
}

static inline void close_folder(void)
{
    const char *const clean[] = { "/bin/rm", "-rf", folder, NULL };
    program = clean[0];
    REQUIRE_INT(run_program(clean), 0);
}

#endif
