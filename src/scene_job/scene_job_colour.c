/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One configuration is open at a time, with the transforms that were asked of it. */

#include "scene_job/scene_job_colour.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "image/colour.h"
#include "media/ocio.h"

enum { MAX_TRANSFORMS = 64, NAME_SIZE = 400 };

typedef struct kept_transform {
    char *name; /* of its ends */
    zd_ocio_transform *transform;
} kept_transform;

struct zd_scene_job_colour {
    zd_context *ctx;
    char *given; /* NULL: none */
    char *path;  /* of what is open */
    zd_ocio *ocio;
    kept_transform kept[MAX_TRANSFORMS];
    int count;
    int next; /* that makes place */
    zd_digest digest;
    bool is_used; /* the checked scene names something */
};

zd_status zd_scene_job_colour_create(zd_context *ctx, const char *config, zd_scene_job_colour **out,
                                     zd_error *err)
{
    zd_scene_job_colour *c = zd_alloc_zeroed(ctx, 1, sizeof *c);
    *out = c;
    if (c == NULL) {
        return zd_fail_memory(err, "a scene's colours");
    }
    c->ctx = ctx;
    c->given = config != NULL ? zd_strdup(ctx, config) : NULL;
    if (config != NULL && c->given == NULL) {
        zd_scene_job_colour_destroy(out);
        return zd_fail_memory(err, "a scene's colours");
    }
    return ZD_OK;
}

static void forget(zd_scene_job_colour *c, kept_transform *kept)
{
    zd_ocio_transform_destroy(&kept->transform);
    zd_free(c->ctx, kept->name);
    kept->name = NULL;
}

static void close_config(zd_scene_job_colour *c)
{
    for (int i = 0; i < c->count; i++) {
        forget(c, &c->kept[i]);
    }
    c->count = 0;
    zd_ocio_close(&c->ocio);
    zd_free(c->ctx, c->path);
    c->path = NULL;
}

void zd_scene_job_colour_destroy(zd_scene_job_colour **colour)
{
    if (*colour != NULL) {
        close_config(*colour);
        zd_free((*colour)->ctx, (*colour)->given);
        zd_free((*colour)->ctx, *colour);
        *colour = NULL;
    }
}

static zd_status open_config(zd_scene_job_colour *c, const char *own, zd_error *err)
{
    const char *path = c->given != NULL ? c->given : own;
    if (path[0] == '\0') {
        path = getenv("OCIO");
    }
    if (path == NULL || path[0] == '\0') {
        return zd_fail(
            err, ZD_ERR_MISSING,
            "colour spaces are named, and no OpenColorIO configuration is: give the frame "
            "`ocio \"FILE\"`, or --ocio FILE, or set OCIO");
    }
    if (c->ocio != NULL && strcmp(c->path, path) == 0) {
        return ZD_OK;
    }
    close_config(c);
    c->path = zd_strdup(c->ctx, path);
    return c->path != NULL ? zd_ocio_open(c->ctx, path, &c->ocio, err)
                           : zd_fail_memory(err, "a scene's colours");
}

/* NULL for the light that needs no name. */
static const char *named(const char *space)
{
    return space[0] != '\0' ? space : NULL;
}

static zd_status add(zd_scene_job_colour *c, const char *name, const zd_ocio_way *way,
                     zd_ocio_transform **out, zd_error *err)
{
    assert(c->count <= MAX_TRANSFORMS && c->next < MAX_TRANSFORMS);
    ZD_TRY(zd_ocio_transform_create(c->ocio, way, out, err));
    kept_transform *place = &c->kept[c->count < MAX_TRANSFORMS ? c->count : c->next];
    c->next = c->count < MAX_TRANSFORMS ? 0 : (c->next + 1) % MAX_TRANSFORMS;
    forget(c, place);
    place->name = zd_strdup(c->ctx, name);
    if (place->name == NULL) {
        zd_ocio_transform_destroy(out);
        return zd_fail_memory(err, "a scene's colours");
    }
    place->transform = *out;
    c->count += c->count < MAX_TRANSFORMS;
    return ZD_OK;
}

