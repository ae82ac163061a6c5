/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The textures all scenes draw from: procedural ones, made once from a fixed seed, and optionally
 * photographs from a folder. Read-only after creation, so threads share one. */

#ifndef ZD_SYNTH_WORLD_LIBRARY_H
#define ZD_SYNTH_WORLD_LIBRARY_H

#include "render/random.h"
#include "render/scene.h"

typedef enum sy_pattern {
    SY_PATTERN_NOISE,
    SY_PATTERN_PLASTER,
    SY_PATTERN_CONCRETE,
    SY_PATTERN_WOOD,
    SY_PATTERN_PLANKS,
    SY_PATTERN_BRICK,
    SY_PATTERN_TILES,
    SY_PATTERN_PAVING,
    SY_PATTERN_ASPHALT,
    SY_PATTERN_GRASS,
    SY_PATTERN_SOIL,
    SY_PATTERN_CARPET,
    SY_PATTERN_WEAVE,
    SY_PATTERN_STRIPES,
    SY_PATTERN_PLAID,
    SY_PATTERN_CHECKER,
    SY_PATTERN_DOTS,
    SY_PATTERN_WALLPAPER,
    SY_PATTERN_MARBLE,
    SY_PATTERN_TEXT,
    SY_PATTERN_SPINES,
    SY_PATTERN_LABEL,
    SY_PATTERN_BARK,
    SY_PATTERN_LEAVES, /* cut-out */
    SY_PATTERN_BLADES, /* cut-out */
    SY_PATTERN_HAIR,
    SY_PATTERN_CLOUDY,
    SY_PATTERN_COUNT
} sy_pattern;

enum { SY_LIBRARY_VARIANTS = 8, SY_LIBRARY_FACES = 40, SY_TEXTURE_SIZE = 256 };

typedef struct sy_face_texture {
    sy_texture texture;
    vec3 skin; /* linear, for neck and hands */
} sy_face_texture;

typedef struct sy_library {
    sy_texture patterns[SY_PATTERN_COUNT][SY_LIBRARY_VARIANTS];
    sy_face_texture faces[SY_LIBRARY_FACES];
    sy_texture *photos;
    int photo_count;
} sy_library;

/** Makes the library; photo_dir may be NULL. Unreadable files are passed over. */
void sy_library_create(sy_library *library, const char *photo_dir);
void sy_library_destroy(sy_library *library);

const sy_texture *sy_library_pick(const sy_library *library, sy_pattern pattern, sy_rng *rng);

/** A photograph, or NULL when there are none. */
const sy_texture *sy_library_photo(const sy_library *library, sy_rng *rng);

/* Makers, one file each. */
void sy_pattern_make(sy_texture *texture, sy_pattern pattern, sy_rng *rng);
void sy_pattern_make_printed(sy_texture *texture, sy_pattern pattern, sy_rng *rng);
void sy_pattern_make_cutout(sy_texture *texture, sy_pattern pattern, sy_rng *rng);
void sy_face_make(sy_face_texture *face, sy_rng *rng);
int sy_photos_load(const char *dir, sy_texture **photos);

#endif
