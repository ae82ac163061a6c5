/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_GOLDEN_H
#define ZD_GOLDEN_H

/* Golden pictures: small PPM files beside the tests. A picture that differs by more than its
 * tolerance fails, and the pair and a map of the differences are written to the build folder as
 * NAME.failed.ppm: expected, actual, difference times 8, side by side.
 *
 * tools/update_goldens.sh writes them anew. */

#include "image/image.h"
#include "zd_test.h"

typedef struct zd_golden {
    int width;
    int height;
    unsigned char *rgb; /* malloc */
} zd_golden;

static inline const char *zd_golden_path(const char *folder_variable, const char *name,
                                         const char *ending)
{
    static char path[1024];
    const char *folder = getenv(folder_variable);
    (void) snprintf(path, sizeof path, "%s/%s%s", folder != NULL ? folder : ".", name, ending);
    return path;
}

static inline void zd_golden_write(const char *path, zd_golden picture)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    (void) fprintf(file, "P6\n%d %d\n255\n", picture.width, picture.height);
    (void) fwrite(picture.rgb, 3, (size_t) picture.width * (size_t) picture.height, file);
    REQUIRE(fclose(file) == 0);
}

static inline bool zd_golden_read(const char *path, zd_golden *out)
{
    FILE *file = fopen(path, "rb");
    bool good = file != NULL && fscanf(file, "P6 %d %d 255", &out->width, &out->height) == 2 &&
                fgetc(file) == '\n' && out->width > 0 && out->height > 0 && out->width < 4096 &&
                out->height < 4096;
    out->rgb = NULL;
    if (good) {
        size_t pixels = (size_t) out->width * (size_t) out->height;
        out->rgb = malloc(3 * pixels);
        good = out->rgb != NULL && fread(out->rgb, 3, pixels, file) == pixels;
    }
    if (file != NULL) {
        (void) fclose(file);
    }
    return good;
}

static inline void zd_golden_write_failure(const char *name, zd_golden a, zd_golden b)
{
    size_t row = 3 * (size_t) a.width;
    zd_golden all = { 3 * a.width, a.height, malloc(3 * row * (size_t) a.height) };
    REQUIRE(all.rgb != NULL);
    for (int y = 0; y < a.height; y++) {
        unsigned char *to = all.rgb + 3 * row * (size_t) y;
        memcpy(to, a.rgb + row * (size_t) y, row);
        memcpy(to + row, b.rgb + row * (size_t) y, row);
        for (size_t i = 0; i < row; i++) {
            int difference = 8 * abs(a.rgb[row * (size_t) y + i] - b.rgb[row * (size_t) y + i]);
            to[2 * row + i] = (unsigned char) (difference < 255 ? difference : 255);
        }
    }
    zd_golden_write(zd_golden_path("ZD_GOLDEN_OUT", name, ".failed.ppm"), all);
    free(all.rgb);
}

/** Compares a display-referred RGB or RGBA float picture with the golden of that name. `largest`
 *  is the most that one sample, `mean` the most that all on average may differ, in steps of 255. */
static inline void zd_golden_check(const char *name, zd_view view, int largest, double mean)
{
    zd_golden actual = { view.width, view.height, NULL };
    zd_golden expected;
    actual.rgb = malloc(3 * (size_t) view.width * (size_t) view.height);
    REQUIRE(actual.rgb != NULL);
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            for (int c = 0; c < 3; c++) {
                float v = zd_view_row_f32(view, y)[x * view.format.channels + c];
                v = v > 0.0f ? fminf(v, 1.0f) : 0.0f;
                actual.rgb[3 * (y * view.width + x) + c] = (unsigned char) (v * 255.0f + 0.5f);
            }
        }
    }
    if (getenv("ZD_UPDATE_GOLDENS") != NULL) {
        zd_golden_write(zd_golden_path("ZD_GOLDEN_DIR", name, ".ppm"), actual);
        free(actual.rgb);
        return;
    }
    REQUIRE(zd_golden_read(zd_golden_path("ZD_GOLDEN_DIR", name, ".ppm"), &expected));
    REQUIRE_INT(expected.width, actual.width);
    REQUIRE_INT(expected.height, actual.height);
    int worst = 0;
    double sum = 0.0;
    int count = 3 * actual.width * actual.height;
    for (int i = 0; i < count; i++) {
        int difference = abs(expected.rgb[i] - actual.rgb[i]);
        worst = difference > worst ? difference : worst;
        sum += difference;
    }
    bool good = worst <= largest && sum / count <= mean;
    if (!good) {
        zd_golden_write_failure(name, expected, actual);
    }
    free(expected.rgb);
    free(actual.rgb);
    if (!good) {
        ZD_TEST_FAIL("%s differs by up to %d (allowed %d), %.3f on average (allowed %.3f)", name,
                     worst, largest, sum / count, mean);
    }
}

#endif
