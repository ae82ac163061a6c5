/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a network's file: finds its family by the metadata or by its tensors, has the family build the graph,
 * and answers for sizes, outputs and precision. The graph itself is planned and run by
 * model/cpu. */

#include "model/network.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "core/text.h"
#include "model/families/family.h"
#include "model/network_internal.h"
#include "model/operator.h"

enum { LEAST_CELLS = 2 };

static const float imagenet_mean[3] = { 0.485f, 0.456f, 0.406f };
static const float imagenet_std[3] = { 0.229f, 0.224f, 0.225f };

static const char *metadata_or(const zd_network *net, const char *key, const char *otherwise)
{
    char full[80];
    const char *value = NULL;
    if (net->model.params.part != NULL) {
        snprintf(full, sizeof full, "%s.%s", net->model.params.part, key);
        value = zd_safetensors_metadata(net->file, full);
    }
    value = value != NULL ? value : zd_safetensors_metadata(net->file, key);
    return value != NULL ? value : otherwise;
}

/** A number of the metadata within limits; `otherwise` when the key is not there. */
static zd_status metadata_int(const zd_network *net, const char *key, int low, int high,
                              int otherwise, int *out, zd_error *err)
{
    const char *text = metadata_or(net, key, NULL);
    char *end;
    *out = otherwise;
    if (text == NULL) {
        return ZD_OK;
    }
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < low || value > high) {
        return zd_fail(err, ZD_ERR_CORRUPT, "metadata '%s' is '%.40s', expected %d to %d", key,
                       text, low, high);
    }
    *out = (int) value;
    return ZD_OK;
}

static zd_status metadata_floats(const zd_network *net, const char *key, float out[3],
                                 zd_error *err)
{
    const char *at = metadata_or(net, key, "");
    for (int i = 0; i < 3; i++) {
        char *end;
        out[i] = strtof(at, &end);
        if (end == at || !(out[i] > -1000.0f && out[i] < 1000.0f)) {
            return zd_fail(err, ZD_ERR_CORRUPT, "metadata '%s' is not three numbers", key);
        }
        at = end;
    }
    return ZD_OK;
}

static zd_status keep_names(zd_network *net, const char *name, zd_error *err)
{
    net->name = zd_strdup(net->model.ctx, metadata_or(net, "name", name));
    net->licence = zd_strdup(net->model.ctx, metadata_or(net, "licence", ""));
    net->model.info.name = net->name;
    net->model.info.licence = net->licence;
    return net->name != NULL && net->licence != NULL ? ZD_OK : zd_fail_memory(err, "a name");
}

/** A network that carries its operator list; models/EMBEDDED_FORMAT.md. */
static zd_status open_listed(zd_network *net, const char *family, zd_error *err)
{
    zd_network_info *info = &net->model.info;
    int version;
    const char *arch = metadata_or(net, "arch", NULL);
    ZD_TRY(metadata_int(net, "version", 0, 1000000, 0, &version, err));
    if (version != 1) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "version %d of the embedded network's format is not known; 1 is", version);
    }
    if (arch == NULL) {
        const char *part = net->model.params.part != NULL ? net->model.params.part : "";
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "version 1 of the network's format has no operator list '%s%sarch'", part,
                       part[0] != '\0' ? "." : "");
    }
    info->family = family;
    info->encoder = "";
    info->kind = ZD_NETWORK_KIND_RELATIVE;
    info->area_resize = true;
    info->window = 1;
    ZD_TRY(metadata_int(net, "short_side", 32, 4096, 224, &info->default_short_side, err));
    ZD_TRY(metadata_int(net, "multiple", 1, 256, 32, &info->multiple, err));
    info->min_side = info->multiple;
    ZD_TRY(metadata_floats(net, "mean", info->mean, err));
    ZD_TRY(metadata_floats(net, "std", info->std, err));
    for (int i = 0; i < 3; i++) {
        if (!(info->std[i] > 0.0f)) {
            return zd_fail(err, ZD_ERR_CORRUPT, "metadata 'std' is not positive");
        }
    }
    ZD_TRY(keep_names(net, family, err));
    return zd_graph_parse(net->model.ctx, arch, &net->model.graph, err);
}

