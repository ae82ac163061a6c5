/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The cell grid: mean colour and depth of small squares, and where depth changes between them. */

#include <math.h>
#include <string.h>

#include "matte/matte_internal.h"

#include "core/vector.h"

/* Where a cell's centre lies among the samples of a plane, along one side. */
typedef struct place {
    int before;
    int after;
    float share; /* of the one after */
} place;

typedef struct cell_job {
    zd_matte *matte;
    zd_rect coloured; /* cells */
} cell_job;

/* Colours far outside the displayable come from damaged or scene-referred pictures; they must not
 * swamp the statistics of their neighbours. */
static float tame(float value)
{
    return value > -1.0f ? zd_float_min(value, 8.0f) : value <= -1.0f ? -1.0f : 0.0f;
}

/* How much the brightness of a cell's pixels differs: what means over cells hide, such as thin lines
 * and blades of grass. Every second row tells. Columns x0 .. x1-1 of a block of the guide. */
static float texture_of(zd_view block, int x0, int x1)
{
    int channels = block.format.channels;
    int count = 0;
    float sum = 0.0f;
    float squares = 0.0f;
    for (int y = 0; y < block.height; y += 2, count += x1 - x0) {
        const float *pixel = zd_view_row_f32(block, y) + (ptrdiff_t) x0 * channels;
        for (int x = x0; x < x1; x++, pixel += channels) {
            float light = tame((pixel[0] + pixel[1] + pixel[2]) * (1.0f / 3.0f));
            sum += light;
            squares += light * light;
        }
    }
    float scale = 1.0f / (float) count;
    float variance = squares * scale - sum * scale * sum * scale;
    return variance > 0.0f ? variance : 0.0f;
}

/* Sums the rows of a block, column by column. */
static void sum_rows(zd_view block, float *restrict sums)
{
    int count = block.width * block.format.channels;
    memcpy(sums, zd_view_row_f32(block, 0), (size_t) count * sizeof *sums);
    for (int i = 1; i < block.height; i++) {
        const float *restrict row = zd_view_row_f32(block, i);
        for (int x = 0; x < count; x++) {
            sums[x] += row[x];
        }
    }
}

/* The mean colour of columns x0 .. x1-1 of a block with so many rows, from its column sums. */
static void mean_colour(const float *sums, int channels, int x0, int x1, int rows, float mean[3])
{
    mean[0] = mean[1] = mean[2] = 0.0f;
    for (int x = x0; x < x1; x++) {
        const float *pixel = sums + (ptrdiff_t) x * channels;
        mean[0] += pixel[0];
        mean[1] += pixel[1];
        mean[2] += pixel[2];
    }
    float scale = 1.0f / (float) (rows * (x1 - x0));
    for (int c = 0; c < 3; c++) {
        mean[c] = tame(mean[c] * scale);
    }
}

/* The guide's pixels inside a rectangle: where they lie, or read into the slot. */
static zd_view guide_block(const zd_matte *matte, const zd_matte_tile_slot *slot, zd_rect rect)
{
    int width = rect.x1 - rect.x0;
    zd_view block = { slot->block, width, rect.y1 - rect.y0, (ptrdiff_t) width * 16, ZD_RGBA_F32 };
    if (matte->guide.data != NULL) {
        return zd_view_crop(matte->guide, rect);
    }
    matte->read_guide(matte->guide_user, rect, block);
    return block;
}

/* Colours and textures of the cells cell_x .. end-1 of a row. */
static void look_at_cells(const zd_matte *matte, const zd_matte_tile_slot *slot, int cell_x,
                          int end, int cell_y)
{
    int width = matte->size.frame_width;
    int left = zd_matte_cell_edge(matte, cell_x);
    zd_rect rect = { left, zd_matte_cell_edge(matte, cell_y),
                     zd_int_min(zd_matte_cell_edge(matte, end), width),
                     zd_matte_cell_edge(matte, cell_y + 1) };
    zd_view block = guide_block(matte, slot, rect);
    sum_rows(block, slot->sums);
    for (int x = cell_x; x < end; x++) {
        float mean[3];
        int x0 = zd_matte_cell_edge(matte, x) - left;
        int x1 = zd_int_min(zd_matte_cell_edge(matte, x + 1), width) - left;
        mean_colour(slot->sums, block.format.channels, x0, x1, block.height, mean);
        for (int c = 0; c < 3; c++) {
            zd_plane_row(matte->cells[ZD_CELL_RED + c], cell_y)[x] = mean[c];
        }
        zd_plane_row(matte->cells[ZD_CELL_TEXTURE], cell_y)[x] = texture_of(block, x0, x1);
    }
}

static inline place place_of(const zd_matte *matte, int cell, int samples, int pixels)
{
    float scale = (float) samples / (float) pixels;
    float size = 0.5f * zd_matte_node_step(matte);
    float at = ((float) cell + 0.5f) * size * scale - 0.5f;
    float low = floorf(at);
    return (place){ zd_int_clamp((int) low, 0, samples - 1),
                    zd_int_clamp((int) low + 1, 0, samples - 1), at - low };
}

/* Depth or probability at the centres of cells x0 .. x1-1 of a row. */
static inline void resample_row(const zd_matte *matte, int which, int cell_y, int x0, int x1,
                                const place *columns)
{
    zd_plane from = which == ZD_CELL_DEPTH ? matte->field : matte->probability;
    place row = place_of(matte, cell_y, from.height, matte->size.frame_height);
    const float *top = zd_plane_row(from, row.before);
    const float *bottom = zd_plane_row(from, row.after);
    float *out = zd_plane_row(matte->cells[which], cell_y) + x0;
    for (int i = 0; i < x1 - x0; i++) {
        place at = columns[i];
        float a = top[at.before] + (top[at.after] - top[at.before]) * at.share;
        float b = bottom[at.before] + (bottom[at.after] - bottom[at.before]) * at.share;
        out[i] = a + (b - a) * row.share;
    }
}

