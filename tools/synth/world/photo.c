/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Photographs as textures: every PNG, and with FFmpeg's libraries every JPEG, of a folder, in name
 * order. Each becomes a square texture that repeats by mirroring. */

#include "render/memory.h"
#include "render/png_io.h"
#include "world/library.h"
#include "world/photo_decode.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PHOTO_PATH = 1024 };

static bool ends_with(const char *name, const char *tail)
{
    size_t n = strlen(name), k = strlen(tail);
    return n > k && strcasecmp(name + n - k, tail) == 0;
}

static int wanted(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return ends_with(name, ".png") || ends_with(name, ".jpg") || ends_with(name, ".jpeg");
}

/* Box-filtered value of a rectangle of the photograph, gamma 2. */
static vec3 photo_box(const uint8_t *rgb, int width, int x0, int y0, int x1, int y1)
{
    float sum[3] = { 0 }, count = 0.0f;
    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            const uint8_t *p = rgb + 3 * ((size_t) y * (size_t) width + (size_t) x);
            for (int c = 0; c < 3; c++) {
                sum[c] += (float) p[c] * (float) p[c];
            }
            count += 65025.0f;
        }
    }
    return v3(sqrtf(sum[0] / count), sqrtf(sum[1] / count), sqrtf(sum[2] / count));
}

static void photo_texture(sy_texture *texture, const uint8_t *rgb, int width, int height)
{
    int n = SY_TEXTURE_SIZE;
    sy_texture_create(texture, n);
    texture->mirror = 1;
    for (int y = 0; y < n; y++) {
        int y0 = (n - 1 - y) * height / n, y1 = (n - y) * height / n;
        for (int x = 0; x < n; x++) {
            int x0 = x * width / n, x1 = (x + 1) * width / n;
            vec3 c = photo_box(rgb, width, x0, y0, x1 > x0 ? x1 : x0 + 1, y1 > y0 ? y1 : y0 + 1);
            sy_texture_set(texture, x, y, c, 1.0f);
        }
    }
    sy_texture_build_mips(texture);
}

int sy_photos_load(const char *dir, sy_texture **photos)
{
    struct dirent **entries;
    int found = scandir(dir, &entries, wanted, alphasort), count = 0;
    if (found < 0) {
        sy_die("cannot read the photo folder '%s': %s", dir, strerror(errno));
    }
    *photos = sy_alloc((size_t) found, sizeof **photos);
    for (int i = 0; i < found; i++) {
        char path[PHOTO_PATH];
        snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
        int width = 0, height = 0;
        uint8_t *rgb = ends_with(path, ".png") ? sy_png_read_rgb(path, &width, &height)
                                               : sy_photo_decode(path, &width, &height);
        if (rgb && width >= 64 && height >= 64) {
            photo_texture(&(*photos)[count++], rgb, width, height);
        }
        free(rgb);
        free(entries[i]);
    }
    free(entries);
    return count;
}