/* The transform of a configuration; kept for the next time. */
static zd_status find(zd_scene_job_colour *c, const char *config, zd_ocio_way way,
                      zd_ocio_transform **out, zd_error *err)
{
    char name[NAME_SIZE];
    int length = snprintf(name, sizeof name, "%s\x1f%s\x1f%s", way.from != NULL ? way.from : "\x1e",
                          way.to != NULL ? way.to : "\x1e", way.view != NULL ? way.view : "\x1e");
    if (length < 0 || length >= (int) sizeof name) {
        return zd_fail(err, ZD_ERR_LIMIT,
                       "the names of colour spaces are longer than %d characters", NAME_SIZE);
    }
    ZD_TRY(open_config(c, config, err));
    for (int i = 0; i < c->count; i++) {
        if (c->kept[i].name != NULL && strcmp(c->kept[i].name, name) == 0) {
            *out = c->kept[i].transform;
            return ZD_OK;
        }
    }
    return add(c, name, &way, out, err);
}

zd_status zd_scene_job_colour_decode(zd_scene_job_colour *c, const zd_scene_request *request,
                                     zd_view view, zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    zd_ocio_way way = { request->space, named(request->colours.working), NULL };
    ZD_TRY(find(c, request->colours.config, way, &transform, err));
    zd_ocio_transform_apply(transform, view);
    return ZD_OK;
}

zd_status zd_scene_job_colour_enter(zd_scene_job_colour *c, const zd_scene_request *request,
                                    zd_view view, zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    zd_ocio_way way = { NULL, request->colours.working, NULL };
    ZD_TRY(find(c, request->colours.config, way, &transform, err));
    zd_ocio_transform_apply(transform, view);
    return ZD_OK;
}

/* The same with the scene's own configuration. */
static zd_status find_for(zd_scene_job_colour *c, const zd_scene *scene, zd_ocio_way way,
                          zd_ocio_transform **out, zd_error *err)
{
    char *config = NULL;
    ZD_TRY(zd_scene_colour_config(scene, &config, err));
    zd_status status = find(c, config != NULL ? config : "", way, out, err);
    zd_free(c->ctx, config);
    return status;
}

zd_status zd_scene_job_colour_show(zd_scene_job_colour *c, const zd_scene *scene, int output,
                                   zd_view view, zd_error *err)
{
    ZD_REQUIRE(err, output >= 0 && output < zd_scene_output_count(scene));
    zd_ocio_transform *transform = NULL;
    const char *working = zd_scene_working_space(scene);
    zd_scene_output_colours colours = zd_scene_colours_of(scene, output);
    bool is_shown = colours.display[0] != '\0';
    zd_ocio_way way = { named(working), named(colours.display), is_shown ? colours.view : NULL };
    if (is_shown || working[0] != '\0') {
        ZD_TRY(find_for(c, scene, way, &transform, err));
    }
    if (view.data == NULL) {
        return ZD_OK;
    }
    if (transform != NULL) {
        zd_ocio_transform_apply(transform, view);
    }
    if (!is_shown) {
        zd_transfer_encode_view(ZD_TRANSFER_SRGB, view);
    }
    return ZD_OK;
}

const char *zd_scene_job_colour_name(const zd_scene *scene, int output)
{
    zd_scene_output_colours colours = zd_scene_colours_of(scene, output);
    return colours.space[0] != '\0' ? colours.space : zd_scene_working_space(scene);
}

static zd_status find_written(zd_scene_job_colour *c, const zd_scene *scene, int output,
                              zd_ocio_transform **out, zd_error *err)
{
    zd_scene_output_colours colours = zd_scene_colours_of(scene, output);
    *out = NULL;
    if (colours.space[0] == '\0') {
        return ZD_OK;
    }
    zd_ocio_way way = { named(zd_scene_working_space(scene)), colours.space, NULL };
    ZD_TRY(find_for(c, scene, way, out, err));
    return zd_ocio_transform_is_linear(*out)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "the space '%s' is not linear; an EXR holds light, which is averaged and "
                         "premultiplied (pictures and movies have `display`)",
                         colours.space);
}

