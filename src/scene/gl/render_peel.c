/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Transparent surfaces that cross have no order of objects. They are peeled (Everitt, Interactive
 * Order-Independent Transparency, NVIDIA 2001) from the back: the farthest layer that lies before the
 * last one and before what hides is drawn and laid over the picture, until there is none. */

#include "scene/render_internal.h"

enum { MOST_LAYERS = 32 };

/* Whether a displaced or bent thing may cross itself. */
static bool is_flat(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    return r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE &&
           (draw->features & (ZD_GL_FIELD | ZD_GL_PLANES)) == 0;
}

/* Whether the second lies on both sides of the first's plane or the like: their boxes meet. */
static bool meet(const zd_scene_draw *a, const zd_scene_draw *b)
{
    for (int c = 0; c < 3; c++) {
        if (a->high[c] <= b->low[c] || b->high[c] <= a->low[c]) {
            return false;
        }
    }
    return true;
}

bool zd_scene_render_crosses(const zd_scene_renderer *r)
{
    for (int i = 0; i < r->draw_count; i++) {
        const zd_scene_draw *a = &r->draws[i];
        if (a->is_opaque) {
            continue;
        }
        for (int k = 0; k < i; k++) {
            const zd_scene_draw *b = &r->draws[k];
            if (!b->is_opaque && (!is_flat(r, a) || !is_flat(r, b) || meet(a, b))) {
                return true;
            }
        }
    }
    return false;
}

/* Draws all transparent fragments that lie before the last layer, the farthest of them on top; whether
 * there were any. */
static zd_status peel(zd_scene_renderer *r, int layer, const double shift[2],
                      zd_status (*draw)(zd_scene_renderer *r, const zd_scene_draw *draw,
                                        unsigned phase, const double shift[2], zd_error *err),
                      bool *any, zd_error *err)
{
    static const float none[4] = { 0 };
    static const float nearest = 2.0f;
    GLuint query = 0;
    GLuint count = 0;
    zd_status status = ZD_OK;
    zd_gl_target_select(&r->peels[layer % 2], true, false);
    glClearBufferfv(GL_COLOR, 0, none);
    glDepthMask(GL_TRUE);
    glClearBufferfv(GL_DEPTH, 0, &nearest);
    glDepthFunc(GL_LESS);
    glDisablei(GL_BLEND, 0);
    r->peeling = layer;
    glGenQueries(1, &query);
    glBeginQuery(GL_ANY_SAMPLES_PASSED, query);
    for (int i = 0; i < r->draw_count && status == ZD_OK; i++) {
        if (!r->draws[i].is_opaque) {
            status = draw(r, &r->draws[i], ZD_GL_BLEND | ZD_GL_PEEL, shift, err);
        }
    }
    glEndQuery(GL_ANY_SAMPLES_PASSED);
    glGetQueryObjectuiv(query, GL_QUERY_RESULT, &count);
    glDeleteQueries(1, &query);
    *any = count != 0;
    return status;
}

/* Lays a layer over the sample's colour. */
static zd_status lay(zd_scene_renderer *r, int layer, zd_error *err)
{
    GLuint program = 0;
    glBindVertexArray(r->screen_array);
    glDisable(GL_DEPTH_TEST);
    glEnablei(GL_BLEND, 0);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    zd_gl_target_select(&r->sample, true, false);
    ZD_TRY(zd_gl_program_use(&r->programs, ZD_GL_RESOLVE, &program, err));
    glBindTextureUnit(0, r->peels[layer % 2].textures[ZD_SCENE_TARGET_COLOUR]);
    glBindSampler(0, r->samplers[1]);
    glUniform1i(glGetUniformLocation(program, "u_sample0"), 0);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glEnable(GL_DEPTH_TEST);
    return ZD_OK;
}

zd_status zd_scene_render_peel(zd_scene_renderer *r, const double shift[2],
                               zd_status (*draw)(zd_scene_renderer *r, const zd_scene_draw *draw,
                                                 unsigned phase, const double shift[2],
                                                 zd_error *err),
                               zd_error *err)
{
    bool any = true;
    zd_status status = ZD_OK;
    for (int i = 0; i < 2; i++) {
        ZD_TRY(zd_gl_target_resize(&r->peels[i], r->sample.width, r->sample.height,
                                   1u << ZD_SCENE_TARGET_COLOUR, err));
    }
    for (int layer = 0; layer < MOST_LAYERS && any && status == ZD_OK; layer++) {
        status = peel(r, layer, shift, draw, &any, err);
        if (status == ZD_OK && any) {
            status = lay(r, layer, err);
        }
    }
    glDepthFunc(GL_GEQUAL);
    glDepthMask(GL_FALSE);
    glEnablei(GL_BLEND, 0);
    return status;
}
