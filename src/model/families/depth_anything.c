/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth Anything V1 and V2 (Yang et al. 2024), the networks as released; V1 listens to the last four
 * blocks. Relative ones end in a ReLU, metric ones in a sigmoid times their greatest depth. */

#include <stdio.h>
#include <string.h>

#include "model/families/dpt.h"
#include "model/families/family.h"

enum { WORKING_SIDE = 518 };

static bool recognises(const zd_weights *weights)
{
    return zd_weights_has(weights, "depth_head.projects.0.weight");
}

static zd_status choose_taps(zd_network_variant variant, zd_dpt *out, zd_error *err)
{
    if (variant != ZD_NETWORK_VARIANT_V1) {
        return zd_dpt_usual_taps(out, err);
    }
    if (out->blocks < 4) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "an encoder of %d blocks is not supported",
                       out->blocks);
    }
    for (int i = 0; i < 4; i++) {
        out->taps[i] = out->blocks - 4 + i;
    }
    return ZD_OK;
}

static void write_list(const zd_dpt *shape, float max_depth_m, zd_text *out)
{
    zd_dpt_write_encoder(shape, out);
    for (int i = 0; i < 4; i++) {
        char from[32];
        snprintf(from, sizeof from, "dpt.project%d", i);
        zd_text_format(out, "grid feat%d feat%d.norm like=patch_embed\n", i, i);
        zd_dpt_write_project(shape, i, out);
        zd_dpt_write_resize(shape, i, from, out);
        snprintf(from, sizeof from, "dpt.%s%d", i == 2 ? "project" : "resize", i);
        zd_dpt_write_layer(shape, i, from, out);
    }
    zd_dpt_write_fusions(shape, out);
    zd_dpt_write_full(shape, out);
    zd_dpt_write_last(shape, "output_conv2", "dpt.full", 1, out);
    zd_text_format(out, "output depth dpt.output_conv2.2 channel=0 ");
    if (max_depth_m > 0.0f) {
        zd_text_format(out, "act=sigmoid gain=%d\n", (int) (max_depth_m + 0.5f));
    } else {
        zd_text_format(out, "act=relu\n");
    }
}

static const char *name_of(const zd_dpt *shape)
{
    static const char *const names[] = { "depth-anything vits", "depth-anything vitb",
                                         "depth-anything vitl" };
    const char *size = zd_dpt_size(shape);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (size[0] != '\0' && strstr(names[i], size) != NULL) {
            return names[i];
        }
    }
    return "depth-anything";
}

static zd_status describe(const zd_weights *weights, const zd_family_request *request,
                          zd_family_facts *facts, zd_text *list, zd_error *err)
{
    zd_dpt shape = { .encoder = "pretrained", .head = "depth_head" };
    ZD_TRY(zd_dpt_read(weights, request->heads, &shape, err));
    ZD_TRY(choose_taps(request->variant, &shape, err));
    write_list(&shape, request->max_depth_m, list);
    *facts = (zd_family_facts){ .name = name_of(&shape),
                                .encoder = zd_dpt_size(&shape),
                                .patch = shape.patch,
                                .default_short_side = WORKING_SIDE / shape.patch * shape.patch };
    return ZD_OK;
}

const zd_family zd_family_depth_anything = { "depth-anything", recognises, describe };