/* Passes whose values are light; alpha stays, and a linear transform needs no straight colours. */
static bool is_light(const zd_scene_pass *pass)
{
    static const char *const names[] = { "comp", "albedo", "diffuse", "specular" };
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        found = found || strcmp(pass->name, names[i]) == 0;
    }
    return found && zd_image_view(pass->image).format.channels >= 3;
}

zd_status zd_scene_job_colour_write(zd_scene_job_colour *c, const zd_scene *scene, int output,
                                    zd_scene_picture *picture, zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    ZD_TRY(find_written(c, scene, output, &transform, err));
    for (int i = 0; transform != NULL && i < picture->pass_count; i++) {
        if (is_light(&picture->passes[i])) {
            zd_ocio_transform_apply(transform, zd_image_view(picture->passes[i].image));
        }
    }
    return ZD_OK;
}

/* ---- before anything is loaded ---- */

static zd_status check_media(zd_scene_job_colour *c, const zd_scene *scene, int node, zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    const char *space = zd_scene_media_space(scene, node);
    const char *working = zd_scene_working_space(scene);
    zd_ocio_way way = { named(space), named(working), NULL };
    if (space[0] == '\0' && working[0] == '\0') {
        return ZD_OK;
    }
    zd_status status = find_for(c, scene, way, &transform, err);
    return status == ZD_OK ? ZD_OK : zd_scene_fail_at(scene, node, status, err);
}

static zd_status check_output(zd_scene_job_colour *c, const zd_scene *scene, int output,
                              zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    zd_status status = find_written(c, scene, output, &transform, err);
    if (status == ZD_OK && zd_scene_colours_of(scene, output).display[0] != '\0') {
        status = zd_scene_job_colour_show(c, scene, output, (zd_view){ 0 }, err);
    }
    return status == ZD_OK
               ? ZD_OK
               : zd_scene_fail_at(scene, zd_scene_output_node(scene, output), status, err);
}

/* Light is averaged, filtered and added: its space must be linear. */
static zd_status check_working(zd_scene_job_colour *c, const zd_scene *scene, zd_error *err)
{
    zd_ocio_transform *transform = NULL;
    const char *working = zd_scene_working_space(scene);
    zd_ocio_way way = { working, "scene_linear", NULL };
    if (working[0] == '\0') {
        return ZD_OK;
    }
    zd_error ignored = { 0 };
    if (find_for(c, scene, way, &transform, &ignored) != ZD_OK) { /* a role that not all have */
        way.to = working;
        ZD_TRY(find_for(c, scene, way, &transform, err));
    }
    return zd_ocio_transform_is_linear(transform)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "the working_space '%s' is not linear, and light is", working);
}

static void add_identities(zd_scene_job_colour *c)
{
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    for (int i = 0; i < c->count; i++) {
        const char *identity = zd_ocio_transform_identity(c->kept[i].transform);
        zd_hasher_update(&hasher, identity, strlen(identity) + 1);
    }
    c->is_used = c->count > 0;
    zd_hasher_finish(&hasher, &c->digest);
}

zd_status zd_scene_job_colour_check(zd_scene_job_colour *c, const zd_scene *scene, zd_error *err)
{
    zd_status status = check_working(c, scene, err);
    if (status != ZD_OK) {
        return zd_scene_fail_at(scene, 0, status, err);
    }
    for (int i = 0; i < zd_scene_node_count(scene); i++) {
        if (zd_scene_node_kind(scene, i) == ZD_SCENE_NODE_MEDIA) {
            ZD_TRY(check_media(c, scene, i, err));
        }
    }
    for (int i = 0; i < zd_scene_output_count(scene); i++) {
        ZD_TRY(check_output(c, scene, i, err));
    }
    add_identities(c);
    return ZD_OK;
}

void zd_scene_job_colour_identify(const zd_scene_job_colour *c, zd_hasher *hasher)
{
    if (c->is_used) {
        zd_hasher_update(hasher, &c->digest, sizeof c->digest);
    }
}
