/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* EXR files of our own: places, parts, attributes and channels come back as they were written; which channel is
 * taken for depth or for the picture among the names that renderers give; and what lies outside the window. */

#include "core/size.h"
#include "media/exr.h"
#include "media/exr_depth.h"
#include "media/frame_internal.h"
#include "media/map_reader.h"
#include "media/overscan.h"
#include "media_test.h"

enum { W = 23, H = 19, MOST = 8 };

static zd_image *image;

/* The value of a channel at a place of the display window. */
static float value_at(int channel, int x, int y)
{
    return (float) channel * 10.0f + 0.25f * (float) x + 0.125f * (float) y;
}

/* A view of one channel whose corner lies at (x, y). */
static zd_view plane(int channel, int x, int y, int width, int height, zd_image **out)
{
    zd_view view = new_picture(width, height, 1, out);
    for (int v = 0; v < height; v++) {
        for (int u = 0; u < width; u++) {
            zd_view_row_f32(view, v)[u] = value_at(channel, x + u, y + v);
        }
    }
    return view;
}

/* Parts of channels: "Z", "R G B", or parts of names "part:Z A;other:R". */
static void write_names(const char *path, const char *names)
{
    static char texts[MOST][64];
    static char part_names[4][32];
    static zd_exr_source sources[4][MOST];
    zd_exr_file files[4] = { 0 };
    zd_view view = plane(1, 0, 0, W, H, &image);
    char copy[256];
    char *next = NULL;
    int count = 0;
    int part = 0;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *p = strtok_r(copy, ";", &next); p != NULL; p = strtok_r(NULL, ";", &next), part++) {
        char *colon = strchr(p, ':');
        char *word_next = NULL;
        files[part].channels = sources[part];
        if (colon != NULL) {
            snprintf(part_names[part], sizeof part_names[part], "%.*s", (int) (colon - p), p);
            files[part].name = part_names[part];
        }
        for (char *w = strtok_r(colon != NULL ? colon + 1 : p, " ", &word_next); w != NULL;
             w = strtok_r(NULL, " ", &word_next))
        {
            snprintf(texts[count], sizeof texts[count], "%s", w);
            sources[part][files[part].channel_count++] =
                (zd_exr_source){ texts[count++], view, 0, false };
        }
        if (part > 0) {
            files[part - 1].next = &files[part];
        }
    }
    REQUIRE_OK(zd_exr_write(ctx, path, &files[0], &err));
    zd_image_unref(&image);
}

/* ---- depth by its name ---- */

