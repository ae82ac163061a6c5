/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Small scenes with known depth and alpha for tests. */

#ifndef ZD_SYNTH_FIXTURE_H
#define ZD_SYNTH_FIXTURE_H

#include "clip.h"

typedef struct sy_fixture_options {
    const char *name, *out;
    int width, height, frames; /* 0 = the fixture's own */
} sy_fixture_options;

/** Writes a fixture; ends the program when the name is unknown. */
void sy_fixture_write(const sy_fixture_options *options);

/* The scenes. subject false leaves the foreground out, which gives the clean background. */
typedef enum sy_fixture_still { SY_STILL_BLOCKS, SY_STILL_HAIR, SY_STILL_FUR } sy_fixture_still;

void sy_fixture_still_scene(sy_build *b, sy_fixture_still still, bool subject);
void sy_fixture_walkby_scene(sy_build *b, float t, float seconds);
void sy_fixture_shot_scene(sy_build *b, int shot, float seconds);

#endif
