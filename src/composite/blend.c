/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The modes by number and by name, and one pixel of each. */

#include "composite/blend.h"

#include <assert.h>
#include <string.h>

#include "composite/blend_kernel.h"

static const char *const names[ZD_BLEND_COUNT] = { ZD_BLENDS(ZD_BLEND_WORD) };

const char *zd_blend_name(int blend)
{
    return blend >= 0 && blend < ZD_BLEND_COUNT ? names[blend] : NULL;
}

bool zd_blend_parse(const char *name, zd_blend *out)
{
    for (int i = 0; i < ZD_BLEND_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (zd_blend) i;
            return true;
        }
    }
    return false;
}

void zd_blend_pixel(zd_blend blend, const float source[4], const float backdrop[4], float out[4])
{
    assert(blend < ZD_BLEND_COUNT);
    zd_vec4 s = zd_vec4_load(source);
    zd_vec4 d = zd_vec4_load(backdrop);
    zd_vec4_store(out, zd_blend_kernel(blend, s, d));
}