static void depth_is_found_among_names(void)
{
    static const struct {
        const char *names;
        const char *wanted; /* asked for; NULL: the best */
        const char *found;  /* "part channel"; NULL: none */
        bool is_gray;
    } cases[] = {
        { "R G B Z", NULL, "0 Z", false },
        { "R G B depth", NULL, "0 depth", false },
        { "R G B", NULL, "0 R", true },
        { "R G", NULL, NULL, false },
        { "R", NULL, "0 R", false },
        { "Y", NULL, "0 Y", false },
        { "Y RY BY", NULL, NULL, false },
        { "Y RY", NULL, "0 Y", false },
        { "Y A", NULL, "0 Y", false },
        { "foo", NULL, "0 foo", false },
        { "foo bar", NULL, NULL, false },
        { "ViewLayer.Depth.Z ViewLayer.Combined.R", NULL, "0 ViewLayer.Depth.Z", false },
        { "Depth.V R G B", NULL, "0 Depth.V", false },
        { "depth.Q R G B", NULL, "0 R", true },
        { "depths.V R G B", NULL, "0 R", true },
        { "my.Z R G B", NULL, "0 my.Z", false },
        { "N.X N.Y N.Z R G B", NULL, "0 R", true },
        { "X Y Z", NULL, "0 Y", false },
        { "P.X Q.Z R G B", NULL, "0 Q.Z", false },
        { "a.Z depth.Z", NULL, "0 depth.Z", false },
        { "depth.Z Z", NULL, "0 Z", false },
        { "Y my.Z", NULL, "0 my.Z", false },
        { "rgb:R G B;depth:R", NULL, "1 R", false },
        { "rgb:R G B;MyDepthPass:Y", NULL, "1 Y", false },
        { "rgb:R G B;other:R", NULL, "0 R", true },
        { "a:foo;b:bar", NULL, NULL, false },
        { "a:Z;b:Z", NULL, "0 Z", false },
        { "a:Z;" ZD_EXR_SEEN ":Z", NULL, "1 Z", false },
        { "R G B Z A", "A", "0 A", false },
        { "R G B z Z", "z", "0 z", false },
        { "R G B Zed", "zED", "0 Zed", false },
        { "R G B", "Z", NULL, false },
        { "a:Z;b:Z", "b.Z", "1 Z", false },
        { "a:Z;b:Z", "B.z", "1 Z", false },
        { "a:Z;b:Z", "c.Z", NULL, false },
        { "R G B", "R", "0 R", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_exr *exr = NULL;
        zd_exr_depth depth = { -1, -1, false };
        char found[80];
        write_names(in_scratch("names.exr"), cases[i].names);
        REQUIRE_OK(zd_exr_open(ctx, in_scratch("names.exr"), &exr, &err));
        bool is_found = zd_exr_find_depth(exr, cases[i].wanted, &depth);
        if (is_found) {
            snprintf(found, sizeof found, "%d %s", depth.part,
                     zd_exr_channel(exr, depth.part, depth.channel).name);
        }
        if (is_found != (cases[i].found != NULL) ||
            (is_found &&
             (strcmp(found, cases[i].found) != 0 || depth.is_gray_rgb != cases[i].is_gray)))
        {
            ZD_TEST_FAIL("'%s' asked for '%s': found %s", cases[i].names,
                         cases[i].wanted != NULL ? cases[i].wanted : "", is_found ? found : "none");
        }
        zd_exr_close(&exr);
    }
}

/* ---- pictures by their names ---- */

static void pictures_are_found_among_names(void)
{
    static const struct {
        const char *names;
        const char *layer;
        const char *format; /* NULL: refused */
    } cases[] = {
        { "R G B", NULL, "gbrpf32le" },    { "R G B A", NULL, "gbrapf32le" },
        { "Y", NULL, "grayf32le" },        { "Y A", NULL, "gbrapf32le" },
        { "Z", NULL, "grayf32le" },        { "Z A", NULL, NULL },
        { "Y RY BY", NULL, NULL },         { "R G", NULL, NULL },
        { "a.R a.G a.B", NULL, NULL },     { "a.R a.G a.B a.A R G B", "a", "gbrapf32le" },
        { "a.Y R G B", "a", "grayf32le" }, { "a R G B", "a", "grayf32le" },
        { "a.R R G B", "a", NULL },        { "R G B", "", "gbrpf32le" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_reader *reader = NULL;
        zd_reader_params params = { .layer = cases[i].layer };
        write_names(in_scratch("picture.exr"), cases[i].names);
        zd_status status = zd_reader_open(ctx, in_scratch("picture.exr"), &params, &reader, &err);
        if (cases[i].format == NULL) {
            REQUIRE_INT(status, ZD_ERR_UNSUPPORTED);
        } else {
            REQUIRE_OK(status);
            REQUIRE_TEXT(zd_reader_info_get(reader)->pixel_format, cases[i].format);
            REQUIRE(zd_reader_info_get(reader)->colour.transfer == ZD_TRANSFER_LINEAR &&
                    zd_reader_info_get(reader)->is_float);
        }
        zd_reader_close(&reader);
    }
    write_names(in_scratch("picture.exr"), "a.R R G");
    zd_reader *reader = NULL;
    zd_reader_params params = { .layer = "a" };
    char said[700];
    snprintf(
        said, sizeof said,
        "'%s' has no channels R, G and B in layer a; choose a layer among its channels G, R, a.R",
        in_scratch("picture.exr"));
    REQUIRE_FAILS(zd_reader_open(ctx, in_scratch("picture.exr"), &params, &reader, &err),
                  ZD_ERR_UNSUPPORTED, said);
}

/* ---- written and read ---- */

static void check_header(zd_exr *exr)
{
    const char *text = NULL;
    double number = 0.0;
    REQUIRE(zd_exr_text(exr, 0, "kind", &text) && strcmp(text, "metres") == 0 &&
            !zd_exr_text(exr, 1, "kind", &text));
    REQUIRE(zd_exr_number(exr, 0, "far", &number) && number == 12.5 &&
            !zd_exr_number(exr, 0, "kind", &number) && !zd_exr_text(exr, 0, "far", &text));
    REQUIRE(zd_exr_channel_count(exr, 0) == 3 && zd_exr_channel(exr, 0, 0).is_half &&
            !zd_exr_channel(exr, 0, 1).is_half);
    REQUIRE(!zd_exr_channel(exr, 0, 0).is_uint && zd_exr_channel(exr, 0, 0).x_sampling == 1 &&
            zd_exr_channel(exr, 0, 0).y_sampling == 1);
    REQUIRE(zd_exr_find_channel(exr, 0, "Z") == 2 && zd_exr_find_channel(exr, 1, "R") == -1);
}

/* Where an attribute's value begins in a file: its name, its type, its length in four bytes (OpenEXR File Layout,
 * "Header attributes"); NULL: there is none. */
static const uint8_t *find_attribute(const uint8_t *file, size_t bytes, const char *name,
                                     const char *type, uint32_t length)
{
    size_t name_bytes = strlen(name) + 1;
    size_t type_bytes = strlen(type) + 1;
    for (size_t at = 0; at + name_bytes + type_bytes + 4 + length <= bytes; at++) {
        if (memcmp(file + at, name, name_bytes) == 0) {
            at += name_bytes;
            REQUIRE_BYTES(file + at, type, type_bytes);
            at += type_bytes;
            REQUIRE_INT(file[at], length);
            return file + at + 4;
        }
    }
    return NULL;
}

static void check_standard(const char *path, bool is_bt709, const zd_exr_standard *standard)
{
    /* ITU-R BT.709-6, 1.3 and 1.4: red, green, blue and white, x and y of each */
    static const float primaries[8] = { 0.64f, 0.33f, 0.3f, 0.6f, 0.15f, 0.06f, 0.3127f, 0.329f };
    static uint8_t file[65536];
    FILE *stream = fopen(path, "rb");
    REQUIRE(stream != NULL);
    size_t bytes = fread(file, 1, sizeof file, stream);
    fclose(stream);
    const uint8_t *found = find_attribute(file, bytes, "chromaticities", "chromaticities", 32);
    REQUIRE_INT(found != NULL, is_bt709);
    if (is_bt709) {
        REQUIRE_BYTES(found, primaries, sizeof primaries);
    }
    found = find_attribute(file, bytes, "worldToCamera", "m44f", 64);
    REQUIRE_BYTES(found, standard->world_to_camera, 64);
    found = find_attribute(file, bytes, "worldToNDC", "m44f", 64);
    REQUIRE_BYTES(found, standard->world_to_ndc, 64);
    found = find_attribute(file, bytes, "framesPerSecond", "rational", 8);
    REQUIRE_BYTES(found, standard->frame_rate, 8);
    found = find_attribute(file, bytes, "screenWindowCenter", "v2f", 8);
    REQUIRE_BYTES(found, standard->window_centre, 8);
    found = find_attribute(file, bytes, "screenWindowWidth", "float", 4);
    REQUIRE_BYTES(found, &standard->window_width, 4);
}

/* Matrices row by row, and the primaries only where they are told. */
static void the_standard_attributes_are_those_of_openexr(void)
{
    zd_image *drawn = NULL;
    zd_exr_source source = { "Z", plane(2, 0, 0, 7, 5, &drawn), 0, false };
    for (int is_bt709 = 0; is_bt709 <= 1; is_bt709++) {
        zd_exr_standard standard = { .is_bt709 = is_bt709 == 1,
                                     .window_centre = { 0.25f, -0.5f },
                                     .window_width = 1.5f,
                                     .frame_rate = { 24000, 1001 } };
        for (int i = 0; i < 16; i++) {
            standard.world_to_camera[i] = (float) i;
            standard.world_to_ndc[i] = (float) (100 - i);
        }
        zd_exr_file file = { .channels = &source, .channel_count = 1, .standard = &standard };
        const char *path = in_scratch("standard.exr");
        REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
        check_standard(path, is_bt709, &standard);
    }
    zd_image_unref(&drawn);
}

static void places_parts_and_attributes_come_back(void)
{
    zd_image *images[5] = { NULL };
    zd_exr_source first[3] = { { "R", plane(1, 3, -2, W, H, &images[0]), 0, false },
                               { "G", plane(2, 3, -2, W, H, &images[1]), 0, true },
                               { "Z", plane(3, 3, -2, W, H, &images[2]), 0, false } };
    zd_exr_source second[1] = { { "Z", plane(4, 0, 0, 7, 40, &images[3]), 0, false } };
    zd_exr_attribute attributes[2] = { { "kind", "metres", 0.0f }, { "far", NULL, 12.5f } };
    zd_exr_standard standard = { .window_centre = { 0.25f, -0.5f },
                                 .window_width = 1.5f,
                                 .frame_rate = { 24000, 1001 } };
    zd_exr_file other = { .channels = second, .channel_count = 1, .name = "other" };
    zd_exr_file file = { .channels = first,
                         .channel_count = 3,
                         .attributes = attributes,
                         .attribute_count = 2,
                         .pixel_aspect = 1.5f,
                         .place = { 3, -2 },
                         .display_width = 30,
                         .display_height = 40,
                         .standard = &standard,
                         .name = "main",
                         .next = &other };
    const char *path = in_scratch("own.exr");
    zd_exr *exr = NULL;
    int x;
    int y;
    int width;
    int height;
    REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
    REQUIRE_OK(zd_exr_open(ctx, path, &exr, &err));
    REQUIRE_INT(zd_exr_part_count(exr), 2);
    REQUIRE_TEXT(zd_exr_part_name(exr, 0), "main");
    REQUIRE_TEXT(zd_exr_part_name(exr, 1), "other");
    REQUIRE_TEXT(zd_exr_path(exr), path);
    REQUIRE(zd_exr_context(exr) == ctx && !zd_exr_is_dwa(exr, 0));
    for (int part = 0; part < 2; part++) {
        zd_exr_size(exr, part, &width, &height);
        REQUIRE(width == 30 && height == 40);
    }
    zd_exr_data_window(exr, 0, &x, &y, &width, &height);
    REQUIRE(x == 3 && y == -2 && width == W && height == H);
    zd_exr_data_size(exr, 1, &width, &height);
    REQUIRE(width == 7 && height == 40);
    REQUIRE_NEAR(zd_exr_pixel_aspect(exr, 0), 1.5, 0.0);
    REQUIRE_NEAR(zd_exr_pixel_aspect(exr, 1), 1.0, 0.0);
    check_header(exr);
    zd_exr_close(&exr);
    zd_exr_close(&exr);
    for (int i = 0; i < 5; i++) {
        zd_image_unref(&images[i]);
    }
}

/* Into views of any place; what the file has not is left or filled. */
static void windows_are_placed(void)
{
    zd_image *images[3] = { NULL };
    zd_exr_source source = { "Z", plane(2, 4, 3, W, H, &images[0]), 0, false };
    zd_exr_file file = { .channels = &source,
                         .channel_count = 1,
                         .place = { 4, 3 },
                         .display_width = 40,
                         .display_height = 30 };
    zd_exr *exr = NULL;
    zd_view whole = new_picture(40, 30, 1, &images[1]);
    zd_view two = new_picture(9, 8, 2, &images[2]);
    int64_t bad = 0;
    *zd_view_row_f32(zd_image_view(images[0]), 1) = NAN;
    zd_view_row_f32(zd_image_view(images[0]), 18)[22] = INFINITY;
    REQUIRE_OK(zd_exr_write(ctx, in_scratch("window.exr"), &file, &err));
    REQUIRE_OK(zd_exr_open(ctx, in_scratch("window.exr"), &exr, &err));
    zd_exr_wanted wanted = { 0, whole, 0 };
    REQUIRE_OK(zd_exr_read_one(exr, 0, &wanted, -7.0f, &err));
    for (int at = 0; at < 40 * 30; at++) {
        int x = at % 40;
        int y = at / 40;
        float found = zd_view_row_f32(whole, y)[x];
        bool inside = x >= 4 && x < 4 + W && y >= 3 && y < 3 + H;
        if (x == 4 && y == 4) {
            REQUIRE(isnan(found));
        } else if (x == 26 && y == 21) {
            REQUIRE(isinf(found));
        } else {
            REQUIRE(found == (inside ? value_at(2, x, y) : -7.0f));
        }
    }
    for (int y = 0; y < 8; y++) {
        for (int i = 0; i < 18; i++) {
            zd_view_row_f32(two, y)[i] = 99.0f;
        }
    }
    wanted = (zd_exr_wanted){ 0, two, 1 };
    REQUIRE_OK(zd_exr_read_window(exr, 0, (zd_exr_place){ 20, 17 }, &wanted, 1, &bad, &err));
    REQUIRE_INT(bad, 1);
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 9; x++) {
            bool inside = 20 + x < 4 + W && 17 + y < 3 + H;
            const float *p = zd_view_row_f32(two, y) + 2 * x;
            REQUIRE(p[0] == 99.0f);
            REQUIRE(20 + x == 26 && 17 + y == 21
                        ? isinf(p[1]) != 0
                        : p[1] == (inside ? value_at(2, 20 + x, 17 + y) : 0.0f));
        }
    }
    zd_exr_close(&exr);
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
}

