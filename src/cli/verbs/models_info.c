/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth models info: what a model is, where it comes from, and what its file says about itself. */

#include <assert.h>
#include <stdio.h>

#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verbs/models_found.h"
#include "model/safetensors.h"

/** What the file says about itself; any pointer may be NULL. */
typedef struct model_facts {
    zd_network *net;
    zd_safetensors *file;
    const zd_network_info *network;
} model_facts;

static const char *const told_keys[] = { "recipe", "sources", "training", "converted_from" };

static void close_facts(model_facts *facts)
{
    zd_network_close(&facts->net);
    zd_safetensors_close(&facts->file);
}

static zd_status open_facts(zd_context *ctx, const zd_cli_model *model, model_facts *facts,
                            zd_error *err)
{
    *facts = (model_facts){ 0 };
    if (model->path == NULL) {
        return ZD_OK;
    }
    zd_network_params params = { .precision = ZD_PRECISION_EXACT,
                                 .part = model->entry->finds_faces ? "landmarks" : NULL };
    zd_model_store_params(model->entry->name, &params);
    zd_status status = zd_network_open(ctx, model->path, &params, &facts->net, err);
    if (status == ZD_OK) {
        facts->network = zd_network_describe(facts->net);
        status = zd_safetensors_open(ctx, model->path, &facts->file, err);
    }
    if (status != ZD_OK) {
        close_facts(facts);
        return zd_fail_context(err, status, "model '%s' (%s)", model->entry->name, model->path);
    }
    return ZD_OK;
}

static const char *told(const model_facts *facts, size_t key)
{
    assert(key < sizeof told_keys / sizeof *told_keys);
    return facts->file != NULL ? zd_safetensors_metadata(facts->file, told_keys[key]) : NULL;
}

static const char *kind_name(const zd_network_info *network)
{
    return network->kind == ZD_NETWORK_KIND_METRIC ? "metric" : "relative";
}

static void put_network(zd_json *json, const zd_network_info *network)
{
    zd_json_open(json, "network", '{');
    zd_json_text(json, "name", network->name);
    zd_json_text(json, "family", network->family);
    zd_json_text(json, "kind", kind_name(network));
    zd_json_number(json, "max_depth_m", (double) network->max_depth_m);
    zd_json_number(json, "parameters", (double) network->parameters);
    zd_json_number(json, "short_side", network->default_short_side);
    zd_json_number(json, "multiple", network->multiple);
    zd_json_open(json, "outputs", '[');
    for (int i = 0; i < network->output_count; i++) {
        zd_json_text(json, NULL, network->output_names[i]);
    }
    zd_json_close(json, ']');
    zd_json_close(json, '}');
}

static zd_status info_json(zd_cli *cli, const zd_cli_model *model, const model_facts *facts,
                           const char *address, zd_error *err)
{
    const zd_model_entry *entry = model->entry;
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "models");
    zd_json_text(&line.json, "action", "info");
    zd_cli_model_put(&line.json, model);
    zd_json_text(&line.json, "repository", entry->repository);
    zd_json_text(&line.json, "revision", entry->revision);
    zd_json_text(&line.json, "file", entry->file);
    zd_json_text(&line.json, "sha256", entry->sha256);
    zd_json_text(&line.json, "address", address);
    if (facts->network != NULL) {
        put_network(&line.json, facts->network);
    }
    for (size_t i = 0; i < sizeof told_keys / sizeof told_keys[0]; i++) {
        if (told(facts, i) != NULL) {
            zd_json_text(&line.json, told_keys[i], told(facts, i));
        }
    }
    return zd_cli_line_print(&line, ZD_OK, err);
}

static void print_fact(const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        zd_say(stdout, "  %-12s %s", name, value);
    }
}

static void print_network(const zd_network_info *network)
{
    zd_say(stdout, "  %-12s %s, %.1f million weights", "network", network->name,
           (double) network->parameters * 1e-6);
    if (network->output_count == 0) {
        print_fact("gives", "faces and their landmarks, no depth");
        return;
    }
    if (network->kind == ZD_NETWORK_KIND_METRIC) {
        zd_say(stdout, "  %-12s metric, up to %g m", "depth", (double) network->max_depth_m);
    } else {
        print_fact("depth", "relative: larger is nearer, without a unit");
    }
    zd_print(stdout, "  %-12s", "outputs");
    for (int i = 0; i < network->output_count; i++) {
        zd_print(stdout, "%s%s", i > 0 ? ", " : " ", network->output_names[i]);
    }
    fputc('\n', stdout);
    zd_say(stdout, "  %-12s short side %d, multiples of %d", "working size",
           network->default_short_side, network->multiple);
}

