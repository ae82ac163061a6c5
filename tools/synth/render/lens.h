/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lens blur by gathering. */

#ifndef ZD_SYNTH_RENDER_LENS_H
#define ZD_SYNTH_RENDER_LENS_H

#include "render/render.h"

typedef struct sy_lens {
    float blur_px; /* blur radius of a point at infinity */
    float focus;   /* inverse depth in focus */
} sy_lens;

/** Blurs colour and alpha of a frame in place. */
void sy_lens_blur(const sy_frame *frame, const sy_lens *lens);

#endif
