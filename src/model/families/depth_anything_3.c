/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth Anything 3 (Lin et al. 2025). Mono and Metric Large are Depth Anything's encoder with two
 * last layers, for depth and sky. Small and Base see any number of views; here one or two (of three and
 * more the published code first chooses which leads): from block 4 on the first token is the camera's,
 * queries and keys are normalised and turned by their place, every second block sees the tokens of all
 * views, and the head listens to pairs of blocks. All give depth, larger is farther, as an exponential. */

#include <stdio.h>

#include "core/size.h"
#include "model/families/dpt.h"
#include "model/families/family.h"

enum { WORKING_SIDE = 504, FOCAL_UNIT_PX = 300 };

static const char sky_layer[] = "model.head.scratch.sky_output_conv2.0.weight";
static const char camera_token[] = "model.backbone.pretrained.camera_token";

static bool recognises(const zd_weights *weights)
{
    return zd_weights_has(weights, sky_layer) || zd_weights_has(weights, camera_token);
}

/** Of a network that sees many views. */
typedef struct views {
    int start; /* the first block that differs; 0: there are none */
    int count; /* seen together */
} views;

/** How the blocks of a network that sees many views differ. */
static void write_attention(const zd_dpt *shape, int block, const views *v, zd_text *out)
{
    char from[32];
    bool is_special = v->start > 0 && block >= v->start;
    bool sees_views = is_special && block % 2 != 0 && v->count > 1;
    snprintf(from, sizeof from, "block%02d.qkv", block);
    if (is_special) {
        zd_text_format(out, "headnorm block%02d.headnorm %s heads=%d eps=5 w=%s.blocks.%d.attn\n",
                       block, from, shape->heads, shape->encoder, block);
        zd_text_format(out, "rope block%02d.rope block%02d.headnorm heads=%d like=patch_embed%s\n",
                       block, block, shape->heads, block % 2 != 0 ? " flat=1" : "");
        snprintf(from, sizeof from, "block%02d.rope", block);
    }
    zd_text_format(out, "%s block%02d.mix %s heads=%d\n", sees_views ? "views" : "attention", block,
                   from, shape->heads);
}

/** "featN": of one view alone, the tap through the last norm; of views, the block before, raw, and
 *  the tap through the norm, and both through the head's. */
static void write_tap(const zd_dpt *shape, int tap, int start, zd_text *out)
{
    int block = shape->taps[tap];
    const char *name = start > 0 ? "half" : "norm";
    zd_text_format(out, "norm feat%d.%s block%02d eps=5 w=%s.norm\n", tap, name, block,
                   shape->encoder);
    if (start > 0) {
        zd_text_format(out, "cat feat%d.both block%02d feat%d.half\n", tap, block - 1, tap);
        zd_text_format(out, "norm feat%d.norm feat%d.both eps=5 w=%s.norm\n", tap, tap,
                       shape->head);
    }
    zd_text_format(out, "grid feat%d feat%d.norm like=patch_embed\n", tap, tap);
}

static void write_encoder(const zd_dpt *shape, const views *v, zd_text *out)
{
    char from[16] = "tokens";
    int start = v->start;
    zd_dpt_write_tokens(shape, out);
    for (int block = 0; block < shape->blocks; block++) {
        if (start > 0 && block == start) {
            zd_text_format(out, "mark marked %s w=%s.camera_token\n", from, shape->encoder);
            snprintf(from, sizeof from, "marked");
        }
        zd_dpt_write_block_start(shape, block, from, out);
        write_attention(shape, block, v, out);
        zd_dpt_write_block_end(shape, block, from, out);
        snprintf(from, sizeof from, "block%02d", block);
    }
    for (int i = 0; i < 4; i++) {
        write_tap(shape, i, start, out);
    }
}

static void write_head(const zd_dpt *shape, int start, zd_text *out)
{
    for (int i = 0; i < 4; i++) {
        char from[32];
        snprintf(from, sizeof from, "dpt.project%d", i);
        zd_dpt_write_project(shape, i, out);
        if (start > 0) {
            zd_text_format(out, "place dpt.resize%d.in %s\n", i, from);
            snprintf(from, sizeof from, "dpt.resize%d.in", i);
        }
        zd_dpt_write_resize(shape, i, from, out);
        if (i != 2) {
            snprintf(from, sizeof from, "dpt.resize%d", i);
        }
        zd_dpt_write_layer(shape, i, from, out);
    }
    zd_dpt_write_fusions(shape, out);
    zd_dpt_write_full(shape, out);
}

