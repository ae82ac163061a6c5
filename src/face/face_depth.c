/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The face is laid into the map's own numbers, so that everything else keeps its depth: in nearness
 * g = s / (D - z) + t, z the height in centimetres and D the camera's distance by a usual lens. The
 * scale s is what least squares over the face say, held near what follows from the face's distance
 * to the furthest of the map, and the shift t makes the means agree. Around the face's outline the
 * weight falls with the distance along the picture (steps over colour edges count as long ways, the
 * two-pass chamfer transform of Borgefors 1986 with such lengths), and each pixel takes its height
 * from the nearest of the outline and the shape of a head's ellipsoid. */

#include "face/face_depth.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "face/face_surface.h"

enum { PASSES = 3, SMOOTHINGS = 12, SAMPLES = 2048 };

static const float focal_widths = 1.1f; /* a lens of about 50 degrees */
static const float reach_cm = 5.0f;     /* of the blend around the outline */
static const float deepest_cm = 3.0f;   /* that the head goes back beyond it */
static const float behind_share = 0.3f; /* at the outline, where hair may lie before the face */
static const float edge_length = 12.0f; /* a step over a full change of colour, in pixels */
static const float least_scale = 0.7f;  /* of what the distances say */
static const float most_scale = 1.3f;
static const float fit_share = 0.3f; /* of a frame's fit, from a face's second frame on */

/** How heights become the map's numbers: `scale` / (distance_cm - z) + shift, or for metres
 *  shift - z / 100. */
typedef struct fit {
    int id;
    bool is_metres;
    float distance_cm;
    float scale;
    float shift;
} fit;

struct zd_face_depth {
    zd_context *ctx;
    zd_face_grid grid;
    zd_face_tracker *tracker;
    zd_head_list heads;
    fit fits[ZD_FACES_MAX];
    int fit_count;
    float *surface; /* how much a pixel is a face's */
    float *height;  /* of the head at hand, NaN outside the face */
    float *around;  /* beyond it: heights of the blend */
    float *inside;  /* how deep in the face a pixel is, in pixels */
    float *length;  /* from the face, in pixels */
    int *nearest;   /* the pixel of the face that it is measured from */
    float *samples; /* of the map, for its furthest */
};

