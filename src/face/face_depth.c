/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The face is laid into the map's own numbers, so that everything else keeps its depth: in nearness
 * g = s / (D - z) + t, z the height in centimetres and D the camera's distance by a usual lens. The
 * scale s is what least squares over the face say, held near what follows from the face's distance
 * to the furthest of the map, and the shift t makes the means agree. */

#include "face/face_depth.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "face/face_blend.h"

enum { SAMPLES = 2048 };

static const float focal_widths = 1.1f; /* a lens of about 50 degrees */
static const float least_scale = 0.7f;  /* of what the distances say */
static const float most_scale = 1.3f;
static const float fit_share = 0.3f; /* of a frame's fit, from a face's second frame on */

struct zd_face_depth {
    zd_context *ctx;
    zd_face_grid grid;
    zd_face_tracker *tracker;
    zd_head_list heads;
    zd_face_fit fits[ZD_FACES_MAX];
    int fit_count;
    zd_face_planes planes;
    float *samples; /* of the map, for its furthest */
};

static zd_status allocate(zd_face_depth *s, zd_error *err)
{
    size_t cells = (size_t) s->grid.width * (size_t) s->grid.height;
    zd_face_planes *p = &s->planes;
    p->surface = zd_alloc_zeroed(s->ctx, cells, sizeof *p->surface);
    p->height = zd_alloc_zeroed(s->ctx, cells, sizeof *p->height);
    p->moved = zd_alloc_zeroed(s->ctx, cells, sizeof *p->moved);
    p->inside = zd_alloc_zeroed(s->ctx, cells, sizeof *p->inside);
    p->length = zd_alloc_zeroed(s->ctx, cells, sizeof *p->length);
    p->share = zd_alloc_zeroed(s->ctx, cells, sizeof *p->share);
    p->nearest = zd_alloc_zeroed(s->ctx, cells, sizeof *p->nearest);
    s->samples = zd_alloc_zeroed(s->ctx, SAMPLES, sizeof *s->samples);
    bool has_memory = p->surface != NULL && p->height != NULL && p->moved != NULL &&
                      p->inside != NULL && p->length != NULL && p->share != NULL &&
                      p->nearest != NULL && s->samples != NULL;
    return has_memory ? zd_face_tracker_create(s->ctx, s->grid.aspect, &s->tracker, err)
                      : zd_fail_memory(err, "the shape of faces");
}

zd_status zd_face_depth_create(zd_context *ctx, int width, int height, float aspect,
                               zd_face_depth **out, zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0 && aspect > 0.0f);
    zd_face_depth *stage = zd_alloc_zeroed(ctx, 1, sizeof *stage);
    *out = stage;
    if (stage == NULL) {
        return zd_fail_memory(err, "the shape of faces");
    }
    stage->ctx = ctx;
    stage->grid = (zd_face_grid){ width, height, aspect };
    zd_status status = allocate(stage, err);
    if (status != ZD_OK) {
        zd_face_depth_destroy(out);
    }
    return status;
}

void zd_face_depth_destroy(zd_face_depth **stage)
{
    zd_face_depth *doomed = stage != NULL ? *stage : NULL;
    if (doomed != NULL) {
        zd_face_tracker_destroy(&doomed->tracker);
        zd_free(doomed->ctx, doomed->planes.surface);
        zd_free(doomed->ctx, doomed->planes.height);
        zd_free(doomed->ctx, doomed->planes.moved);
        zd_free(doomed->ctx, doomed->planes.inside);
        zd_free(doomed->ctx, doomed->planes.length);
        zd_free(doomed->ctx, doomed->planes.share);
        zd_free(doomed->ctx, doomed->planes.nearest);
        zd_free(doomed->ctx, doomed->samples);
        zd_free(doomed->ctx, doomed);
        *stage = NULL;
    }
}

void zd_face_depth_reset(zd_face_depth *stage)
{
    zd_face_tracker_reset(stage->tracker);
    stage->fit_count = 0;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return x < y ? -1 : x > y;
}

/** The furthest of a map but for its last percents. */
static float furthest_of(const zd_face_depth *s, zd_view map)
{
    int cells = s->grid.width * s->grid.height;
    int step = cells / SAMPLES + 1;
    int count = 0;
    for (int i = 0; i < cells; i += step) {
        float value = zd_view_row_f32(map, i / s->grid.width)[i % s->grid.width];
        if (isfinite(value)) {
            s->samples[count++] = value;
        }
    }
    qsort(s->samples, (size_t) count, sizeof *s->samples, compare_floats);
    return count > 0 ? s->samples[count / 20] : 0.0f;
}

/** Sums over the pixels of the face. */
typedef struct sums {
    double n;
    double g;
    double u;
    double gu;
    double uu;
    double z;
} sums;

