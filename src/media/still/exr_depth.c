/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names are ranked; the best one of all parts is taken. Names as Blender (ViewLayer.Depth.Z,
 * Depth.V), Nuke (depth.Z), Arnold, V-Ray and Redshift (Z) give them. */

#include "media/exr_depth.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "media/map_reader.h"

enum {
    RANK_NONE,
    RANK_GRAY_RGB,
    RANK_ONLY,
    RANK_Y,
    RANK_PART,
    RANK_Z_LAYER,
    RANK_LAYER,
    RANK_Z,
    RANK_SEEN
};

/* Whether a name between dots is among those of a name: "depth" in "ViewLayer.Depth.Z". */
static bool has_word(const char *name, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = name; at != NULL; at = strchr(at, '.')) {
        at += *at == '.';
        if (strncasecmp(at, word, length) == 0 && (at[length] == '\0' || at[length] == '.')) {
            return true;
        }
    }
    return false;
}

static const char *last_word(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? dot + 1 : name;
}

static bool is_any(const char *word, const char *const *words)
{
    while (*words != NULL && strcasecmp(word, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

/* "N.Z" beside "N.X" is a coordinate of a vector and no depth. */
static bool is_of_vector(const zd_exr *exr, int part, const char *name)
{
    size_t layer = (size_t) (last_word(name) - name);
    for (int i = 0; i < zd_exr_channel_count(exr, part); i++) {
        const char *other = zd_exr_channel(exr, part, i).name;
        if (strncmp(other, name, layer) == 0 && strcasecmp(other + layer, "X") == 0) {
            return true;
        }
    }
    return false;
}

static bool has_channels(const zd_exr *exr, int part, const char *a, const char *b)
{
    return zd_exr_find_channel(exr, part, a) >= 0 && zd_exr_find_channel(exr, part, b) >= 0;
}

static int rank_of(const zd_exr *exr, int part, int index)
{
    assert(index >= 0 && index < zd_exr_channel_count(exr, part));
    static const char *const values[] = { "Z", "V", "Y", "R", "depth", NULL };
    const char *name = zd_exr_channel(exr, part, index).name;
    const char *last = last_word(name);
    bool is_plain = last == name;
    bool is_z = strcasecmp(last, "Z") == 0 && !is_of_vector(exr, part, name);
    if (is_plain && is_z && strcmp(zd_exr_part_name(exr, part), ZD_EXR_SEEN) == 0) {
        return RANK_SEEN;
    }
    if (is_plain && (is_z || strcasecmp(name, "depth") == 0)) {
        return RANK_Z;
    }
    if (has_word(name, "depth") && is_any(last, values)) {
        return RANK_LAYER;
    }
    if (is_z) {
        return RANK_Z_LAYER;
    }
    if (strcasestr(zd_exr_part_name(exr, part), "depth") != NULL && is_any(last, values)) {
        return RANK_PART;
    }
    if (is_plain && strcmp(name, "Y") == 0 && !has_channels(exr, part, "RY", "BY")) {
        return RANK_Y;
    }
    if (zd_exr_channel_count(exr, part) == 1 && zd_exr_part_count(exr) == 1) {
        return RANK_ONLY;
    }
    return strcmp(name, "R") == 0 && has_channels(exr, part, "G", "B") ? RANK_GRAY_RGB : RANK_NONE;
}

/* How well a channel fits a name that was asked for: 0 not at all. */
static int fit_of(const zd_exr *exr, int part, const char *name, const char *wanted)
{
    char full[512];
    snprintf(full, sizeof full, "%s.%s", zd_exr_part_name(exr, part), name);
    return strcmp(name, wanted) == 0 || strcmp(full, wanted) == 0           ? 2
           : strcasecmp(name, wanted) == 0 || strcasecmp(full, wanted) == 0 ? 1
                                                                            : 0;
}

bool zd_exr_find_depth(const zd_exr *exr, const char *wanted, zd_exr_depth *out)
{
    int best = 0;
    for (int part = 0; part < zd_exr_part_count(exr); part++) {
        for (int i = 0; i < zd_exr_channel_count(exr, part); i++) {
            int rank = wanted != NULL ? fit_of(exr, part, zd_exr_channel(exr, part, i).name, wanted)
                                      : rank_of(exr, part, i);
            if (rank > best) {
                best = rank;
                *out = (zd_exr_depth){ part, i, wanted == NULL && rank == RANK_GRAY_RGB };
            }
        }
    }
    return best > 0;
}