/* The picture is the display window, and what is around it goes along. */
static void overscan_goes_along(void)
{
    zd_image *images[4] = { NULL };
    zd_exr_source sources[3];
    static const char *const names[3] = { "R", "G", "B" };
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    for (int c = 0; c < 3; c++) {
        sources[c] = (zd_exr_source){ names[c], plane(c, -4, -3, W, H, &images[c]), 0, true };
    }
    zd_exr_file file = { .channels = sources,
                         .channel_count = 3,
                         .place = { -4, -3 },
                         .display_width = 12,
                         .display_height = 20,
                         .pixel_aspect = 2.0f };
    REQUIRE_OK(zd_exr_write(ctx, in_scratch("over.exr"), &file, &err));
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("over.exr"), NULL, &reader, &err));
    REQUIRE(zd_reader_info_get(reader)->width == 12 && zd_reader_info_get(reader)->height == 20 &&
            zd_reader_info_get(reader)->is_half);
    REQUIRE(zd_reader_info_get(reader)->sample_aspect.numerator == 2 &&
            zd_reader_info_get(reader)->sample_aspect.denominator == 1);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    const zd_overscan *over = zd_overscan_of(frame->av);
    REQUIRE(over != NULL && over->x == -4 && over->y == -3 && over->whole->width == W &&
            over->whole->height == 23);
    static const int planes[3] = { 2, 0, 1 };
    for (int c = 0; c < 3; c++) {
        for (int y = -3; y < 20; y++) {
            const float *row =
                (const float *) (const void *) (over->whole->data[planes[c]] +
                                                (ptrdiff_t) (y + 3) *
                                                    over->whole->linesize[planes[c]]);
            const float *own =
                y >= 0 ? (const float *) (const void *) (frame->av->data[planes[c]] +
                                                         (ptrdiff_t) y *
                                                             frame->av->linesize[planes[c]])
                       : NULL;
            for (int x = -4; x < W - 4; x++) {
                float expected = y < 16 ? value_at(c, x, y) : 0.0f;
                REQUIRE(row[x + 4] == expected);
                REQUIRE(own == NULL || x < 0 || x >= 12 || own[x] == expected);
            }
        }
    }
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    for (int c = 0; c < 3; c++) {
        zd_image_unref(&images[c]);
    }
}