static zd_status read_kind(zd_network *net, zd_error *err)
{
    zd_network_info *info = &net->model.info;
    const zd_network_params *params = &net->model.params;
    int depth;
    ZD_TRY(metadata_int(net, "max_depth", 1, 100000, 0, &depth, err));
    info->kind = params->kind != ZD_NETWORK_KIND_AUTO ? params->kind
                 : depth > 0                          ? ZD_NETWORK_KIND_METRIC
                                                      : ZD_NETWORK_KIND_RELATIVE;
    if (info->kind == ZD_NETWORK_KIND_METRIC) {
        info->max_depth_m = params->max_depth_m > 0.0f ? params->max_depth_m
                            : depth > 0                ? (float) depth
                                                       : 20.0f;
        if (!(info->max_depth_m >= 1.0f && info->max_depth_m <= 100000.0f)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "a greatest depth of %g m; 1 to 100000 are possible",
                           (double) info->max_depth_m);
        }
    }
    return ZD_OK;
}

static zd_status read_variant(zd_network *net, zd_network_variant *out, zd_error *err)
{
    const char *text = metadata_or(net, "variant", "v2");
    *out = net->model.params.variant;
    if (*out == ZD_NETWORK_VARIANT_AUTO) {
        if (strcmp(text, "v1") != 0 && strcmp(text, "v2") != 0) {
            return zd_fail(err, ZD_ERR_CORRUPT, "metadata 'variant' is '%.20s', expected v1 or v2",
                           text);
        }
        *out = text[1] == '1' ? ZD_NETWORK_VARIANT_V1 : ZD_NETWORK_VARIANT_V2;
    }
    return ZD_OK;
}

/** A published network, whose list is written from the shapes in its file. */
static zd_status open_family(zd_network *net, zd_error *err)
{
    zd_network_info *info = &net->model.info;
    const zd_family *family = zd_family_find(&net->model.weights);
    zd_family_request request = { 0 };
    zd_family_facts facts = { 0 };
    zd_text list;
    ZD_TRY(metadata_int(net, "num_heads", 1, 256, 0, &request.heads, err));
    ZD_TRY(read_kind(net, err));
    ZD_TRY(read_variant(net, &request.variant, err));
    request.heads = net->model.params.heads > 0 ? net->model.params.heads : request.heads;
    request.max_depth_m = info->max_depth_m;
    request.views = net->model.params.views;
    assert(request.views >= 0 && request.views <= ZD_NETWORK_VIEWS);
    zd_text_init(&list, net->model.ctx);
    zd_status status = family->describe(&net->model.weights, &request, &facts, &list, err);
    if (status == ZD_OK) {
        status = zd_text_finish(&list, "the operator list", err);
    }
    if (status == ZD_OK) {
        status = zd_graph_parse(net->model.ctx, list.data, &net->model.graph, err);
    }
    zd_text_release(&list);
    ZD_TRY(status);
    info->family = family->name;
    info->encoder = facts.encoder;
    info->kind =
        facts.kind != ZD_NETWORK_KIND_AUTO && net->model.params.kind == ZD_NETWORK_KIND_AUTO
            ? facts.kind
            : info->kind;
    info->multiple = facts.patch;
    info->min_side = facts.patch * LEAST_CELLS;
    info->default_short_side = facts.default_short_side;
    info->scale = facts.scale;
    info->window = facts.window > 0 ? facts.window : 1;
    for (int i = 0; i < net->model.graph.count; i++) {
        info->compares_all |= net->model.graph.ops[i].kind == ZD_OP_ATTENTION;
    }
    if (facts.focal_unit_px > 0.0f && info->kind == ZD_NETWORK_KIND_METRIC) {
        info->focal_unit_px = facts.focal_unit_px;
        info->max_depth_m = 0.0f;
    }
    memcpy(info->mean, imagenet_mean, sizeof info->mean);
    memcpy(info->std, imagenet_std, sizeof info->std);
    return keep_names(net, facts.name, err);
}

/** The formats whose files carry their operator list; NULL for others. */
static const char *listed_family(const char *format)
{
    static const char *const families[] = { "zdepth-embedded", "zdepth-face", "zdepth-style" };
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strcmp(format, families[i]) == 0) {
            return families[i];
        }
    }
    return NULL;
}

