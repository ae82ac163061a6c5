/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The slider of Depth In in hosts: moved from end to end in 100 steps, the matte changes on at least 60 of
 * them, on real pictures with the embedded network. Arguments: the plug-in. */

#include "ofx_scene.h"

#include <unistd.h>

#include "media/reader.h"

enum { LONG_SIDE = 448, STEPS = 100, NEEDED = 60 };

/* A picture or a movie's frame, averaged down, as a host's image. */
static mock_image *read_picture(const char *path, int64_t frame_index)
{
    zd_error err = { 0 };
    zd_context *ctx = zd_test_context(2);
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *small = NULL;
    zd_reader_params how = { .first_frame = frame_index, .end_frame = frame_index + 1 };
    if (zd_reader_open(ctx, path, frame_index > 0 ? &how : &(zd_reader_params){ 0 }, &reader,
                       &err) != ZD_OK)
    {
        zd_context_destroy(&ctx);
        ZD_TEST_FAIL("%s", err.message);
    }
    const zd_reader_info *info = zd_reader_info_get(reader);
    int longest = info->width > info->height ? info->width : info->height;
    double scale = longest > LONG_SIDE ? (double) LONG_SIDE / longest : 1.0;
    int width = (int) (info->width * scale);
    int height = (int) (info->height * scale);
    mock_image *out =
        mock_image_create((ofx_rect_i){ 0, 0, width, height }, ZD_SAMPLE_U8, 4, 0, false);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_RGB_F32, &small, &err));
    REQUIRE_OK(zd_frame_read_small(frame, zd_image_view(small), &err));
    for (int y = 0; y < height; y++) {
        const float *row = zd_view_row_f32(zd_image_view(small), height - 1 - y);
        for (int x = 0; x < width; x++) {
            const float rgba[4] = { row[3 * x], row[3 * x + 1], row[3 * x + 2], 1.0f };
            mock_image_put(out, x, y, rgba);
        }
    }
    zd_image_unref(&small);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_context_destroy(&ctx);
    return out;
}

static double display_end(rig *s, const char *name, const char *property)
{
    mock_prop *p = mock_props_find(&mock_param(s->effect, name)->props, property);
    REQUIRE(p != NULL);
    return p->numbers[0];
}

/* Moves the slider over its whole display range; returns on how many steps the matte changes. */
static int count_changes(mock_image *picture, const char *slider)
{
    rig s;
    rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_U8);
    mock_connect(s.effect, "Source", picture);
    mock_connect(s.effect, "Depth", NULL);
    mock_set_int(s.effect, "view", 4);
    mock_image *now = mock_image_create(picture->bounds, ZD_SAMPLE_U8, 4, 0, false);
    mock_image *before = mock_image_create(picture->bounds, ZD_SAMPLE_U8, 4, 0, false);
    double low = display_end(&s, slider, "OfxParamPropDisplayMin");
    double high = display_end(&s, slider, "OfxParamPropDisplayMax");
    int changes = 0;
    for (int step = 0; step <= STEPS; step++) {
        mock_set_number(s.effect, slider, low + (high - low) * step / STEPS);
        mock_image *swap = before;
        before = now;
        now = swap;
        REQUIRE_INT(rig_render_to(&s, now), OFX_OK);
        size_t bytes = (size_t) (now->bounds.x2 - now->bounds.x1) * 4;
        bool same = step > 0;
        for (int y = now->bounds.y1; same && y < now->bounds.y2; y++) {
            same = memcmp(mock_image_pixel(now, 0, y), mock_image_pixel(before, 0, y), bytes) == 0;
        }
        changes += step > 0 && !same;
    }
    mock_image_free(now);
    mock_image_free(before);
    rig_close(&s);
    return changes;
}

static void require_changes(const char *path, int64_t frame)
{
    mock_image *picture = read_picture(path, frame);
    int changes = count_changes(picture, "depth_in");
    printf("  %s, frame %lld: the matte changes on %d of %d steps\n", strrchr(path, '/') + 1,
           (long long) frame, changes, STEPS);
    REQUIRE(changes >= NEEDED);
    mock_image_free(picture);
}

static void need_network(const char *source)
{
    char model[4096];
    snprintf(model, sizeof model, "%s/models/zdepth-embedded.safetensors", source);
    if (access(model, R_OK) != 0) {
        SKIP("there is no embedded network");
    }
}

static void test_the_sample(void)
{
    char path[4096];
    const char *source = getenv("ZD_SOURCE") != NULL ? getenv("ZD_SOURCE") : ".";
    need_network(source);
    snprintf(path, sizeof path, "%s/assets/sample.mp4", source);
    require_changes(path, 0);
    require_changes(path, 60);
}

static void test_ten_pictures(void)
{
    static const char *const names[] = { "alexbg_bg_14",     "alexbg_bg_18", "bsds_107045",
                                         "bsds_118031",      "coco_000036",  "coco_000071",
                                         "da2_demo05",       "da2_demo09",   "diego_frame_00857",
                                         "diego_frame_02982" };
    char path[4096];
    const char *source = getenv("ZD_SOURCE") != NULL ? getenv("ZD_SOURCE") : ".";
    need_network(source);
    if (zd_test_shared() == NULL) {
        SKIP("../shared/data/photos is not there");
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/data/photos/%s.jpg", zd_test_shared(), names[i]);
        require_changes(path, 0);
    }
}

int main(int argc, char **argv)
{
    char cache[] = "/tmp/zdepth-ofx-XXXXXX";
    char command[100];
    plugin_path = argc > 1 ? argv[1] : "";
    setenv("ZD_CACHE", mkdtemp(cache), 1);
    RUN(load_plugin);
    RUN(test_the_sample);
    RUN(test_ten_pictures);
    snprintf(command, sizeof command, "rm -r %s", cache);
    return system(command) == 0 ? zd_test_finish() : 1;
}