static void wrong_files_are_refused(void)
{
    zd_image *images[2] = { NULL };
    zd_view view = plane(1, 0, 0, 8, 6, &images[0]);
    zd_view other = plane(1, 0, 0, 8, 5, &images[1]);
    zd_exr_source many[65];
    char names[65][8];
    char said[700];
    const char *path = in_scratch("wrong.exr");
    for (int i = 0; i < 65; i++) {
        snprintf(names[i], sizeof names[i], "c%d", i);
        many[i] = (zd_exr_source){ names[i], view, 0, false };
    }
    zd_exr_file file = { .channels = many, .channel_count = 64 };
    REQUIRE_OK(zd_exr_write(ctx, path, &file, &err));
    REQUIRE(remove(path) == 0);
    snprintf(said, sizeof said, "'%s' needs 1 to 64 channels of one size with different names",
             path);
    for (int i = 0; i < 7; i++) {
        file.channel_count = i == 0 ? 65 : i == 1 ? 0 : 2;
        many[1] = (zd_exr_source){ i == 2   ? "c0"
                                   : i == 3 ? NULL
                                            : "c1",
                                   i == 4 ? other : view,
                                   i == 5   ? 1
                                   : i == 6 ? -1
                                            : 0,
                                   false };
        REQUIRE_FAILS(zd_exr_write(ctx, path, &file, &err), ZD_ERR_INVALID_ARGUMENT, said);
        REQUIRE(access(path, F_OK) != 0);
    }
    zd_image_unref(&images[0]);
    zd_image_unref(&images[1]);
}