static zd_status collect_outputs(zd_network *net, zd_error *err)
{
    for (int i = 0; i < net->model.graph.count; i++) {
        if (net->model.graph.ops[i].kind != ZD_OP_OUTPUT) {
            continue;
        }
        if (net->model.info.output_count == ZD_NETWORK_MAX_OUTPUTS) {
            return zd_fail(err, ZD_ERR_LIMIT, "more than %d outputs", ZD_NETWORK_MAX_OUTPUTS);
        }
        net->model.outputs[net->model.info.output_count] = i;
        net->model.info.output_names[net->model.info.output_count++] = net->model.graph.ops[i].name;
    }
    return ZD_OK;
}

static zd_status load(zd_network *net, zd_error *err)
{
    ZD_TRY(net->backend->load(net->state, err));
    net->is_loaded = true;
    return ZD_OK;
}

/** What of exact and fast is asked for. */
static zd_precision asked_precision(const zd_network *net, bool has_list)
{
    zd_precision asked = net->model.params.precision;
    return asked != ZD_PRECISION_AUTO ? asked : has_list ? ZD_PRECISION_EXACT : ZD_PRECISION_FAST;
}

static zd_status allocate_plan(zd_network *net, zd_error *err)
{
    zd_context *ctx = net->model.ctx;
    size_t count = (size_t) net->model.graph.count;
    net->plan.sizes = zd_alloc_zeroed(ctx, count, sizeof *net->plan.sizes);
    net->plan.groups = zd_alloc_zeroed(ctx, count, sizeof *net->plan.groups);
    net->plan.sees_frames = zd_alloc_zeroed(ctx, count, sizeof *net->plan.sees_frames);
    return net->plan.sizes != NULL && net->plan.groups != NULL && net->plan.sees_frames != NULL
               ? ZD_OK
               : zd_fail_memory(err, "a network");
}

static zd_status build(zd_network *net, const char *path, zd_error *err)
{
    zd_context *ctx = net->model.ctx;
    ZD_TRY(zd_safetensors_open(ctx, path, &net->file, err));
    net->path = zd_strdup(ctx, path);
    if (net->path == NULL) {
        return zd_fail_memory(err, path);
    }
    zd_weights_init(&net->model.weights, net->file);
    const char *family = listed_family(metadata_or(net, "format", ""));
    net->model.info.precision = asked_precision(net, family != NULL);
    ZD_TRY(family != NULL ? open_listed(net, family, err) : open_family(net, err));
    ZD_TRY(collect_outputs(net, err));
    ZD_TRY(allocate_plan(net, err));
    ZD_TRY(net->backend->open(&net->model, &net->state, err));
    return net->model.params.packs_late ? ZD_OK : load(net, err);
}

zd_status zd_network_open(zd_context *ctx, const char *path, const zd_network_params *params,
                          zd_network **out, zd_error *err)
{
    *out = NULL;
    ZD_REQUIRE(err, path != NULL);
    zd_network *net = zd_alloc_zeroed(ctx, 1, sizeof *net);
    if (net == NULL) {
        return zd_fail_memory(err, "a network");
    }
    net->model.ctx = ctx;
    net->model.graph.ctx = ctx;
    net->model.params = params != NULL ? *params : (zd_network_params){ 0 };
    net->backend = net->model.params.backend != NULL ? net->model.params.backend : &zd_backend_cpu;
    zd_status status = build(net, path, err);
    if (status != ZD_OK) {
        zd_network_close(&net);
        return zd_fail_context(err, status, "model '%s'", path);
    }
    *out = net;
    return ZD_OK;
}

static void unplan(zd_network *net)
{
    zd_stream_destroy(net);
    if (net->state != NULL) {
        net->backend->unplan(net->state);
    }
    net->plan.width = 0;
    net->plan.height = 0;
    net->plan.frames = 0;
}

