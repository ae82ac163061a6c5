/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Building and picking textures, see library.h. */

#include "world/library.h"

#include <stdlib.h>
#include <string.h>

static void make_pattern(sy_texture *texture, sy_pattern pattern, sy_rng *rng)
{
    sy_texture_create(texture, SY_TEXTURE_SIZE);
    if (pattern == SY_PATTERN_LEAVES || pattern == SY_PATTERN_BLADES) {
        sy_pattern_make_cutout(texture, pattern, rng);
    } else if (pattern == SY_PATTERN_TEXT || pattern == SY_PATTERN_SPINES ||
               pattern == SY_PATTERN_LABEL)
    {
        sy_pattern_make_printed(texture, pattern, rng);
    } else {
        sy_pattern_make(texture, pattern, rng);
    }
    sy_texture_build_mips(texture);
}

void sy_library_create(sy_library *library, const char *photo_dir)
{
    memset(library, 0, sizeof *library);
    for (int p = 0; p < SY_PATTERN_COUNT; p++) {
        for (int v = 0; v < SY_LIBRARY_VARIANTS; v++) {
            sy_rng rng = sy_rng_make(1000 + (uint64_t) p, (uint64_t) v);
            make_pattern(&library->patterns[p][v], (sy_pattern) p, &rng);
        }
    }
    for (int i = 0; i < SY_LIBRARY_FACES; i++) {
        sy_rng rng = sy_rng_make(77, (uint64_t) i);
        sy_texture_create(&library->faces[i].texture, SY_TEXTURE_SIZE);
        sy_face_make(&library->faces[i], &rng);
        sy_texture_build_mips(&library->faces[i].texture);
    }
    if (photo_dir) {
        library->photo_count = sy_photos_load(photo_dir, &library->photos);
    }
}

void sy_library_destroy(sy_library *library)
{
    for (int p = 0; p < SY_PATTERN_COUNT; p++) {
        for (int v = 0; v < SY_LIBRARY_VARIANTS; v++) {
            sy_texture_destroy(&library->patterns[p][v]);
        }
    }
    for (int i = 0; i < SY_LIBRARY_FACES; i++) {
        sy_texture_destroy(&library->faces[i].texture);
    }
    for (int i = 0; i < library->photo_count; i++) {
        sy_texture_destroy(&library->photos[i]);
    }
    free(library->photos);
    memset(library, 0, sizeof *library);
}

const sy_texture *sy_library_pick(const sy_library *library, sy_pattern pattern, sy_rng *rng)
{
    return &library->patterns[pattern][sy_rng_int(rng, SY_LIBRARY_VARIANTS)];
}

const sy_texture *sy_library_photo(const sy_library *library, sy_rng *rng)
{
    return library->photo_count ? &library->photos[sy_rng_int(rng, library->photo_count)] : NULL;
}