/* ---- maps ---- */

static void maps_declare_themselves(void)
{
    static const int turns[3] = { 90, 180, 270 };
    zd_image *images[2] = { NULL };
    zd_view view = plane(2, 0, 0, W, H, &images[0]);
    zd_map_declared declared = {
        .has_kind = true, .kind = "metres", .has_range = true, .furthest = 30.0f, .nearest = 1.5f
    };
    const char *path = in_scratch("map.exr");
    REQUIRE_OK(zd_map_write_exr(ctx, path, view, &declared, &err));
    for (int turn = 0; turn < 6; turn++) {
        zd_map_reader *reader = NULL;
        int64_t time_us = 5;
        bool is_mirrored = turn >= 3;
        int degrees = turns[turn % 3];
        REQUIRE_OK(zd_map_reader_open(ctx, path, NULL, &reader, &err));
        const zd_map_info *info = zd_map_reader_info_get(reader);
        REQUIRE(info->kind == ZD_MEDIA_STILL && info->width == W && info->height == H &&
                info->is_float && info->bit_depth == 32);
        REQUIRE(info->declared.has_kind && strcmp(info->declared.kind, "metres") == 0 &&
                info->declared.has_range);
        REQUIRE(info->declared.furthest == 30.0f && info->declared.nearest == 1.5f);
        REQUIRE_TEXT(info->channel, "Z");
        if (degrees != 180) {
            zd_map_reader_turn(reader, degrees, is_mirrored);
            REQUIRE(info->width == H && info->height == W);
        }
        REQUIRE_OK(zd_map_reader_next(reader, &images[1], &time_us, &err));
        REQUIRE_INT(time_us, 0);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                int across = is_mirrored ? W - 1 - x : x;
                float found =
                    degrees == 90    ? zd_view_row_f32(zd_image_view(images[1]), across)[H - 1 - y]
                    : degrees == 270 ? zd_view_row_f32(zd_image_view(images[1]), W - 1 - across)[y]
                                     : zd_view_row_f32(zd_image_view(images[1]), y)[x];
                REQUIRE(found == value_at(2, x, y));
            }
        }
        zd_image_unref(&images[1]);
        REQUIRE_INT(zd_map_reader_next(reader, &images[1], NULL, &err), ZD_ERR_END);
        zd_map_reader_close(&reader);
    }
    zd_image_unref(&images[0]);
}