static void print_next_step(const zd_cli_model *model)
{
    const zd_model_entry *entry = model->entry;
    const char *accept = entry->is_permissive ? "" : " --accept-license";
    if (model->path != NULL) {
        zd_say(stdout, "use it with: %s%s", zd_cli_model_flag(entry),
               entry->finds_faces || entry->paints_styles ? "" : entry->name);
    } else if (entry->source == ZD_MODEL_CONVERSION) {
        zd_say(stdout, "published as a pickle only. Download it, then:");
        zd_say(stdout, "  python3 tools/convert_checkpoint.py %s %s.safetensors", entry->file,
               entry->name);
        zd_say(stdout, "  zdepth models install %s --from %s.safetensors%s", entry->name,
               entry->name, accept);
    } else if (entry->source == ZD_MODEL_BY_HAND) {
        zd_say(stdout, "its hash is not known here. Fetch it from a source that you trust, then:");
        zd_say(stdout, "  zdepth models install %s --from %s%s", entry->name, entry->file, accept);
        zd_say(stdout, "or take what comes: zdepth models install %s --trust-first-download%s",
               entry->name, accept);
    } else {
        zd_say(stdout, "install it with: zdepth models install %s%s", entry->name, accept);
    }
}

static void info_text(const zd_cli_model *model, const model_facts *facts, const char *address)
{
    const zd_model_entry *entry = model->entry;
    char text[80];
    zd_say(stdout, "%s: %s", entry->name, entry->title);
    zd_cli_model_state(model, text, sizeof text);
    print_fact("state", text);
    print_fact("file", model->path);
    zd_cli_model_size(zd_cli_model_bytes(model), text, sizeof text);
    print_fact("size", text);
    zd_say(stdout, "  %-12s %s, %s", "licence", entry->licence,
           entry->is_permissive ? "permissive" : "not permissive: it forbids some uses");
    print_fact("address", address);
    print_fact("revision", entry->revision);
    bool is_unknown = entry->sha256[0] == '\0' && entry->source != ZD_MODEL_SHIPPED &&
                      entry->parts == NULL; /* whose files have one each */
    print_fact("SHA-256", is_unknown ? "not known here" : entry->sha256);
    if (facts->network != NULL) {
        print_network(facts->network);
    }
    for (size_t i = 0; i < sizeof told_keys / sizeof told_keys[0]; i++) {
        print_fact(told_keys[i], told(facts, i));
    }
    print_next_step(model);
}

/** Where the published file is. A pickle's revision is not pinned: its hash tells it. */
static zd_status published_address(zd_context *ctx, const zd_model_entry *entry, char **out,
                                   zd_error *err)
{
    zd_model_entry known = *entry;
    *out = NULL;
    if (entry->source == ZD_MODEL_SHIPPED) {
        return ZD_OK;
    }
    if (known.revision[0] == '\0') {
        known.revision = "main";
    }
    char *address = zd_model_address(ctx, &known, NULL);
    *out = address != NULL ? zd_model_address_shown(ctx, address) : NULL;
    zd_free(ctx, address);
    return *out != NULL ? ZD_OK : zd_fail_memory(err, "an address");
}

zd_status zd_cli_models_info(zd_cli *cli, zd_args *args, zd_error *err)
{
    const zd_model_entry *entry = zd_cli_model_called(args->positional[1], err);
    model_facts facts;
    char *address;
    if (entry == NULL) {
        return ZD_ERR_INVALID_ARGUMENT;
    }
    ZD_TRY(published_address(cli->ctx, entry, &address, err));
    zd_cli_model model = zd_cli_model_find(cli->ctx, entry);
    zd_status status = open_facts(cli->ctx, &model, &facts, err);
    if (status == ZD_OK && cli->json) {
        status = info_json(cli, &model, &facts, address, err);
    } else if (status == ZD_OK) {
        info_text(&model, &facts, address);
    }
    close_facts(&facts);
    zd_free(cli->ctx, model.path);
    zd_free(cli->ctx, address);
    return status;
}