static ZD_VECTORISED void build_cell_rows(void *user, int item)
{
    enum { PART = 256 };
    const cell_job *job = user;
    const zd_matte *matte = job->matte;
    zd_plane cells = matte->cells[ZD_CELL_DEPTH];
    int first = item * ZD_CELL_ROWS_PER_ITEM;
    int end = zd_int_min(first + ZD_CELL_ROWS_PER_ITEM, cells.height);
    for (int x0 = 0; x0 < cells.width; x0 += PART) {
        place columns[PART];
        int x1 = zd_int_min(x0 + PART, cells.width);
        for (int x = x0; x < x1; x++) {
            columns[x - x0] = place_of(matte, x, matte->field.width, matte->size.frame_width);
        }
        for (int y = first; y < end; y++) {
            resample_row(matte, ZD_CELL_DEPTH, y, x0, x1, columns);
            if (matte->probability.data != NULL) {
                resample_row(matte, ZD_CELL_PROBABILITY, y, x0, x1, columns);
            }
        }
    }
}

static ZD_VECTORISED void colour_cell_row(void *user, int item)
{
    const cell_job *job = user;
    zd_rect area = job->coloured;
    zd_matte_tile_slot *slot = zd_matte_take_slot(job->matte);
    for (int x = area.x0; x < area.x1; x += job->matte->block_cells) {
        look_at_cells(job->matte, slot, x, zd_int_min(x + job->matte->block_cells, area.x1),
                      area.y0 + item);
    }
    zd_matte_give_slot(slot);
}

/* Repeats the border all around. */
void zd_cells_pad(zd_plane plane)
{
    for (int y = 0; y < plane.height; y++) {
        float *row = zd_plane_row(plane, y);
        for (int i = 1; i <= ZD_CELL_PAD; i++) {
            row[-i] = row[0];
            row[plane.width - 1 + i] = row[plane.width - 1];
        }
    }
    size_t bytes = (size_t) (plane.width + 2 * ZD_CELL_PAD) * sizeof(float);
    for (int i = 1; i <= ZD_CELL_PAD; i++) {
        memcpy(zd_plane_row(plane, -i) - ZD_CELL_PAD, zd_plane_row(plane, 0) - ZD_CELL_PAD, bytes);
        memcpy(zd_plane_row(plane, plane.height - 1 + i) - ZD_CELL_PAD,
               zd_plane_row(plane, plane.height - 1) - ZD_CELL_PAD, bytes);
    }
}

/* Three by three means. */
static ZD_VECTORISED void smooth_depth(const zd_matte *matte)
{
    zd_plane depth = matte->cells[ZD_CELL_DEPTH];
    for (int y = 0; y < depth.height; y++) {
        const float *a = zd_plane_row(depth, y - 1);
        const float *b = zd_plane_row(depth, y);
        const float *c = zd_plane_row(depth, y + 1);
        float *to = zd_plane_row(matte->cells[ZD_CELL_SMOOTH], y);
        for (int x = 0; x < depth.width; x++) {
            float left = a[x - 1] + b[x - 1] + c[x - 1];
            float middle = a[x] + b[x] + c[x];
            float right = a[x + 1] + b[x + 1] + c[x + 1];
            to[x] = (left + middle + right) * (1.0f / 9.0f);
        }
    }
}

/* The larger change over four cells, across or down. */
static ZD_VECTORISED void find_gradient(const zd_matte *matte)
{
    zd_plane depth = matte->cells[ZD_CELL_SMOOTH];
    for (int y = 0; y < depth.height; y++) {
        const float *above = zd_plane_row(depth, y - 2);
        const float *here = zd_plane_row(depth, y);
        const float *below = zd_plane_row(depth, y + 2);
        float *to = zd_plane_row(matte->cells[ZD_CELL_GRADIENT], y);
        for (int x = 0; x < depth.width; x++) {
            float across = fabsf(here[x + 2] - here[x - 2]);
            float down = fabsf(below[x] - above[x]);
            to[x] = across > down ? across : down;
        }
    }
}

void zd_cells_build(zd_matte *matte, bool with_guide, zd_rect coloured)
{
    cell_job job = { matte, coloured };
    zd_pool *pool = zd_context_pool(matte->ctx);
    int rows = matte->cells[ZD_CELL_DEPTH].height;
    int items = (rows + ZD_CELL_ROWS_PER_ITEM - 1) / ZD_CELL_ROWS_PER_ITEM;
    zd_pool_run(pool, items, build_cell_rows, &job);
    if (with_guide) {
        zd_pool_run(pool, coloured.y1 - coloured.y0, colour_cell_row, &job);
    }
    zd_cells_pad(matte->cells[ZD_CELL_DEPTH]);
    if (matte->probability.data != NULL) {
        zd_cells_pad(matte->cells[ZD_CELL_PROBABILITY]);
    }
    for (int c = 0; with_guide && c < 3; c++) {
        zd_cells_pad(matte->cells[ZD_CELL_RED + c]);
    }
    zd_cells_pad(matte->cells[ZD_CELL_TEXTURE]);
    smooth_depth(matte);
    zd_cells_pad(matte->cells[ZD_CELL_SMOOTH]);
    find_gradient(matte);
    zd_cells_pad(matte->cells[ZD_CELL_GRADIENT]);
}