/* At each time the map before it, counted from the sequence's first. */
static void maps_are_shown_until_the_next(void)
{
    zd_image *found = NULL;
    zd_map_reader *reader = NULL;
    zd_map_params params = { .media = {
                                 .sequence_rate = { 25, 1 }, .first_frame = 1, .end_frame = 5 } };
    zd_map_declared none = { 0 };
    for (int i = 0; i < 6; i++) {
        zd_view view = plane(i, 0, 0, 5, 4, &image);
        REQUIRE_OK(zd_map_write_exr(ctx, in_scratch("m.%04d.exr", 100 + i), view, &none, &err));
        zd_image_unref(&image);
    }
    REQUIRE_OK(zd_map_reader_open(ctx, in_scratch("m.%%04d.exr"), &params, &reader, &err));
    REQUIRE(zd_map_reader_info_get(reader)->frame_count == 4 &&
            zd_map_reader_info_get(reader)->kind == ZD_MEDIA_SEQUENCE);
    REQUIRE(!zd_map_reader_info_get(reader)->declared.has_kind &&
            !zd_map_reader_info_get(reader)->declared.has_range);
    static const int times_us[] = { 0,      39000,  37000,  40000, 79999, 100000,
                                    119000, 120000, 500000, 10000, 90000 };
    static const int expected[] = {
        1, 2, 1, 2, 3, 3, 4, 4, 4, 1, 3
    }; /* two milliseconds are no difference */
    for (size_t i = 0; i < sizeof times_us / sizeof *times_us; i++) {
        REQUIRE_OK(zd_map_reader_at(reader, times_us[i], &found, &err));
        REQUIRE_NEAR(zd_view_row_f32(zd_image_view(found), 0)[0], value_at(expected[i], 0, 0), 0.0);
        zd_image_unref(&found);
    }
    REQUIRE_OK(zd_map_reader_at(reader, 120000, &found, &err));
    zd_image_unref(&found);
    REQUIRE(!zd_map_reader_is_held(reader, 157999) && zd_map_reader_is_held(reader, 158000));
    zd_map_reader_close(&reader);
    char said[700];
    params.media.end_frame = 7;
    snprintf(said, sizeof said, "frames 1 to 6 lie outside '%s', which has 6 frames",
             in_scratch("m.%%04d.exr"));
    REQUIRE_FAILS(zd_map_reader_open(ctx, in_scratch("m.%%04d.exr"), &params, &reader, &err),
                  ZD_ERR_INVALID_ARGUMENT, said);
}

int main(void)
{
    media_begin(1);
    RUN(depth_is_found_among_names);
    RUN(pictures_are_found_among_names);
    RUN(places_parts_and_attributes_come_back);
    RUN(the_standard_attributes_are_those_of_openexr);
    RUN(windows_are_placed);
    RUN(overscan_goes_along);
    RUN(wrong_files_are_refused);
    RUN(maps_declare_themselves);
    RUN(maps_are_shown_until_the_next);
    return media_end();
}