static sums add_up(const zd_face_frame *f, float distance_cm)
{
    sums all = { 0 };
    for (int y = f->face.y0; y < f->face.y1; y++) {
        const float *row = zd_view_row_f32(f->map, y);
        for (int x = f->face.x0; x < f->face.x1; x++) {
            float z = f->planes.height[(size_t) y * (size_t) f->grid.width + (size_t) x];
            if (isnan(z) || !isfinite(row[x])) {
                continue;
            }
            double u = 1.0 / (double) fmaxf(distance_cm - z, 1.0f);
            all.n += 1.0;
            all.g += (double) row[x];
            all.u += u;
            all.gu += (double) row[x] * u;
            all.uu += u * u;
            all.z += (double) z;
        }
    }
    return all;
}

static zd_face_fit measure(const zd_face_frame *f)
{
    zd_face_fit out = { .id = f->head->id, .is_metres = f->fit.is_metres };
    out.distance_cm = fmaxf(focal_widths / (float) f->head->pose.scale, 20.0f);
    sums s = add_up(f, out.distance_cm);
    double n = s.n > 0.0 ? s.n : 1.0;
    double mean = s.g / n;
    if (out.is_metres) {
        out.shift = (float) (mean + s.z / n / 100.0);
        return out;
    }
    /* g - furthest = scale / D where the furthest is far away. */
    double usual = (mean - (double) f->furthest) * (double) out.distance_cm;
    double spread = s.uu / n - s.u / n * (s.u / n);
    double slope = spread > 0.0 ? (s.gu / n - mean * s.u / n) / spread : usual;
    usual = usual > 0.0 ? usual : fmax(slope, 0.0);
    slope = fmin(fmax(slope, (double) least_scale * usual), (double) most_scale * usual);
    out.scale = (float) slope;
    out.shift = (float) (mean - slope * s.u / n);
    return out;
}

/** Steadies a face's fit: the surface must not breathe with the map under it. */
static zd_face_fit steadied(zd_face_depth *s, const zd_face_fit *now)
{
    assert(now->id >= 0 && s->fit_count <= ZD_FACES_MAX);
    for (int i = 0; i < s->fit_count; i++) {
        zd_face_fit *old = &s->fits[i];
        if (old->id == now->id && old->is_metres == now->is_metres) {
            old->distance_cm += fit_share * (now->distance_cm - old->distance_cm);
            old->scale += fit_share * (now->scale - old->scale);
            old->shift += fit_share * (now->shift - old->shift);
            return *old;
        }
    }
    int at = s->fit_count < ZD_FACES_MAX ? s->fit_count++ : now->id % ZD_FACES_MAX;
    s->fits[at] = *now;
    return *now;
}

static void apply_head(zd_face_depth *s, zd_face_frame *f)
{
    size_t cells = (size_t) s->grid.width * (size_t) s->grid.height;
    for (size_t i = 0; i < cells; i++) {
        s->planes.height[i] = NAN;
    }
    f->face = zd_face_surface_draw(&s->grid, f->head, s->planes.height);
    if (!zd_rect_is_empty(f->face)) {
        zd_face_fit now = measure(f);
        f->fit = steadied(s, &now);
        zd_face_blend(f);
    }
}

void zd_face_depth_apply(zd_face_depth *stage, const zd_face_list *faces, double time_s,
                         const zd_depth_map *map, const zd_view *foreground)
{
    bool is_metres = map->kind == ZD_DEPTH_METRES;
    zd_face_frame f = { .grid = stage->grid,
                        .planes = stage->planes,
                        .map = zd_image_view(map->values),
                        .foreground = foreground,
                        .fit.is_metres = is_metres };
    assert(f.map.width == stage->grid.width && f.map.height == stage->grid.height);
    zd_face_tracker_update(stage->tracker, faces, time_s, &stage->heads);
    f.furthest = is_metres || stage->heads.count == 0 ? 0.0f : furthest_of(stage, f.map);
    memset(stage->planes.surface, 0,
           (size_t) stage->grid.width * (size_t) stage->grid.height *
               sizeof *stage->planes.surface);
    /* The largest is in front. */
    for (int i = stage->heads.count - 1; i >= 0; i--) {
        f.head = &stage->heads.heads[i];
        apply_head(stage, &f);
    }
}

const zd_head_list *zd_face_depth_heads(const zd_face_depth *stage)
{
    return &stage->heads;
}

bool zd_face_depth_surface(const zd_face_depth *stage, zd_view *out)
{
    *out = (zd_view){ .data = stage->planes.surface,
                      .width = stage->grid.width,
                      .height = stage->grid.height,
                      .stride_bytes = (ptrdiff_t) stage->grid.width * (ptrdiff_t) sizeof(float),
                      .format = ZD_GRAY_F32 };
    return stage->heads.count > 0;
}
