/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cryptomatte (Friedman and Jones, Fully Automatic ID Mattes with Support for Motion Blur and
 * Transparency, 2015; specification 1.2.0): for each pixel the objects that it shows and their shares,
 * the largest first. Shares are exact: the scene is drawn with three objects at a time in pure red,
 * green and blue, through the same samples, mattes and transparencies as the beauty. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scene/render_internal.h"

enum { RANKS = 2 * ZD_SCENE_CRYPTO_LAYERS };

static uint32_t turned(uint32_t v, int by)
{
    return v << by | v >> (32 - by);
}

/* MurmurHash3_x86_32 with the seed 0 (Appleby, public domain algorithm). */
uint32_t zd_scene_crypto_hash(const char *name)
{
    size_t length = strlen(name);
    uint32_t hash = 0;
    for (size_t at = 0; at < length; at += 4) {
        uint32_t word = 0;
        size_t bytes = length - at < 4 ? length - at : 4;
        for (size_t i = 0; i < bytes; i++) {
            word |= (uint32_t) (unsigned char) name[at + i] << (8 * i);
        }
        hash ^= turned(word * 0xcc9e2d51u, 15) * 0x1b873593u;
        hash = bytes == 4 ? turned(hash, 13) * 5u + 0xe6546b64u : hash;
    }
    hash ^= (uint32_t) length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

uint32_t zd_scene_crypto_id(const char *name)
{
    uint32_t hash = zd_scene_crypto_hash(name);
    uint32_t exponent = hash >> 23 & 255u;
    return exponent == 0 || exponent == 255 ? hash ^ 1u << 23
                                            : hash; /* no denormal, NaN, infinity */
}

static float id_float(const char *name)
{
    uint32_t bits = zd_scene_crypto_id(name);
    float value = 0.0f;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Puts a share in its place among a pixel's ranks; each is an id and a share. */
static void insert(zd_scene_picture *out, int first, int x, int y, float id, float share)
{
    assert(first >= 0 && first + (RANKS - 1) / 2 < out->pass_count);
    for (int rank = 0; rank < RANKS && share > 0.0f; rank++) {
        zd_view view = zd_image_view(out->passes[first + rank / 2].image);
        float *at = zd_view_row_f32(view, y) + (ptrdiff_t) x * 4 + (rank % 2) * 2;
        if (share > at[1]) {
            float old[2] = { at[0], at[1] };
            at[0] = id;
            at[1] = share;
            id = old[0];
            share = old[1];
        }
    }
}

static zd_status add_layers(zd_scene_renderer *r, zd_scene_picture *out, zd_error *err)
{
    static const char *const names[ZD_SCENE_CRYPTO_LAYERS][4] = {
        { "CryptoObject00.R", "CryptoObject00.G", "CryptoObject00.B", "CryptoObject00.A" },
        { "CryptoObject01.R", "CryptoObject01.G", "CryptoObject01.B", "CryptoObject01.A" },
        { "CryptoObject02.R", "CryptoObject02.G", "CryptoObject02.B", "CryptoObject02.A" },
    };
    for (int i = 0; i < ZD_SCENE_CRYPTO_LAYERS; i++) {
        zd_scene_pass *pass = &out->passes[out->pass_count];
        *pass = (zd_scene_pass){ .name = "cryptomatte" };
        memcpy(pass->channels, names[i], sizeof names[i]);
        ZD_TRY(zd_image_create(r->ctx, r->camera.width, r->camera.height, ZD_RGBA_F32, &pass->image,
                               err));
        out->pass_count++;
        zd_view view = zd_image_view(pass->image);
        for (int y = 0; y < view.height; y++) {
            memset(zd_view_row_f32(view, y), 0, (size_t) view.width * 4 * sizeof(float));
        }
    }
    return ZD_OK;
}

static void insert_objects(zd_scene_renderer *r, zd_view masks, int first, zd_scene_picture *out)
{
    for (int c = 0; c < 3; c++) {
        int object = r->masked[c];
        float id = object >= 0 ? id_float(r->scene->nodes[object].name) : 0.0f;
        for (int y = 0; y < masks.height && object >= 0; y++) {
            const float *row = zd_view_row_f32(masks, y);
            for (int x = 0; x < masks.width; x++) {
                insert(out, first, x, y, id, row[x * 4 + c]);
            }
        }
    }
}

zd_status zd_scene_render_cryptomatte(zd_scene_renderer *r, zd_scene_draw_all *draw_all,
                                      zd_scene_picture *out, zd_error *err)
{
    int first = out->pass_count;
    zd_image *masks = NULL;
    int at = 0;
    ZD_TRY(add_layers(r, out, err));
    ZD_TRY(zd_image_create(r->ctx, r->camera.width, r->camera.height, ZD_RGBA_F32, &masks, err));
    zd_status status = ZD_OK;
    while (at < r->draw_count && status == ZD_OK) {
        for (int c = 0; c < 3; c++) {
            while (at < r->draw_count && r->draws[at].is_hidden) {
                at++;
            }
            r->masked[c] = at < r->draw_count ? r->draws[at++].node : -1;
        }
        status = r->masked[0] < 0 ? ZD_OK : draw_all(r, ZD_SCENE_SHOW_MASK, masks, err);
        if (status == ZD_OK) {
            insert_objects(r, zd_image_view(masks), first, out);
        }
    }
    zd_image_unref(&masks);
    return status;
}

zd_status zd_scene_crypto_manifest(const zd_scene *scene, zd_text *out, zd_error *err)
{
    char hash[16];
    zd_json json;
    zd_json_begin(&json, out);
    zd_json_open(&json, NULL, '{');
    for (int i = 1; i < scene->node_count; i++) {
        zd_scene_kind kind = scene->nodes[i].kind;
        if (kind == ZD_SCENE_NODE_SURFACE || kind == ZD_SCENE_NODE_GEOMETRY) {
            snprintf(hash, sizeof hash, "%08x",
                     (unsigned) zd_scene_crypto_id(scene->nodes[i].name));
            zd_json_text(&json, scene->nodes[i].name, hash);
        }
    }
    zd_json_close(&json, '}');
    return zd_text_finish(out, "a cryptomatte's manifest", err);
}
