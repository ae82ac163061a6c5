/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What edits of a scene's text have in common: the new text is parsed before it counts, and a change
 * of several edits is made as a whole or not at all. */

#include "scene/scene_draft.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/require.h"

static zd_status open_parts(const char *path, const char *text, zd_scene_draft *doc, zd_error *err)
{
    doc->path = zd_strdup(doc->ctx, path);
    doc->text = zd_strdup(doc->ctx, text);
    if (doc->path == NULL || doc->text == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    return zd_scene_parse(doc->ctx, path, text, doc->bytes, &doc->parsed, err);
}

zd_status zd_scene_draft_open(zd_context *ctx, const char *path, const char *text, size_t bytes,
                              zd_scene_draft *doc, zd_error *err)
{
    *doc = (zd_scene_draft){ .ctx = ctx, .bytes = bytes };
    zd_status status = open_parts(path, text, doc, err);
    if (status != ZD_OK) {
        zd_scene_draft_close(doc);
    }
    return status;
}

zd_status zd_scene_draft_read(zd_context *ctx, const char *path, zd_scene_draft *doc, zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    *doc = (zd_scene_draft){ 0 };
    ZD_TRY(zd_file_read_text(ctx, path, ZD_SCENE_MAX_BYTES, &text, &bytes, err));
    zd_status status = zd_scene_draft_open(ctx, path, text, bytes, doc, err);
    zd_free(ctx, text);
    return status;
}

void zd_scene_draft_close(zd_scene_draft *doc)
{
    if (doc->ctx != NULL) {
        zd_scene_destroy(&doc->parsed);
        zd_free(doc->ctx, doc->path);
        zd_free(doc->ctx, doc->text);
    }
    *doc = (zd_scene_draft){ 0 };
}

zd_status zd_scene_draft_save(const zd_scene_draft *doc, const char *path, zd_error *err)
{
    return zd_file_write(doc->ctx, path, doc->text, doc->bytes, err);
}

/* Takes over a new text, whose memory goes with it or is released. */
static zd_status take_over(zd_scene_draft *doc, zd_text *text, zd_error *err)
{
    zd_scene *parsed = NULL;
    const char *made = text->data != NULL ? text->data : "";
    if (text->length > ZD_SCENE_MAX_BYTES) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s: a scene has at most %d bytes", doc->path,
                       ZD_SCENE_MAX_BYTES);
    }
    ZD_TRY(zd_scene_parse(doc->ctx, doc->path, made, text->length, &parsed, err));
    zd_scene_destroy(&doc->parsed);
    zd_free(doc->ctx, doc->text);
    doc->parsed = parsed;
    doc->text = text->data;
    doc->bytes = text->length;
    *text = (zd_text){ .ctx = text->ctx };
    return ZD_OK;
}

zd_status zd_scene_draft_finish(zd_scene_draft *doc, zd_status status, zd_text *text, zd_error *err)
{
    if (status == ZD_OK) {
        status = take_over(doc, text, err);
    }
    zd_text_release(text);
    return status;
}

zd_status zd_scene_draft_key(const zd_scene_draft *doc, int node, const char *key, int *index,
                             zd_error *err)
{
    *index = -1;
    if (!zd_scene_draft_has(doc, node)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no node %d", node);
    }
    zd_scene_kind kind = doc->parsed->nodes[node].kind;
    *index = zd_scene_node_find_key(kind, key, strlen(key));
    return *index >= 0 ? ZD_OK
                       : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no key '%s'",
                                 zd_scene_node_kind_name(kind), key);
}

zd_status zd_scene_draft_set(zd_scene_draft *doc, int node, const char *key, const char *value,
                             zd_error *err)
{
    ZD_REQUIRE(err, node >= 0 && node < doc->parsed->node_count && key != NULL);
    zd_scene_source source = zd_scene_draft_source(doc);
    zd_text made;
    int index = -1;
    ZD_TRY(zd_scene_draft_key(doc, node, key, &index, err));
    zd_text_init(&made, doc->ctx);
    zd_status status = zd_scene_edit_set(&source, node, index, value, &made, err);
    return zd_scene_draft_finish(doc, status, &made, err);
}

/* "surface", "surface2", ... */
static void free_name(const zd_scene_draft *doc, const char *stem, char *name, size_t size)
{
    snprintf(name, size, "%.40s", stem);
    for (int n = 2; zd_scene_find(doc->parsed, name) >= 0; n++) {
        snprintf(name, size, "%.40s%d", stem, n);
    }
}

zd_status zd_scene_draft_add(zd_scene_draft *doc, zd_scene_kind kind, const char *stem, int *node,
                             zd_error *err)
{
    char name[ZD_SCENE_NAME_SIZE];
    zd_scene_source source = zd_scene_draft_source(doc);
    zd_text made;
    zd_text_init(&made, doc->ctx);
    free_name(doc, stem, name, sizeof name);
    zd_status status = zd_scene_edit_add(&source, kind, name, &made, err);
    ZD_TRY(zd_scene_draft_finish(doc, status, &made, err));
    *node = zd_scene_find(doc->parsed, name);
    return ZD_OK;
}