/** Where the camera looks: its field of view, of the camera's token; of several views also where each
 *  stands and how it is turned, a quaternion (x, y, z, w), from the camera to the world. */
static void write_camera(const zd_dpt *shape, int count, zd_text *out)
{
    int both = 2 * shape->width;
    zd_text_format(out, "cat camera.both block%02d block%02d\n", shape->taps[3] - 1,
                   shape->taps[3]);
    zd_text_format(out, "first camera.token camera.both\n");
    zd_text_format(out, "conv camera.0 camera.token k=1 o=%d act=relu w=model.cam_dec.backbone.0\n",
                   both);
    zd_text_format(out, "conv camera.2 camera.0 k=1 o=%d act=relu w=model.cam_dec.backbone.2\n",
                   both);
    zd_text_format(out, "conv camera.t camera.2 k=1 o=3 w=model.cam_dec.fc_t\n");
    zd_text_format(out, "conv camera.turn camera.2 k=1 o=4 w=model.cam_dec.fc_qvec\n");
    zd_text_format(out, "conv camera.view camera.2 k=1 o=2 act=relu w=model.cam_dec.fc_fov.0\n");
    zd_text_format(out, "result fov camera.view\n");
    if (count > 1) {
        zd_text_format(out, "result position camera.t\nresult turn camera.turn\n");
    }
}

static void write_list(const zd_dpt *shape, const views *v, bool has_camera, zd_text *out)
{
    int start = v->start;
    write_encoder(shape, v, out);
    if (has_camera) {
        write_camera(shape, v->count, out);
    }
    write_head(shape, start, out);
    if (start > 0) {
        zd_text_format(out, "place dpt.main_in dpt.full\n");
        zd_dpt_write_last(shape, "output_conv2", "dpt.main_in", 2, out);
        zd_text_format(out, "output depth dpt.output_conv2.2 channel=0 act=exp\n"
                            "output confidence dpt.output_conv2.2 channel=1 act=exp1\n");
    } else {
        zd_dpt_write_last(shape, "output_conv2", "dpt.full", 1, out);
        zd_dpt_write_last(shape, "sky_output_conv2", "dpt.full", 1, out);
        zd_text_format(out, "output depth dpt.output_conv2.2 channel=0 act=exp\n"
                            "output sky dpt.sky_output_conv2.2 channel=0 act=relu\n");
    }
}

static zd_status describe(const zd_weights *weights, const zd_family_request *request,
                          zd_family_facts *facts, zd_text *list, zd_error *err)
{
    static const int taps[4] = { 5, 7, 9, 11 };
    zd_dpt shape = { .encoder = "model.backbone.pretrained", .head = "model.head" };
    bool many = !zd_weights_has(weights, sky_layer);
    ZD_TRY(zd_dpt_read(weights, request->heads, &shape, err));
    if (many && shape.blocks != 12) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "an encoder of %d blocks is not supported",
                       shape.blocks);
    }
    ZD_TRY(zd_dpt_usual_taps(&shape, err));
    for (int i = 0; i < 4 && many; i++) {
        shape.taps[i] = taps[i];
    }
    const views v = { many ? 4 : 0, many ? zd_int_max(request->views, 1) : 1 };
    write_list(&shape, &v, zd_weights_has(weights, "model.cam_dec.fc_fov.0.weight"), list);
    *facts = (zd_family_facts){ .name = many ? "depth-anything-3" : "depth-anything-3 mono",
                                .encoder = zd_dpt_size(&shape),
                                .patch = shape.patch,
                                .default_short_side = WORKING_SIDE,
                                .kind = ZD_NETWORK_KIND_DISTANCE,
                                .scale = ZD_NETWORK_SCALE_LONG_SIDE,
                                .window = v.count,
                                .focal_unit_px = many ? 0.0f : FOCAL_UNIT_PX };
    return ZD_OK;
}

const zd_family zd_family_depth_anything_3 = { "depth-anything-3", recognises, describe };
