/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a scene takes from EXR files: which channels, in which order, and what the file says of its depth. */

#include <stdlib.h>
#include <unistd.h>

#include "core/file.h"
#include "media/exr.h"
#include "media/map_reader.h"
#include "scene_job/scene_job_files.h"
#include "zd_test.h"

enum { W = 5, H = 3, MOST = 6 };

static zd_error err;
static char folder[] = "/tmp/zd_scene_job_XXXXXX";
static char path[64];
static zd_context *ctx;
static zd_scene_job_files *files;

static void begin(void)
{
    ctx = zd_test_context(1);
    snprintf(folder, sizeof folder, "%s", "/tmp/zd_scene_job_XXXXXX");
    REQUIRE(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/depth.exr", folder);
    REQUIRE_OK(zd_scene_job_files_create(ctx, NULL, &files, &err));
}

static void end(void)
{
    zd_scene_job_files_destroy(&files);
    REQUIRE_INT(unlink(path) | rmdir(folder), 0);
    zd_context_destroy(&ctx);
}

/* A file of flat channels, the first of 10, the next of 20, ... */
static void write_file(const char *const *names, const zd_exr_attribute *attributes, int count)
{
    zd_exr_source channels[MOST];
    zd_image *images[MOST];
    int n = 0;
    for (; n < MOST && names[n] != NULL; n++) {
        REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &images[n], &err));
        for (int i = 0; i < W * H; i++) {
            zd_view_row_f32(zd_image_view(images[n]), i / W)[i % W] = 10.0f * (float) (n + 1);
        }
        channels[n] = (zd_exr_source){ names[n], zd_image_view(images[n]), 0, false };
    }
    zd_exr_file file = {
        .channels = channels, .channel_count = n, .attributes = attributes, .attribute_count = count
    };
    REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
    for (int i = 0; i < n; i++) {
        zd_image_unref(&images[i]);
    }
}

static zd_status load(const char *channel, zd_scene_loaded *out)
{
    zd_scene_request request = {
        .path = path, .channel = channel, .as_data = true, .space = "", .colours = { "", "" }
    };
    *out = (zd_scene_loaded){ 0 };
    return zd_scene_job_files_load(files, &request, out, &err);
}

typedef struct choice {
    const char *names[MOST];
    const char *asked;
    const char *taken; /* "30": the third alone; "30 10 20": those as red, green and blue */
} choice;

static const choice choices[] = {
    { { "Z", "G", "R" }, "", "10" },
    { { "B", "G", "R", "Z" }, "", "40" },
    { { "a.Z", "b", "c" }, "", "10" },
    { { "a", "b", "far.Z" }, "", "30" },
    { { "a.Z", "b", "Z" }, "", "30" }, /* the file's own before a layer's */
    { { "anything" }, "", "10" },
    { { "B", "G", "R" }, "", "30 20 10" },
    { { "B", "G", "R" }, "G", "20" },
    { { "N.Z", "N.X", "N.Y" }, "N", "20 30 10" },
    { { "left.B", "left.G", "left.R", "left.Z" }, "left", "30 20 10" },
    { { "left.B", "left.G", "left.R", "left.Z" }, "left.Z", "40" },
    { { "d.low", "d.high", "Z" }, "d", "20 10 0" },
};

static void channels_are_chosen_by_their_names(void)
{
    begin();
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        char taken[64];
        zd_scene_loaded loaded;
        write_file(choices[i].names, NULL, 0);
        REQUIRE_OK(load(choices[i].asked, &loaded));
        zd_view view = zd_image_view(loaded.image);
        REQUIRE(loaded.is_float && !loaded.is_half && view.width == W && view.height == H);
        const float *last = zd_view_row_f32(view, H - 1) + (W - 1) * view.format.channels;
        int used = snprintf(taken, sizeof taken, "%g", (double) last[0]);
        for (int c = 1; c < view.format.channels; c++) {
            used += snprintf(taken + used, sizeof taken - (size_t) used, " %g", (double) last[c]);
        }
        REQUIRE_TEXT(taken, choices[i].taken);
        zd_image_unref(&loaded.image);
    }
    zd_scene_loaded loaded;
    char message[200];
    write_file((const char *const[]){ "B", "G", "R", NULL }, NULL, 0);
    snprintf(message, sizeof message, "'%s' has no channel 'deep'; it has B, G, R", path);
    REQUIRE_FAILS(load("deep", &loaded), ZD_ERR_INVALID_ARGUMENT, message);
    REQUIRE(loaded.image == NULL);
    end();
}

