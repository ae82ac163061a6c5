/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The C side of OpenColorIO: names are looked up before the library is asked, so that messages say what
 * there is; rows are spread over the context's threads in pieces of one size. */

#include "media/ocio.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/pool.h"
#include "core/words.h"

enum { REASON_SIZE = 320, LIST_SIZE = 200, PIECE_ROWS = 16 };

struct zd_ocio {
    zd_context *ctx;
    char *path;
    void *config;
};

struct zd_ocio_transform {
    zd_context *ctx;
    void *transform;
};

bool zd_ocio_is_here(void)
{
    return zd_ocio_library_open != NULL;
}

static zd_status open_config(zd_ocio *ocio, const char *path, zd_error *err)
{
    char reason[REASON_SIZE] = "";
    ocio->path = zd_strdup(ocio->ctx, path);
    if (ocio->path == NULL) {
        return zd_fail_memory(err, "a colour configuration");
    }
    ZD_TRY(zd_file_check_regular(path, err));
    return zd_ocio_library_open(path, &ocio->config, reason, sizeof reason) == 0
               ? ZD_OK
               : zd_fail(err, ZD_ERR_CORRUPT, "'%s' is no OpenColorIO configuration: %s", path,
                         reason);
}

zd_status zd_ocio_open(zd_context *ctx, const char *path, zd_ocio **out, zd_error *err)
{
    *out = NULL;
    if (!zd_ocio_is_here()) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "this program was built without OpenColorIO, so '%s' cannot be used; build it "
            "with libopencolorio-dev",
            path);
    }
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a colour configuration");
    }
    (*out)->ctx = ctx;
    zd_status status = open_config(*out, path, err);
    if (status != ZD_OK) {
        zd_ocio_close(out);
    }
    return status;
}

void zd_ocio_close(zd_ocio **ocio)
{
    if (*ocio != NULL) {
        if ((*ocio)->config != NULL) {
            zd_ocio_library_close((*ocio)->config);
        }
        zd_free((*ocio)->ctx, (*ocio)->path);
        zd_free((*ocio)->ctx, *ocio);
        *ocio = NULL;
    }
}

/* The first names, as many as there is room for. */
static void list_names(const zd_ocio *ocio, zd_ocio_kind kind, const char *of, char *to)
{
    size_t used = 0;
    const char *name = NULL;
    to[0] = '\0';
    for (int i = 0; (name = zd_ocio_library_name(ocio->config, kind, of, i)) != NULL; i++) {
        if (used + strlen(name) + 8 > LIST_SIZE) {
            snprintf(to + used, LIST_SIZE - used, " ...");
            return;
        }
        used += (size_t) snprintf(to + used, LIST_SIZE - used, "%s%s", i > 0 ? ", " : "", name);
    }
}

static zd_status check_name(const zd_ocio *ocio, zd_ocio_kind kind, const char *of,
                            const char *name, zd_error *err)
{
    static const char *const words[] = { "colour space", "display", "view" };
    char list[LIST_SIZE];
    char meant[128];
    const char *candidate = NULL;
    if (name == NULL || name[0] == '\0' || zd_ocio_library_knows(ocio->config, kind, of, name) != 0)
    {
        return ZD_OK;
    }
    zd_nearest_word search = zd_nearest_word_begin(name);
    for (int i = 0; (candidate = zd_ocio_library_name(ocio->config, kind, of, i)) != NULL; i++) {
        zd_nearest_word_try(&search, candidate);
    }
    zd_did_you_mean(&search, "", meant, sizeof meant);
    list_names(ocio, kind, of, list);
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' has no %s '%.60s'%s%s%s%s%s", ocio->path,
                   words[kind], name, kind == ZD_OCIO_VIEWS ? " of the display " : "",
                   kind == ZD_OCIO_VIEWS ? of : "", meant, meant[0] == '\0' ? "; it has " : "",
                   meant[0] == '\0' ? list : "");
}

zd_status zd_ocio_transform_create(zd_ocio *ocio, const zd_ocio_way *way, zd_ocio_transform **out,
                                   zd_error *err)
{
    char reason[REASON_SIZE] = "";
    bool is_shown = way->view != NULL;
    *out = NULL;
    ZD_TRY(check_name(ocio, ZD_OCIO_SPACES, NULL, way->from, err));
    ZD_TRY(check_name(ocio, is_shown ? ZD_OCIO_DISPLAYS : ZD_OCIO_SPACES, NULL, way->to, err));
    ZD_TRY(is_shown ? check_name(ocio, ZD_OCIO_VIEWS, way->to, way->view, err) : ZD_OK);
    zd_ocio_transform *t = zd_alloc_zeroed(ocio->ctx, 1, sizeof *t);
    if (t == NULL) {
        return zd_fail_memory(err, "a colour transform");
    }
    t->ctx = ocio->ctx;
    *out = t;
    if (zd_ocio_library_transform(ocio->config, way, &t->transform, reason, sizeof reason) != 0) {
        zd_ocio_transform_destroy(out);
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' cannot be used here: %s", ocio->path, reason);
    }
    return ZD_OK;
}

void zd_ocio_transform_destroy(zd_ocio_transform **transform)
{
    if (*transform != NULL) {
        if ((*transform)->transform != NULL) {
            zd_ocio_library_free((*transform)->transform);
        }
        zd_free((*transform)->ctx, *transform);
        *transform = NULL;
    }
}

typedef struct piece {
    const zd_ocio_transform *transform;
    zd_view view;
} piece;

static void apply_rows(void *user, int item)
{
    const piece *p = user;
    int y = item * PIECE_ROWS;
    int rows = p->view.height - y < PIECE_ROWS ? p->view.height - y : PIECE_ROWS;
    (void) zd_ocio_library_apply(p->transform->transform, zd_view_row_f32(p->view, y),
                                 p->view.width, rows, p->view.format.channels,
                                 p->view.stride_bytes);
}

void zd_ocio_transform_apply(const zd_ocio_transform *transform, zd_view view)
{
    assert(view.data == NULL || (view.format.sample == ZD_SAMPLE_F32 && view.format.channels >= 3));
    piece p = { transform, view };
    zd_pool_run_on(zd_context_pool(transform->ctx), (int64_t) view.width * view.height,
                   (view.height + PIECE_ROWS - 1) / PIECE_ROWS, apply_rows, &p);
}

bool zd_ocio_transform_is_linear(const zd_ocio_transform *transform)
{
    float p[5][3] = { { 0.0f, 0.0f, 0.0f },
                      { 0.05f, 0.02f, 0.01f },
                      { 0.1f, 0.04f, 0.02f },
                      { 0.3f, 0.5f, 0.7f },
                      { 0.6f, 1.0f, 1.4f } };
    (void) zd_ocio_library_apply(transform->transform, p[0], 5, 1, 3, (ptrdiff_t) sizeof p);
    bool is_linear = true;
    for (int c = 0; c < 3; c++) {
        is_linear = is_linear && fabsf(p[0][c]) < 1e-6f;
        for (int i = 1; i < 5; i += 2) {
            is_linear = is_linear &&
                        fabsf(p[i + 1][c] - 2.0f * p[i][c]) < 1e-4f * (1e-3f + fabsf(p[i + 1][c]));
        }
    }
    return is_linear;
}

const char *zd_ocio_transform_identity(const zd_ocio_transform *transform)
{
    return zd_ocio_library_identity(transform->transform);
}
