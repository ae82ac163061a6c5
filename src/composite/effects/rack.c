/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A lens blur with a focus between two places. The way is that of smooth keys (core/keys.h). */

#include "composite/effects/rack.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/effects/lens_focus.h"

float zd_rack_way(const zd_rack *rack, double time_s)
{
    double passed = time_s - (double) rack->start;
    if (!(passed > 0.0)) {
        return 0.0f;
    }
    double t = fmin(rack->length > 0.0f ? passed / (double) rack->length : 1.0, 1.0);
    return (float) (t * t * (3.0 - 2.0 * t));
}

static float focus_of(const zd_rack *rack, const zd_effect_io *io)
{
    if (io->has_focus && rack->follow >= 0.5f) {
        return zd_float_clamp(io->focus, 0.0f, 1.0f);
    }
    float way = zd_rack_way(rack, io->time_s);
    float from = zd_lens_focus_around(io, rack->x, rack->y);
    float to = zd_lens_focus_around(io, rack->to_x, rack->to_y);
    return way < 1.0f ? from + way * (to - from) : to;
}

zd_status zd_rack_apply(zd_context *ctx, const zd_rack *rack, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_rack, rack, io, true, err));
    zd_lens_blur lens = { .focus = focus_of(rack, io),
                          .range = rack->range,
                          .radius = rack->radius,
                          .blades = rack->blades,
                          .turn = rack->turn,
                          .squeeze = rack->squeeze,
                          .bloom = rack->bloom,
                          .show = rack->show };
    return zd_lens_blur_apply(ctx, &lens, io, err);
}

static const zd_effect_field fields[] = {
    { .name = "x",
      .offset = offsetof(zd_rack, x),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.25f,
      .help = "where the focus is first, fraction of the width" },
    { .name = "y",
      .offset = offsetof(zd_rack, y),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.5f,
      .help = "fraction of the height" },
    { .name = "to_x",
      .offset = offsetof(zd_rack, to_x),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.75f,
      .help = "where it goes to, fraction of the width" },
    { .name = "to_y",
      .offset = offsetof(zd_rack, to_y),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.5f,
      .help = "fraction of the height" },
    { .name = "start",
      .offset = offsetof(zd_rack, start),
      .count = 1,
      .min = 0,
      .max = 36000,
      .initial = 1,
      .help = "when it leaves, seconds of the clip" },
    { .name = "length",
      .offset = offsetof(zd_rack, length),
      .count = 1,
      .min = 0,
      .max = 600,
      .initial = 1,
      .help = "seconds that it takes; 0 jumps" },
    { .name = "follow",
      .offset = offsetof(zd_rack, follow),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help =
          "1 follows what is at the first place when the shot begins, and at the second when the "
          "focus leaves; 0 looks at the places themselves" },
    { .name = "range",
      .offset = offsetof(zd_rack, range),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.1f,
      .help = "depth around the focus still sharp" },
    ZD_LENS_FIELDS(zd_rack),
};

ZD_EFFECT_DEFINE(rack, "zrack", ZD_EFFECT_LOOKS_AROUND,
                 "rack focus: the lens goes from what is here to what is there");
