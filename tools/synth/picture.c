/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A finished picture, copied out of the renderer. */

#include "clip.h"
#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

void sy_picture_free(sy_picture *picture)
{
    free(picture->rgb);
    free(picture->inv_depth);
    free(picture->alpha);
    memset(picture, 0, sizeof *picture);
}

sy_picture sy_picture_render(sy_build *b, sy_renderer *renderer, const sy_render_options *options)
{
    const sy_frame *f = sy_render(renderer, b->scene, options);
    size_t count = (size_t) f->width * (size_t) f->height;
    sy_picture p = { f->width, f->height, sy_alloc(count, 3), sy_alloc(count, sizeof(float)),
                     sy_alloc(count, sizeof(float)) };
    sy_post_develop(f, &b->post, p.rgb);
    memcpy(p.inv_depth, f->inv_depth, count * sizeof(float));
    memcpy(p.alpha, f->alpha, count * sizeof(float));
    return p;
}