void zd_network_close(zd_network **net)
{
    if (net == NULL || *net == NULL) {
        return;
    }
    zd_network *doomed = *net;
    zd_context *ctx = doomed->model.ctx;
    unplan(doomed);
    doomed->backend->close(doomed->state);
    zd_free(ctx, doomed->plan.sizes);
    zd_free(ctx, doomed->plan.groups);
    zd_free(ctx, doomed->plan.sees_frames);
    zd_graph_finish(&doomed->model.graph);
    zd_safetensors_close(&doomed->file);
    zd_free(ctx, doomed->path);
    zd_free(ctx, doomed->name);
    zd_free(ctx, doomed->licence);
    zd_free(ctx, doomed);
    *net = NULL;
}

const zd_network_info *zd_network_describe(const zd_network *net)
{
    return &net->model.info;
}

zd_status zd_network_digest(zd_network *net, zd_digest *out, zd_error *err)
{
    if (!net->has_digest) {
        ZD_TRY(zd_digest_file(net->path, &net->digest, err));
        net->has_digest = true;
    }
    *out = net->digest;
    return ZD_OK;
}

void zd_network_set_digest(zd_network *net, const zd_digest *digest)
{
    net->digest = *digest;
    net->has_digest = true;
}

zd_status zd_network_plan(zd_network *net, int width, int height, zd_error *err)
{
    return zd_network_plan_window(net, width, height, 1, err);
}

zd_status zd_network_plan_window(zd_network *net, int width, int height, int frames, zd_error *err)
{
    const zd_network_info *info = &net->model.info;
    int limit = zd_context_max_dimension(net->model.ctx);
    if (width == net->plan.width && height == net->plan.height && frames == net->plan.frames &&
        width > 0)
    {
        return ZD_OK;
    }
    if (frames < 1 || frames > info->window) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a window of %d frames; this network sees 1 to %d", frames, info->window);
    }
    if (width < info->min_side || height < info->min_side || width > limit || height > limit ||
        width % info->multiple != 0 || height % info->multiple != 0)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a working size of %d x %d; both sides must be multiples of %d from %d to "
                       "%d",
                       width, height, info->multiple, info->min_side, limit);
    }
    unplan(net);
    if (!net->is_loaded) {
        zd_status loaded = load(net, err);
        if (loaded != ZD_OK) {
            return zd_fail_context(err, loaded, "model '%s'", net->path);
        }
    }
    zd_status status = zd_plan_make(&net->model, width, height, frames, &net->plan, err);
    if (status == ZD_OK) {
        status = net->backend->plan(net->state, &net->plan, err);
    }
    if (status != ZD_OK) {
        unplan(net);
    }
    return status;
}

void zd_network_memory(const zd_network *net, size_t *weights, size_t *activations)
{
    net->backend->memory(net->state, weights, activations);
}

bool zd_network_find_tensor(const zd_network *net, const char *name, zd_network_tensor *out)
{
    const zd_network_model *model = &net->model;
    for (int i = 0; net->plan.width > 0 && i < model->graph.count; i++) {
        const zd_op *op = &model->graph.ops[i];
        bool is_kept =
            op->kind == ZD_OP_RESULT || (model->params.keep_tensors && op->kind != ZD_OP_OUTPUT);
        if (is_kept && strcmp(op->name, name) == 0) {
            zd_op_size size = net->plan.sizes[i];
            const float *data = net->backend->find(net->state, i, net->shown);
            *out = (zd_network_tensor){ data, size.height, size.width, op->channels };
            return data != NULL;
        }
    }
    return false;
}

float *zd_network_plane(const zd_network_model *model, const zd_network_io *io, int op)
{
    assert(model->graph.ops[op].kind == ZD_OP_OUTPUT);
    for (int i = 0; i < model->info.output_count; i++) {
        if (model->outputs[i] == op) {
            return io->outputs[i];
        }
    }
    return NULL;
}

void zd_network_profile_start(zd_network *net)
{
    if (net->backend->stages != NULL) {
        net->backend->forget_costs(net->state);
    }
    net->runs = 0;
}

int zd_network_stage_count(const zd_network *net)
{
    return net->backend->stages != NULL ? net->backend->stages(net->state) : 0;
}

zd_network_cost zd_network_stage_cost(const zd_network *net, int stage)
{
    assert(stage >= 0 && stage < zd_network_stage_count(net));
    return net->backend->cost(net->state, stage, net->runs > 0 ? net->runs : 1);
}
