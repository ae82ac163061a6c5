/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Detectors' numbers as boxes. MediaPipe's short-range detector has 2 anchors in each cell of a
 * 16 x 16 grid and 6 in each of 8 x 8 (its ssd_anchors options): middles and points are offsets from
 * the cell's in pixels of 128, without scaling by the anchor. Ours has one answer for each cell of
 * 8 x 8 pixels (training/face_data.py, cell_targets). */

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "face/face_internal.h"

enum { BOX_VALUES = 16, ANCHOR_GRIDS = 2, CELL = 8 };

static const float most_overlap = 0.3f;
static const float least_score = 0.5f;

/** Candidates before suppression. */
typedef struct candidates {
    int count;
    zd_face_box *boxes;
} candidates;

static float logistic(float logit)
{
    return 1.0f / (1.0f + expf(-logit));
}

static bool is_finite_box(const zd_face_box *box)
{
    float sum = box->score + box->x + box->y + box->size;
    for (int i = 0; i < 6; i++) {
        sum += box->points[i][0] + box->points[i][1];
    }
    return isfinite(sum) && box->size > 0.0f && box->size < 4.0f;
}

static void add_candidate(candidates *list, const zd_face_box *box)
{
    if (box->score > least_score && list->count < ZD_FACE_CANDIDATES_MAX && is_finite_box(box)) {
        list->boxes[list->count++] = *box;
    }
}

static void read_anchor(const float *r, float score, float x, float y, candidates *list)
{
    enum { PIXELS = 128 };
    zd_face_box box = { .score = score };
    box.x = x + r[0] / PIXELS;
    box.y = y + r[1] / PIXELS;
    box.size = fmaxf(r[2], r[3]) / PIXELS;
    for (int k = 0; k < 6; k++) {
        box.points[k][0] = x + r[4 + 2 * k] / PIXELS;
        box.points[k][1] = y + r[5 + 2 * k] / PIXELS;
    }
    add_candidate(list, &box);
}

static zd_status read_anchors(const zd_network *net, candidates *list, zd_error *err)
{
    static const char *const names[ANCHOR_GRIDS][2] = { { "boxes0", "scores0" },
                                                        { "boxes1", "scores1" } };
    for (int g = 0; g < ANCHOR_GRIDS; g++) {
        zd_network_tensor boxes;
        zd_network_tensor scores;
        if (!zd_network_find_tensor(net, names[g][0], &boxes) ||
            !zd_network_find_tensor(net, names[g][1], &scores) || boxes.width != scores.width ||
            boxes.height != scores.height || boxes.channels != scores.channels * BOX_VALUES)
        {
            return zd_fail(err, ZD_ERR_UNSUPPORTED, "its results are not those of a face detector");
        }
        for (int i = 0; i < boxes.width * boxes.height * scores.channels; i++) {
            int cell = i / scores.channels;
            float x = ((float) (cell % boxes.width) + 0.5f) / (float) boxes.width;
            float y = ((float) (cell / boxes.width) + 0.5f) / (float) boxes.height;
            read_anchor(boxes.data + (size_t) i * BOX_VALUES, logistic(scores.data[i]), x, y, list);
        }
    }
    return ZD_OK;
}

static zd_status read_cells(const zd_network *net, candidates *list, zd_error *err)
{
    zd_network_tensor cells;
    if (!zd_network_find_tensor(net, "faces", &cells) || cells.channels != BOX_VALUES) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "its results are not those of a face detector");
    }
    float pixel = 1.0f / (float) (CELL * cells.width);
    for (int i = 0; i < cells.width * cells.height; i++) {
        const float *r = cells.data + (size_t) i * BOX_VALUES;
        float x = ((float) (i % cells.width) + 0.5f) * CELL;
        float y = ((float) (i / cells.width) + 0.5f) * CELL;
        zd_face_box box = { .score = logistic(r[0]),
                            .x = (x + 16.0f * r[1]) * pixel,
                            .y = (y + 16.0f * r[2]) * pixel,
                            .size = 32.0f * expf(fminf(r[3], 10.0f)) * pixel };
        for (int k = 0; k < 6; k++) {
            box.points[k][0] = (x + 32.0f * r[4 + 2 * k]) * pixel;
            box.points[k][1] = (y + 32.0f * r[5 + 2 * k]) * pixel;
        }
        add_candidate(list, &box);
    }
    return ZD_OK;
}

static int compare_scores(const void *a, const void *b)
{
    float x = ((const zd_face_box *) a)->score;
    float y = ((const zd_face_box *) b)->score;
    return x > y ? -1 : x < y;
}

static float overlap(const zd_face_box *a, const zd_face_box *b)
{
    float reach = 0.5f * (a->size + b->size);
    float least = fminf(a->size, b->size);
    float w = fminf(reach - fabsf(a->x - b->x), least);
    float h = fminf(reach - fabsf(a->y - b->y), least);
    float common = fmaxf(w, 0.0f) * fmaxf(h, 0.0f);
    return common / (a->size * a->size + b->size * b->size - common);
}

/** Neighbours of the best answer say the same face a little differently: their mean, weighted by
 *  their scores, is steadier than any of them. */
static void merge(const candidates *list, int best, zd_face_box *out)
{
    float *sum = &out->x;
    int values = (int) ((sizeof *out - offsetof(zd_face_box, x)) / sizeof(float));
    float weights = 0.0f;
    memset(sum, 0, (size_t) values * sizeof *sum);
    out->score = list->boxes[best].score;
    for (int i = best; i < list->count; i++) {
        const zd_face_box *box = &list->boxes[i];
        if (overlap(box, &list->boxes[best]) > most_overlap) {
            const float *from = &box->x;
            for (int k = 0; k < values; k++) {
                sum[k] += box->score * from[k];
            }
            weights += box->score;
        }
    }
    for (int k = 0; k < values; k++) {
        sum[k] /= weights;
    }
}

static void suppress(candidates *list, zd_face_boxes *out)
{
    assert(list->count >= 0 && list->count <= ZD_FACE_CANDIDATES_MAX);
    qsort(list->boxes, (size_t) list->count, sizeof *list->boxes, compare_scores);
    for (int i = 0; i < list->count && out->count < ZD_FACE_BOXES_MAX; i++) {
        bool is_new = true;
        for (int j = 0; j < out->count && is_new; j++) {
            is_new = overlap(&list->boxes[i], &out->boxes[j]) <= most_overlap;
        }
        if (is_new) {
            merge(list, i, &out->boxes[out->count++]);
        }
    }
}

zd_status zd_face_decode(const zd_network *net, zd_face_decoder decoder, zd_face_box *room,
                         zd_face_boxes *out, zd_error *err)
{
    candidates list = { .boxes = room };
    out->count = 0;
    ZD_TRY(decoder == ZD_FACE_ANCHORS ? read_anchors(net, &list, err)
                                      : read_cells(net, &list, err));
    suppress(&list, out);
    return ZD_OK;
}
