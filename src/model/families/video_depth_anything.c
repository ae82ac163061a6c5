/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Video Depth Anything (Chen et al. 2025): Depth Anything V2 with four temporal modules in its head.
 * A module is group normalisation, a projection, one transformer block that attends along time
 * twice, a projection back and the sum with what came in. Of each frame, all that no other frame
 * has a part in is held, so that a key frame of the next window is not encoded again. */

#include <assert.h>
#include <stdio.h>

#include "model/families/dpt.h"
#include "model/families/family.h"

enum { WORKING_SIDE = 518, TIME_HEADS = 8, NORM_GROUPS = 32 };

static bool recognises(const zd_weights *weights)
{
    return zd_weights_has(weights, "head.motion_modules.0.temporal_transformer.norm.weight");
}

/** The first two taps, which see no other frame, up to what fusions 1 and 2 add. */
static void write_held(const zd_dpt *shape, int i, zd_text *out)
{
    char from[32];
    zd_text_format(out, "grid feat%d feat%d.norm like=patch_embed\n", i, i);
    zd_dpt_write_project(shape, i, out);
    snprintf(from, sizeof from, "dpt.project%d", i);
    zd_dpt_write_resize(shape, i, from, out);
    snprintf(from, sizeof from, "dpt.resize%d", i);
    zd_dpt_write_layer(shape, i, from, out);
    zd_dpt_write_skip(shape, i + 1, ".made", out);
}

static void write_encoder(const zd_dpt *shape, zd_text *out)
{
    zd_dpt_write_encoder(shape, out);
    write_held(shape, 0, out);
    write_held(shape, 1, out);
    for (int i = 2; i < 4; i++) {
        zd_text_format(out, "grid feat%d feat%d.norm like=patch_embed\n", i, i);
        zd_dpt_write_project(shape, i, out);
    }
    zd_dpt_write_resize(shape, 3, "dpt.project3", out);
    zd_text_format(out, "hold r1.skip r1.skip.made\nhold r2.skip r2.skip.made\n"
                        "hold mm0.in dpt.project2\nhold mm1.in dpt.resize3\n");
}

/** The tensor names of a module's block, and its channels. */
typedef struct module {
    int index;
    int channels;
    char w[80];  /* of the module */
    char b[112]; /* of its block */
} module;

static module module_of(const zd_dpt *shape, int index)
{
    assert(index >= 0 && index < 4);
    module m = { .index = index,
                 .channels = index < 2 ? shape->stage_channels[2 + index] : shape->features };
    snprintf(m.w, sizeof m.w, "%s.motion_modules.%d.temporal_transformer", shape->head, index);
    snprintf(m.b, sizeof m.b, "%s.transformer_blocks.0", m.w);
    return m;
}

/** One attention up to queries, keys and values. */
static void write_ask(const module *m, int attention, const char *from, zd_text *out)
{
    int k = m->index;
    zd_text_format(out, "norm mm%d.a%d.norm %s eps=5 w=%s.norms.%d\n", k, attention, from, m->b,
                   attention);
    zd_text_format(out, "conv mm%d.a%d.qkv mm%d.a%d.norm k=1 o=%d bias=0", k, attention, k,
                   attention, 3 * m->channels);
    zd_text_format(out, " w=%s.attention_blocks.%d.to_qkv\n", m->b, attention);
}

static void write_start(const module *m, zd_text *out)
{
    char from[32];
    int k = m->index;
    zd_text_format(out, "groupnorm mm%d.groupnorm mm%d.in g=%d w=%s.norm\n", k, k, NORM_GROUPS,
                   m->w);
    zd_text_format(out, "shape mm%d.flat mm%d.groupnorm\n", k, k);
    zd_text_format(out, "conv mm%d.proj_in mm%d.flat k=1 o=%d w=%s.proj_in\n", k, k, m->channels,
                   m->w);
    snprintf(from, sizeof from, "mm%d.proj_in", k);
    write_ask(m, 0, from, out);
}

static void write_time(const module *m, int attention, zd_text *out)
{
    zd_text_format(out, "time mm%d.a%d.mix mm%d.a%d.qkv heads=%d", m->index, attention, m->index,
                   attention, TIME_HEADS);
    zd_text_format(out, " w=%s.attention_blocks.%d\n", m->b, attention);
}

/** An attention's projection and the sum with what it began with. */
static void write_answer(const module *m, int attention, const char *from, zd_text *out)
{
    int k = m->index;
    zd_text_format(out, "conv mm%d.a%d.out mm%d.a%d.mix k=1 o=%d", k, attention, k, attention,
                   m->channels);
    zd_text_format(out, " w=%s.attention_blocks.%d.to_out.0\n", m->b, attention);
    zd_text_format(out, "add mm%d.a%d.res %s mm%d.a%d.out\n", k, attention, from, k, attention);
}

