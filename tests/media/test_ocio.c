/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Colour spaces of an OpenColorIO configuration of our own, whose transforms are worked out here by hand. */

#include "media/ocio.h"
#include "media_test.h"

static const char config_text[] =
    "ocio_profile_version: 2\n"
    "strictparsing: true\n"
    "roles: {scene_linear: light, default: light}\n"
    "file_rules:\n"
    "  - !<Rule> {name: Default, colorspace: default}\n"
    "displays:\n"
    "  desk:\n"
    "    - !<View> {name: plain, colorspace: light}\n"
    "    - !<View> {name: dim, colorspace: gains}\n"
    "colorspaces:\n"
    "  - !<ColorSpace> {name: light}\n"
    "  - !<ColorSpace>\n"
    "    name: gains\n"
    "    from_scene_reference: !<MatrixTransform> {matrix: [2, 0, 0.25, 0, 0, 3, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1]}\n"
    "  - !<ColorSpace>\n"
    "    name: lifted\n"
    "    from_scene_reference: !<MatrixTransform> {offset: [0, 0, 0.00001, 0]}\n"
    "  - !<ColorSpace>\n"
    "    name: bent\n"
    "    from_scene_reference: !<ExponentTransform> {value: [1, 1, 1.001, 1]}\n"
    "  - !<ColorSpace>\n"
    "    name: bent first\n"
    "    from_scene_reference: !<ExponentTransform> {value: [1.001, 1, 1, 1]}\n"
    "  - !<ColorSpace>\n"
    "    name: squares\n"
    "    from_scene_reference: !<ExponentTransform> {value: [2, 2, 2, 1]}\n";

static zd_ocio *open_ocio(void)
{
    zd_ocio *ocio = NULL;
    write_bytes(in_scratch("c.ocio"), config_text, sizeof config_text - 1);
    REQUIRE_OK(zd_ocio_open(ctx, in_scratch("c.ocio"), &ocio, &err));
    return ocio;
}

static zd_ocio_transform *to_space(zd_ocio *ocio, const char *name)
{
    zd_ocio_transform *transform = NULL;
    zd_ocio_way way = { .from = "light", .to = name };
    REQUIRE_OK(zd_ocio_transform_create(ocio, &way, &transform, &err));
    return transform;
}

/* More rows than are done at once, a part of a picture, with alpha and without. */
static void colours_are_those_of_the_formula(void)
{
    zd_ocio *ocio = open_ocio();
    zd_ocio_transform *gains = to_space(ocio, "gains");
    for (int channels = 3; channels <= 4; channels++) {
        zd_image *images[2] = { NULL };
        zd_view before = new_picture(13, 37, channels, &images[0]);
        zd_view after = new_picture(13, 37, channels, &images[1]);
        fill_noise(before, 7);
        fill_noise(after, 7);
        zd_ocio_transform_apply(gains, zd_view_crop(after, (zd_rect){ 2, 1, 12, 36 }));
        for (int y = 0; y < 37; y++) {
            for (int x = 0; x < 13; x++) {
                const float *a = zd_view_row_f32(before, y) + channels * x;
                const float *b = zd_view_row_f32(after, y) + channels * x;
                bool is_inside = x >= 2 && x < 12 && y >= 1 && y < 36;
                REQUIRE_NEAR(b[0], is_inside ? 2.0f * a[0] + 0.25f * a[2] : a[0], 1e-6);
                REQUIRE_NEAR(b[1], is_inside ? 3.0f * a[1] : a[1], 1e-6);
                REQUIRE_NEAR(b[2], is_inside ? 0.5f * a[2] : a[2], 1e-6);
                REQUIRE(channels == 3 || b[3] == a[3]);
            }
        }
        zd_image_unref(&images[0]);
        zd_image_unref(&images[1]);
    }
    zd_ocio_transform_destroy(&gains);
    zd_ocio_close(&ocio);
}