typedef struct words {
    const char *channel;
    zd_exr_attribute attributes[4];
    const char *declared;
    bool has_span;
    double near_px;
    double far_px;
} words;

#define KIND(kind, furthest, nearest)                                             \
    { ZD_EXR_DEPTH_KIND, kind, 0.0f }, { ZD_EXR_DEPTH_FURTHEST, NULL, furthest }, \
    {                                                                             \
        ZD_EXR_DEPTH_NEAREST, NULL, nearest                                       \
    }

static const words said[] = {
    { "Z", { { 0 } }, "", false, 0.0, 0.0 },
    { "Z", { KIND("relative", 0.25f, 1.75f) }, "relative, white near", true, 0.0, 0.0 },
    { "Z", { KIND("normalised", -2.0f, -1.0f) }, "normalised, white near", true, 0.0, 0.0 },
    { "Z", { KIND("relative", 1.75f, 0.25f) }, "relative, white near", false, 0.0, 0.0 },
    { "Z", { KIND("relative", 0.5f, 0.5f) }, "relative, white near", false, 0.0, 0.0 },
    { "Z", { { ZD_EXR_DEPTH_KIND, "relative", 0.0f } }, "relative, white near", false, 0.0, 0.0 },
    { "Z", { KIND("metres", 0.25f, 1.75f) }, "metres", false, 0.0, 0.0 },
    { "Y", { KIND("metres", 0.25f, 1.75f) }, "normalised, white near", false, 0.0, 0.0 },
    { "Y", { KIND("relative", 0.25f, 1.75f) }, "normalised, white near", false, 0.0, 0.0 },
    { "Z",
      { { "zdepth:depth", "planar,absolute", 0.0f },
        { "zdepth:near", NULL, 12.0f },
        { "zdepth:far", NULL, 512.0f } },
      "planar,absolute",
      false,
      12.0,
      512.0 },
    { "Z",
      { { "zdepth:depth", "planar,normalized", 0.0f } },
      "planar,normalized",
      false,
      0.0,
      0.0 },
    { "Z", { { "zdepth:near", NULL, 12.0f } }, "", false, 0.0, 0.0 },
    { "Z", { { "zdepth:far", NULL, 12.0f } }, "", false, 0.0, 0.0 },
};

static void a_depth_file_says_what_it_is(void)
{
    begin();
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        zd_scene_loaded loaded;
        int count = 0;
        while (count < 4 && said[i].attributes[count].name != NULL) {
            count++;
        }
        write_file((const char *const[]){ "Y", "Z", NULL }, said[i].attributes, count);
        REQUIRE_OK(load(said[i].channel, &loaded));
        REQUIRE_TEXT(loaded.declared, said[i].declared);
        REQUIRE(loaded.has_span == said[i].has_span);
        REQUIRE(!loaded.has_span ||
                ((double) loaded.span.furthest == (double) said[i].attributes[1].number &&
                 (double) loaded.span.nearest == (double) said[i].attributes[2].number));
        REQUIRE_NEAR(loaded.near_px, said[i].near_px, 0.0);
        REQUIRE_NEAR(loaded.far_px, said[i].far_px, 0.0);
        zd_image_unref(&loaded.image);
    }
    end();
}

int main(void)
{
    RUN(channels_are_chosen_by_their_names);
    RUN(a_depth_file_says_what_it_is);
    return zd_test_finish();
}