static zd_status allocate(zd_face_depth *s, zd_error *err)
{
    size_t cells = (size_t) s->grid.width * (size_t) s->grid.height;
    s->surface = zd_alloc_zeroed(s->ctx, cells, sizeof *s->surface);
    s->height = zd_alloc_zeroed(s->ctx, cells, sizeof *s->height);
    s->around = zd_alloc_zeroed(s->ctx, cells, sizeof *s->around);
    s->inside = zd_alloc_zeroed(s->ctx, cells, sizeof *s->inside);
    s->length = zd_alloc_zeroed(s->ctx, cells, sizeof *s->length);
    s->nearest = zd_alloc_zeroed(s->ctx, cells, sizeof *s->nearest);
    s->samples = zd_alloc_zeroed(s->ctx, SAMPLES, sizeof *s->samples);
    bool has_memory = s->surface != NULL && s->height != NULL && s->around != NULL &&
                      s->inside != NULL && s->length != NULL && s->nearest != NULL &&
                      s->samples != NULL;
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
        zd_free(doomed->ctx, doomed->surface);
        zd_free(doomed->ctx, doomed->height);
        zd_free(doomed->ctx, doomed->around);
        zd_free(doomed->ctx, doomed->inside);
        zd_free(doomed->ctx, doomed->length);
        zd_free(doomed->ctx, doomed->nearest);
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

/** The frame at hand. */
typedef struct frame {
    zd_face_depth *stage;
    zd_view map;
    bool is_metres;
    zd_view small;
    const zd_view *foreground;
    float furthest; /* of the map, nearness */
    const zd_head *head;
    zd_rect face; /* pixels of the face */
    zd_rect area; /* and what the blend reaches */
} frame;

static size_t cell(const frame *f, int x, int y)
{
    return (size_t) y * (size_t) f->stage->grid.width + (size_t) x;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return x < y ? -1 : x > y;
}

/** The furthest of a map but for its last percents. */
static float furthest_of(const frame *f)
{
    zd_face_depth *s = f->stage;
    int cells = s->grid.width * s->grid.height;
    int step = cells / SAMPLES + 1;
    int count = 0;
    for (int i = 0; i < cells; i += step) {
        float value = zd_view_row_f32(f->map, i / s->grid.width)[i % s->grid.width];
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

static sums add_up(const frame *f, float distance_cm)
{
    sums all = { 0 };
    for (int y = f->face.y0; y < f->face.y1; y++) {
        const float *row = zd_view_row_f32(f->map, y);
        for (int x = f->face.x0; x < f->face.x1; x++) {
            float z = f->stage->height[cell(f, x, y)];
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

static fit measure(const frame *f)
{
    fit out = { .id = f->head->id, .is_metres = f->is_metres };
    out.distance_cm = fmaxf(focal_widths / (float) f->head->pose.scale, 20.0f);
    sums s = add_up(f, out.distance_cm);
    double n = s.n > 0.0 ? s.n : 1.0;
    double mean = s.g / n;
    if (f->is_metres) {
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
static fit steadied(zd_face_depth *s, const fit *now)
{
    assert(now->id >= 0 && s->fit_count <= ZD_FACES_MAX);
    for (int i = 0; i < s->fit_count; i++) {
        fit *old = &s->fits[i];
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

static float value_of(const fit *f, float z)
{
    return f->is_metres ? f->shift - z * 0.01f
                        : f->scale / fmaxf(f->distance_cm - z, 1.0f) + f->shift;
}

/** How long a step between neighbours is: farther over an edge of colour. */
static float step_length(const frame *f, int x, int y, int to_x, int to_y)
{
    const float *a = zd_view_row_f32(f->small, y) + (size_t) x * 3;
    const float *b = zd_view_row_f32(f->small, to_y) + (size_t) to_x * 3;
    float change = fmaxf(fabsf(a[0] - b[0]), fmaxf(fabsf(a[1] - b[1]), fabsf(a[2] - b[2])));
    float straight = x != to_x && y != to_y ? 1.41421356f : 1.0f;
    return straight * (1.0f + edge_length * change);
}

/** Lets a pixel take a shorter way through one of its neighbours. */
static void relax(const frame *f, int x, int y, int dx, int dy)
{
    zd_face_depth *s = f->stage;
    int from_x = x + dx;
    int from_y = y + dy;
    if (from_x < f->area.x0 || from_y < f->area.y0 || from_x >= f->area.x1 || from_y >= f->area.y1)
    {
        return;
    }
    size_t to = cell(f, x, y);
    size_t from = cell(f, from_x, from_y);
    float length = s->length[from] + step_length(f, x, y, from_x, from_y);
    if (length < s->length[to]) {
        s->length[to] = length;
        s->nearest[to] = s->nearest[from];
    }
}

static void find_ways(const frame *f)
{
    zd_face_depth *s = f->stage;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            s->length[at] = isnan(s->height[at]) ? INFINITY : 0.0f;
            s->nearest[at] = (int) at;
        }
    }
    for (int pass = 0; pass < PASSES; pass++) {
        for (int y = f->area.y0; y < f->area.y1; y++) {
            for (int x = f->area.x0; x < f->area.x1; x++) {
                relax(f, x, y, -1, 0);
                relax(f, x, y, -1, -1);
                relax(f, x, y, 0, -1);
                relax(f, x, y, 1, -1);
            }
        }
        for (int y = f->area.y1 - 1; y >= f->area.y0; y--) {
            for (int x = f->area.x1 - 1; x >= f->area.x0; x--) {
                relax(f, x, y, 1, 0);
                relax(f, x, y, 1, 1);
                relax(f, x, y, 0, 1);
                relax(f, x, y, -1, 1);
            }
        }
    }
}

/** How far it is to the outline from within: two passes over straight and diagonal steps. The rim of
 *  the area is never within, but where the picture ends. */
static void find_inside(const frame *f)
{
    zd_face_depth *s = f->stage;
    ptrdiff_t row = s->grid.width;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            bool is_rim = x == f->area.x0 || y == f->area.y0 || x == f->area.x1 - 1;
            float *to = s->inside + at;
            *to = 0.0f;
            if (!isnan(s->height[at]) && !is_rim) {
                *to = fminf(fminf(to[-1], to[-row]) + 1.0f,
                            fminf(to[-row - 1], to[-row + 1]) + 1.41421356f);
            }
        }
    }
    for (int y = f->area.y1 - 2; y > f->area.y0; y--) {
        for (int x = f->area.x1 - 2; x > f->area.x0; x--) {
            float *to = s->inside + cell(f, x, y);
            float nearest =
                fminf(fminf(to[1], to[row]) + 1.0f, fminf(to[row - 1], to[row + 1]) + 1.41421356f);
            *to = fminf(*to, nearest);
        }
    }
}

static float smoothstep(float low, float high, float x)
{
    float t = fminf(fmaxf((x - low) / (high - low), 0.0f), 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** The height beyond the outline: that of the nearest point of the face, and from there on the
 *  ellipsoid's. */
static float beyond(const frame *f, int x, int y)
{
    const zd_face_grid *grid = &f->stage->grid;
    const zd_face_pose *pose = &f->head->pose;
    int from = f->stage->nearest[cell(f, x, y)];
    float start = f->stage->height[from];
    float here = zd_face_head_height(grid, pose, x, y);
    float there = zd_face_head_height(grid, pose, from % grid->width, from / grid->width);
    return isnan(here) || isnan(there) ? start
                                       : start + fmaxf(fminf(here - there, 0.0f), -deepest_cm);
}

/** The heights around the face. Neighbours take theirs from different points of its outline; a few
 *  steps of diffusion take the streaks away that come of it. */
static void find_heights(const frame *f)
{
    zd_face_depth *s = f->stage;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            s->around[at] = isnan(s->height[at]) ? beyond(f, x, y) : s->height[at];
        }
    }
    ptrdiff_t row = s->grid.width;
    for (int pass = 0; pass < SMOOTHINGS; pass++) {
        for (int y = f->area.y0 + 1; y < f->area.y1 - 1; y++) {
            for (int x = f->area.x0 + 1; x < f->area.x1 - 1; x++) {
                float *at = s->around + cell(f, x, y);
                if (isnan(s->height[cell(f, x, y)])) {
                    *at = 0.2f * (at[0] + at[-1] + at[1] + at[-row] + at[row]);
                }
            }
        }
    }
}

/** How much a pixel beside the face belongs to the same person, by the map and the foreground. */
static float belonging(const frame *f, float value, float face_value, int x, int y)
{
    float share = 1.0f;
    if (!f->is_metres) {
        float span = face_value - f->furthest;
        share = span > 0.0f ? smoothstep(0.3f, 0.7f, (value - f->furthest) / span) : 0.0f;
    } else {
        share = smoothstep(1.0f, 0.4f, fabsf(value - face_value));
    }
    if (f->foreground != NULL) {
        share *= smoothstep(0.2f, 0.6f, zd_view_row_f32(*f->foreground, y)[x]);
    }
    return share;
}

/** How much of the face counts at its outline where the map is nearer. Beside and below, hair, collars
 *  and hands lie before it; above the brow there is but the head itself. */
static float behind_share_at(const frame *f, int x, int y, float z)
{
    const zd_face_grid *grid = &f->stage->grid;
    const zd_face_pose *pose = &f->head->pose;
    const double at[3] = { ((double) x + 0.5) / grid->width,
                           -((double) y + 0.5) / grid->height * (double) grid->aspect,
                           pose->shift[2] + (double) z * pose->scale };
    double cm[3];
    zd_face_pose_undo(pose, at, cm);
    return behind_share + (1.0f - behind_share) * smoothstep(0.0f, 4.0f, (float) cm[1]);
}

static void lay_in(const frame *f, const fit *how)
{
    zd_face_depth *s = f->stage;
    float reach = reach_cm * (float) f->head->pose.scale * (float) s->grid.width;
    for (int y = f->area.y0; y < f->area.y1; y++) {
        float *row = zd_view_row_f32(f->map, y);
        for (int x = f->area.x0; x < f->area.x1; x++) {
            size_t at = cell(f, x, y);
            float weight = f->head->weight;
            float z = s->height[at];
            if (isnan(z)) {
                weight *= smoothstep(reach, 0.0f, s->length[at]);
                if (!(weight > 0.0f) || !isfinite(row[x])) {
                    continue;
                }
                z = s->around[at];
                weight *= belonging(f, row[x], value_of(how, 0.0f), x, y);
            }
            float value = value_of(how, z);
            s->surface[at] = fmaxf(s->surface[at], weight);
            if (f->is_metres ? value > row[x] : value < row[x]) {
                float within = smoothstep(0.0f, 0.4f * reach, s->inside[at]);
                float share = behind_share_at(f, x, y, z);
                weight *= share + (1.0f - share) * within;
            }
            row[x] = isfinite(row[x]) ? row[x] + weight * (value - row[x]) : value;
        }
    }
}

static void apply_head(frame *f)
{
    zd_face_depth *s = f->stage;
    size_t cells = (size_t) s->grid.width * (size_t) s->grid.height;
    for (size_t i = 0; i < cells; i++) {
        s->height[i] = NAN;
    }
    f->face = zd_face_surface_draw(&s->grid, f->head, s->height);
    if (zd_rect_is_empty(f->face)) {
        return;
    }
    int margin = (int) (reach_cm * (float) f->head->pose.scale * (float) s->grid.width) + 2;
    f->area = zd_rect_intersect((zd_rect){ f->face.x0 - margin, f->face.y0 - margin,
                                           f->face.x1 + margin, f->face.y1 + margin },
                                (zd_rect){ 0, 0, s->grid.width, s->grid.height });
    fit now = measure(f);
    now = steadied(s, &now);
    find_ways(f);
    find_heights(f);
    find_inside(f);
    lay_in(f, &now);
}

void zd_face_depth_apply(zd_face_depth *stage, const zd_face_list *faces, double time_s,
                         const zd_depth_map *map, zd_view small, const zd_view *foreground)
{
    frame f = { .stage = stage,
                .map = zd_image_view(map->values),
                .is_metres = map->kind == ZD_DEPTH_METRES,
                .small = small,
                .foreground = foreground };
    assert(f.map.width == stage->grid.width && f.map.height == stage->grid.height);
    assert(small.width == f.map.width && small.height == f.map.height);
    zd_face_tracker_update(stage->tracker, faces, time_s, &stage->heads);
    f.furthest = f.is_metres || stage->heads.count == 0 ? 0.0f : furthest_of(&f);
    memset(stage->surface, 0,
           (size_t) stage->grid.width * (size_t) stage->grid.height * sizeof *stage->surface);
    /* The largest is in front. */
    for (int i = stage->heads.count - 1; i >= 0; i--) {
        f.head = &stage->heads.heads[i];
        apply_head(&f);
    }
}

const zd_head_list *zd_face_depth_heads(const zd_face_depth *stage)
{
    return &stage->heads;
}

bool zd_face_depth_surface(const zd_face_depth *stage, zd_view *out)
{
    *out = (zd_view){ .data = stage->surface,
                      .width = stage->grid.width,
                      .height = stage->grid.height,
                      .stride_bytes = (ptrdiff_t) stage->grid.width * (ptrdiff_t) sizeof(float),
                      .format = ZD_GRAY_F32 };
    return stage->heads.count > 0;
}