/* Black must stay black and twice the light be twice the value, in each channel. */
static void nearly_linear_is_not_linear(void)
{
    static const struct {
        const char *space;
        bool is_linear;
    } rows[] = { { "light", true }, { "gains", true },       { "lifted", false },
                 { "bent", false }, { "bent first", false }, { "squares", false } };
    zd_ocio *ocio = open_ocio();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        zd_ocio_transform *transform = to_space(ocio, rows[i].space);
        REQUIRE_INT(zd_ocio_transform_is_linear(transform), rows[i].is_linear);
        zd_ocio_transform_destroy(&transform);
    }
    zd_ocio_close(&ocio);
}

/* A text tells transforms apart that compute something else, and only those. */
static void transforms_are_told_apart(void)
{
    zd_ocio *ocio = open_ocio();
    zd_ocio_transform *gains = to_space(ocio, "gains");
    zd_ocio_transform *bent = to_space(ocio, "bent");
    zd_ocio_transform *shown = NULL;
    zd_ocio_way way = { .from = "light", .to = "desk", .view = "dim" };
    REQUIRE_OK(zd_ocio_transform_create(ocio, &way, &shown, &err));
    REQUIRE(strcmp(zd_ocio_transform_identity(gains), zd_ocio_transform_identity(bent)) != 0);
    REQUIRE_TEXT(zd_ocio_transform_identity(shown), zd_ocio_transform_identity(gains));
    zd_ocio_transform_destroy(&gains);
    zd_ocio_transform_destroy(&bent);
    zd_ocio_transform_destroy(&shown);
    zd_ocio_transform_destroy(&shown);
    zd_ocio_close(&ocio);
    zd_ocio_close(&ocio);
}

static void refuse(zd_ocio *ocio, zd_ocio_way way, const char *ending)
{
    zd_ocio_transform *transform = NULL;
    char said[600];
    snprintf(said, sizeof said, "'%s' has no %s", in_scratch("c.ocio"), ending);
    REQUIRE_FAILS(zd_ocio_transform_create(ocio, &way, &transform, &err), ZD_ERR_INVALID_ARGUMENT,
                  said);
    REQUIRE(transform == NULL);
}

static void names_are_looked_up_first(void)
{
    zd_ocio *ocio = open_ocio();
    refuse(ocio, (zd_ocio_way){ .from = "gain", .to = "light" },
           "colour space 'gain'; did you mean gains?");
    refuse(ocio, (zd_ocio_way){ .from = "light", .to = "zzzzzzzz" },
           "colour space 'zzzzzzzz'; it has light, gains, lifted, bent, bent first, squares");
    refuse(ocio, (zd_ocio_way){ .from = "light", .to = "gains", .view = "" },
           "display 'gains'; it has desk");
    refuse(ocio, (zd_ocio_way){ .from = "light", .to = "desk", .view = "qqqqq" },
           "view 'qqqqq' of the display desk; it has plain, dim");
    zd_ocio_close(&ocio);
}

static void what_is_no_configuration_is_refused(void)
{
    zd_ocio *ocio = NULL;
    char begin[600];
    write_bytes(in_scratch("no.ocio"), "ocio_profile_version: 2\ncolorspaces: 7\n", 38);
    REQUIRE_INT(zd_ocio_open(ctx, in_scratch("no.ocio"), &ocio, &err), ZD_ERR_CORRUPT);
    snprintf(begin, sizeof begin, "'%s' is no OpenColorIO configuration: ", in_scratch("no.ocio"));
    REQUIRE(strncmp(err.message, begin, strlen(begin)) == 0 && strlen(err.message) > strlen(begin));
    REQUIRE(ocio == NULL);
    REQUIRE_INT(zd_ocio_open(ctx, in_scratch("none.ocio"), &ocio, &err), ZD_ERR_IO);
    REQUIRE(ocio == NULL);
}

int main(void)
{
    media_begin(4);
    if (!zd_ocio_is_here()) {
        printf("skipped: this build has no OpenColorIO\n");
        media_end();
        return 77;
    }
    RUN(colours_are_those_of_the_formula);
    RUN(nearly_linear_is_not_linear);
    RUN(transforms_are_told_apart);
    RUN(names_are_looked_up_first);
    RUN(what_is_no_configuration_is_refused);
    return media_end();
}