static void write_middle(const module *m, zd_text *out)
{
    char from[32];
    snprintf(from, sizeof from, "mm%d.proj_in", m->index);
    write_answer(m, 0, from, out);
    snprintf(from, sizeof from, "mm%d.a0.res", m->index);
    write_ask(m, 1, from, out);
}

static void write_end(const module *m, zd_text *out)
{
    char from[32];
    int k = m->index;
    snprintf(from, sizeof from, "mm%d.a0.res", k);
    write_answer(m, 1, from, out);
    zd_text_format(out, "norm mm%d.ffnorm mm%d.a1.res eps=5 w=%s.ff_norm\n", k, k, m->b);
    zd_text_format(out, "conv mm%d.ffin mm%d.ffnorm k=1 o=%d w=%s.ff.net.0.proj\n", k, k,
                   8 * m->channels, m->b);
    zd_text_format(out, "geglu mm%d.geglu mm%d.ffin\n", k, k);
    zd_text_format(out, "conv mm%d.ff mm%d.geglu k=1 o=%d w=%s.ff.net.2\n", k, k, m->channels,
                   m->b);
    zd_text_format(out, "add mm%d.block mm%d.a1.res mm%d.ff\n", k, k, k);
    zd_text_format(out, "conv mm%d.proj_out mm%d.block k=1 o=%d w=%s.proj_out\n", k, k, m->channels,
                   m->w);
    zd_text_format(out, "shape mm%d.picture mm%d.proj_out like=mm%d.in\n", k, k, k);
    zd_text_format(out, "add mm%d.out mm%d.in mm%d.picture\n", k, k, k);
}

static void write_module(const zd_dpt *shape, int index, zd_text *out)
{
    module m = module_of(shape, index);
    write_start(&m, out);
    write_time(&m, 0, out);
    write_middle(&m, out);
    write_time(&m, 1, out);
    write_end(&m, out);
}

/** What a module on a fusion's result gives takes that result's name. */
static void write_refine_and_module(const zd_dpt *shape, int net, zd_text *out)
{
    int k = 6 - net;
    zd_dpt_write_refine(shape, net, ".pre", out);
    zd_text_format(out, "shape mm%d.in dpt.path%d.pre like=dpt.path%d.pre\n", k, net, net);
    write_module(shape, k, out);
    zd_text_format(out, "shape dpt.path%d mm%d.out like=mm%d.out\n", net, k, k);
}

static void write_list(const zd_dpt *shape, zd_text *out)
{
    write_encoder(shape, out);
    write_module(shape, 0, out);
    write_module(shape, 1, out);
    zd_dpt_write_layer(shape, 2, "mm0.out", out);
    zd_dpt_write_layer(shape, 3, "mm1.out", out);
    write_refine_and_module(shape, 4, out);
    zd_dpt_write_skip(shape, 3, "", out);
    write_refine_and_module(shape, 3, out);
    zd_dpt_write_refine(shape, 2, "", out);
    zd_dpt_write_refine(shape, 1, "", out);
    zd_dpt_write_full(shape, out);
    zd_dpt_write_last(shape, "output_conv2", "dpt.full", 1, out);
    zd_text_format(out, "output depth dpt.output_conv2.2 channel=0 act=relu\n");
}

static zd_status describe(const zd_weights *weights, const zd_family_request *request,
                          zd_family_facts *facts, zd_text *list, zd_error *err)
{
    zd_dpt shape = { .encoder = "pretrained", .head = "head" };
    ZD_TRY(zd_dpt_read(weights, request->heads, &shape, err));
    ZD_TRY(zd_dpt_usual_taps(&shape, err));
    write_list(&shape, list);
    *facts = (zd_family_facts){ .name = "video-depth-anything",
                                .encoder = zd_dpt_size(&shape),
                                .patch = shape.patch,
                                .default_short_side = WORKING_SIDE / shape.patch * shape.patch,
                                .kind = request->max_depth_m > 0.0f ? ZD_NETWORK_KIND_METRIC
                                                                    : ZD_NETWORK_KIND_RELATIVE,
                                .scale = ZD_NETWORK_SCALE_VIDEO,
                                .window = ZD_NETWORK_WINDOW };
    return ZD_OK;
}

const zd_family zd_family_video_depth_anything = { "video-depth-anything", recognises, describe };
