/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Points are the steeper half of each cell of a grid, so that a plane is held at all its corners and not where
 * it is most colourful. */

#include <math.h>

#include "core/size.h"
#include "track/wall_align.h"

enum {
    ACROSS = 16,
    DOWN = 12,
    OF_CELL = ZD_WALL_POINTS / (ACROSS * DOWN),
    PLANES = 5,
};

#define LEAST_SLOPE 0.004f /* of the brightness over a pixel of the level: less is noise */

size_t zd_wall_key_floats(void)
{
    return (size_t) ZD_PYRAMID_LEVELS * PLANES * ZD_WALL_POINTS;
}

void zd_wall_key_init(zd_wall_key *key, float *memory)
{
    *key = (zd_wall_key){ 0 };
    for (int i = 0; i < ZD_PYRAMID_LEVELS; i++) {
        zd_wall_points *p = &key->levels[i];
        float **planes[PLANES] = { &p->x, &p->y, &p->value, &p->slope_x, &p->slope_y };
        for (int k = 0; k < PLANES; k++) {
            *planes[k] = memory;
            memory += ZD_WALL_POINTS;
        }
    }
}

bool zd_wall_is_hidden(const zd_wall_picture *picture, double x, double y)
{
    const zd_pyramid_level *full = &picture->luma->levels[0];
    zd_view hidden = picture->hidden;
    if (hidden.data == NULL) {
        return false;
    }
    int column = zd_int_clamp((int) (x * hidden.width / full->width), 0, hidden.width - 1);
    int row = zd_int_clamp((int) (y * hidden.height / full->height), 0, hidden.height - 1);
    return zd_view_row_f32(hidden, row)[column] > 0.5f;
}

/* One cell of one level. */
typedef struct cell {
    const zd_wall_picture *picture;
    const zd_pyramid_level *level;
    float size; /* of the level's pixel in those of the first */
    zd_rect rect;
} cell;

/* The squared slope at a pixel of the cell; negative: not to be used. */
static float slope_at(const cell *c, int x, int y, float slope[2])
{
    const float *p = c->level->data + (ptrdiff_t) y * c->level->width + x;
    slope[0] = 0.5f * (p[1] - p[-1]);
    slope[1] = 0.5f * (p[c->level->width] - p[-c->level->width]);
    float square = slope[0] * slope[0] + slope[1] * slope[1];
    bool is_hidden = zd_wall_is_hidden(c->picture, ((double) x + 0.5) * (double) c->size,
                                       ((double) y + 0.5) * (double) c->size);
    return is_hidden ? -1.0f : square;
}

/* The slope from which on a pixel is taken, and how many are. */
static float threshold(const cell *c, int *count)
{
    double sum = 0.0;
    float slope[2];
    float least = LEAST_SLOPE * LEAST_SLOPE;
    *count = 0;
    for (int y = c->rect.y0; y < c->rect.y1; y++) {
        for (int x = c->rect.x0; x < c->rect.x1; x++) {
            float square = slope_at(c, x, y, slope);
            sum += square >= 0.0f ? (double) square : 0.0;
            *count += square >= 0.0f;
        }
    }
    if (*count > 0) {
        least = fmaxf(least, (float) (sum / *count));
    }
    *count = 0;
    for (int y = c->rect.y0; y < c->rect.y1; y++) {
        for (int x = c->rect.x0; x < c->rect.x1; x++) {
            *count += slope_at(c, x, y, slope) >= least;
        }
    }
    return least;
}

static void take_cell(const cell *c, zd_wall_points *p)
{
    int found;
    int seen = 0;
    float least = threshold(c, &found);
    int step = zd_int_max((found + OF_CELL - 1) / OF_CELL, 1);
    for (int y = c->rect.y0; y < c->rect.y1; y++) {
        for (int x = c->rect.x0; x < c->rect.x1; x++) {
            float slope[2];
            if (slope_at(c, x, y, slope) >= least && seen++ % step == 0) {
                int i = p->count++;
                p->x[i] = ((float) x + 0.5f) * c->size;
                p->y[i] = ((float) y + 0.5f) * c->size;
                p->value[i] = c->level->data[(ptrdiff_t) y * c->level->width + x];
                p->slope_x[i] = slope[0] / c->size;
                p->slope_y[i] = slope[1] / c->size;
            }
        }
    }
}

static void take_level(zd_wall_key *key, const zd_wall_picture *picture, int index)
{
    const zd_pyramid_level *level = &picture->luma->levels[index];
    zd_wall_points *points = &key->levels[index];
    double size = (double) (1 << index);
    double wide = (key->box.x1 - key->box.x0) / size;
    double high = (key->box.y1 - key->box.y0) / size;
    zd_rect inside = { 2, 2, level->width - 2, level->height - 2 };
    points->count = 0;
    for (int i = 0; i < ACROSS * DOWN; i++) {
        double x = key->box.x0 / size;
        double y = key->box.y0 / size;
        zd_rect rect = { (int) (x + i % ACROSS * wide / ACROSS),
                         (int) (y + i / ACROSS * high / DOWN),
                         (int) (x + (i % ACROSS + 1) * wide / ACROSS),
                         (int) (y + (i / ACROSS + 1) * high / DOWN) };
        cell c = { picture, level, (float) size, zd_rect_intersect(rect, inside) };
        take_cell(&c, points);
    }
}

void zd_wall_key_take(zd_wall_key *key, const zd_wall_picture *picture, zd_wall_box box)
{
    key->box = box;
    key->count = 0;
    for (int i = 0; i < picture->luma->count; i++) {
        take_level(key, picture, i);
        /* A level that shows a handful of pixels of the part tells nothing. */
        key->count += i == 0 || (key->count == i && key->levels[i].count >= 48);
    }
}
