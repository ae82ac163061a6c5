/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One line of the manifest after the other; a person's mask is judged with the suggested
 * threshold. */

#include "jobs/measure/quality.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clip/depth/clip_depth.h"
#include "core/file.h"
#include "core/size.h"
#include "depth/range.h"
#include "depth/suggest.h"
#include "image/resample.h"
#include "jobs/measure/quality_matte.h"
#include "matte/matte.h"
#include "media/map_reader.h"

enum { MAX_COLUMNS = 24, MANIFEST_LIMIT = 16 << 20 };

typedef struct item {
    const char *id;
    const char *source;
    const char *kind; /* NULL: the PNG is a mask */
} item;

typedef struct walk {
    zd_context *ctx;
    const zd_params *params;
    const char *folder;
    zd_quality_report *report;
    const zd_task *task;
} walk;

static int split(char *line, char **fields)
{
    int count = 0;
    for (char *at = line; at != NULL && count < MAX_COLUMNS; count++) {
        fields[count] = at;
        at = strchr(at, '\t');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return count;
}

static int column(char **header, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(header[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static char *next_line(char **rest)
{
    char *line = *rest;
    if (line == NULL || *line == '\0') {
        return NULL;
    }
    char *end = strchr(line, '\n');
    *rest = end != NULL ? end + 1 : NULL;
    if (end != NULL) {
        *end = '\0';
    }
    line[strcspn(line, "\r")] = '\0';
    return line;
}

static int count_lines(const char *text, const char *prefix)
{
    int count = 0;
    for (const char *at = strchr(text, '\n'); at != NULL && at[1] != '\0';
         at = strchr(at + 1, '\n')) {
        count += strncmp(at + 1, prefix, strlen(prefix)) == 0;
    }
    return count;
}

/* Inverse depth from a raw code of 16 bit. */
static float truth_value(const char *kind, float code)
{
    bool inverse = strncmp(kind, "disp", 4) == 0;
    if (code <= 0.0f) {
        return NAN;
    }
    if (code >= 65534.5f && !inverse) {
        return 0.0f; /* sky */
    }
    return inverse ? code : 1.0f / code;
}

static zd_status read_plane(walk *w, const char *name, const char *ending, zd_image **out,
                            int *bit_depth, zd_error *err)
{
    char path[4096];
    zd_map_reader *reader = NULL;
    snprintf(path, sizeof path, "%s/%s%s", w->folder, name, ending);
    ZD_TRY(zd_map_reader_open(w->ctx, path, NULL, &reader, err));
    zd_status status = zd_map_reader_at(reader, 0, out, err);
    *bit_depth = zd_map_reader_info_get(reader)->bit_depth;
    zd_map_reader_close(&reader);
    return status;
}

static void to_truth(zd_view view, const char *kind, int bit_depth)
{
    float scale = bit_depth > 8 ? 65535.0f : 255.0f;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = truth_value(kind, roundf(row[x] * scale));
        }
    }
}

/* The depth of one picture, in nearness order. */
static zd_status predict(walk *w, const char *id, zd_depth_sample *out, zd_error *err)
{
    char path[4096];
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_clip_depth *source = NULL;
    snprintf(path, sizeof path, "%s/%s.jpg", w->folder, id);
    zd_status status = zd_reader_open(w->ctx, path, NULL, &reader, err);
    if (status == ZD_OK) {
        status = zd_reader_next(reader, &frame, err);
    }
    if (status == ZD_OK) {
        status =
            zd_clip_depth_open(w->ctx, w->params, NULL, zd_reader_info_get(reader), &source, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_depth_get(source, frame, w->task, out, NULL, err);
    }
    zd_clip_depth_close(&source);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    return status;
}

static void metres_to_nearness(zd_depth_map *map)
{
    zd_view view = zd_image_view(map->values);
    for (int y = 0; map->kind == ZD_DEPTH_METRES && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = 1.0f / fmaxf(row[x], 1e-3f);
        }
    }
    map->kind = ZD_DEPTH_NEARNESS;
}

/** What `zdepth info` would suggest for this picture alone, in the map's values. */
typedef struct suggested {
    float threshold;
    zd_subject_shift shift; /* by the foreground probability */
} suggested;

static zd_status suggest(walk *w, const zd_depth_sample *sample, suggested *out, zd_error *err)
{
    zd_range_estimator *estimator = NULL;
    zd_suggester suggester = { 0 };
    ZD_TRY(zd_range_estimator_create(w->ctx, &estimator, err));
    zd_status status = zd_range_estimator_add(estimator, zd_range_measure(&sample->depth), err);
    zd_depth_range range = zd_range_estimator_result(estimator, sample->depth.kind);
    zd_range_estimator_destroy(&estimator);
    zd_view foreground = { 0 };
    if (sample->foreground != NULL) {
        foreground = zd_image_view(sample->foreground);
    }
    zd_suggester_add(&suggester, &sample->depth, range,
                     sample->foreground != NULL ? &foreground : NULL);
    zd_suggestion found = zd_suggester_result(&suggester, range, range);
    out->threshold = found.depth_in;
    out->shift =
        zd_subject_shift_in(found.probability, zd_depth_to_normalised(range, found.depth_in));
    out->shift.subject *= range.nearest - range.furthest;
    out->shift.rest *= range.nearest - range.furthest;
    return status;
}

static zd_quality_row *row_for(zd_quality_report *report, const char *source)
{
    assert(report->row_count >= 0 && report->row_count <= ZD_QUALITY_MAX_SOURCES);
    for (int i = 0; i < report->row_count; i++) {
        if (strcmp(report->rows[i].source, source) == 0) {
            return &report->rows[i];
        }
    }
    if (report->row_count == ZD_QUALITY_MAX_SOURCES) {
        return &report->rows[ZD_QUALITY_MAX_SOURCES - 1];
    }
    zd_quality_row *row = &report->rows[report->row_count++];
    snprintf(row->source, sizeof row->source, "%s", source);
    return row;
}

static void add_depth(zd_quality_report *report, const char *source, const zd_quality_score *score)
{
    zd_quality_row *row = row_for(report, source);
    if (!score->valid) {
        return;
    }
    row->depth_count++;
    row->depth.pairs += score->pairs;
    row->depth.abs_rel += score->abs_rel;
    row->depth.delta1 += score->delta1;
    for (int k = 0; k < ZD_QUALITY_BASELINES; k++) {
        row->depth.baselines[k] += score->baselines[k];
    }
}

/** A plane of the sample, enlarged to the mask's size. */
static zd_status enlarge(walk *w, zd_image *plane, zd_view like, zd_image **out, zd_error *err)
{
    ZD_TRY(zd_image_create(w->ctx, like.width, like.height, ZD_GRAY_F32, out, err));
    return zd_resample(w->ctx, ZD_RESAMPLE_LINEAR, zd_image_view(plane), zd_image_view(*out), err);
}

/** Nearness as the matte compares it with its thresholds: moved by the foreground probability. */
static void move_by_probability(zd_view nearness, zd_view probability, zd_subject_shift shift)
{
    for (int y = 0; y < nearness.height; y++) {
        float *n = zd_view_row_f32(nearness, y);
        const float *p = zd_view_row_f32(probability, y);
        for (int x = 0; x < nearness.width; x++) {
            n[x] += zd_subject_shift_of(shift, p[x]);
        }
    }
}

/* Of the network's planes alone, as small as they are. */
static zd_status score_planes(walk *w, const zd_depth_sample *sample, zd_image *mask, zd_error *err)
{
    zd_image *near = NULL;
    zd_image *probability = NULL;
    zd_view view = zd_image_view(mask);
    suggested at;
    ZD_TRY(suggest(w, sample, &at, err));
    zd_status status = enlarge(w, sample->depth.values, view, &near, err);
    if (status == ZD_OK && sample->foreground != NULL) {
        status = enlarge(w, sample->foreground, view, &probability, err);
    }
    if (status == ZD_OK) {
        zd_mask_score *sum = &w->report->mask;
        zd_mask_score moved = zd_quality_mask(zd_image_view(near), view, at.threshold);
        sum->best += moved.best;
        if (probability != NULL) {
            move_by_probability(zd_image_view(near), zd_image_view(probability), at.shift);
            moved = zd_quality_mask(zd_image_view(near), view, at.threshold);
        }
        sum->automatic += moved.automatic;
        w->report->mask_best_moved += moved.best;
        w->report->mask_count++;
    }
    zd_image_unref(&near);
    zd_image_unref(&probability);
    return status;
}

static zd_status score_mask(walk *w, const char *id, const zd_depth_sample *sample, zd_image *mask,
                            zd_error *err)
{
    char path[4096];
    double iou = 0.0;
    snprintf(path, sizeof path, "%s/%s.jpg", w->folder, id);
    ZD_TRY(zd_quality_matte(w->ctx, w->params, path, zd_image_view(mask), w->task, &iou, err));
    ZD_TRY(score_planes(w, sample, mask, err));
    w->report->mask_matte += iou;
    return ZD_OK;
}

static zd_status score_truth(walk *w, const item *it, const zd_depth_sample *sample,
                             zd_image *truth, int bit_depth, zd_error *err)
{
    zd_image *near = NULL;
    zd_quality_score score;
    zd_view view = zd_image_view(truth);
    to_truth(view, it->kind, bit_depth);
    ZD_TRY(zd_image_create(w->ctx, view.width, view.height, ZD_GRAY_F32, &near, err));
    zd_status status = zd_resample(w->ctx, ZD_RESAMPLE_LINEAR, zd_image_view(sample->depth.values),
                                   zd_image_view(near), err);
    if (status == ZD_OK) {
        status = zd_quality_depth(w->ctx, zd_image_view(near), view, 1, &score, err);
    }
    if (status == ZD_OK) {
        add_depth(w->report, it->source, &score);
    }
    zd_image_unref(&near);
    return status;
}

static zd_status score_person(walk *w, const item *it, const zd_depth_sample *sample, zd_error *err)
{
    char path[4096];
    zd_image *mask = NULL;
    int bit_depth;
    snprintf(path, sizeof path, "%s/%s.person.png", w->folder, it->id);
    if (!zd_file_exists(path)) {
        return ZD_OK;
    }
    ZD_TRY(read_plane(w, it->id, ".person.png", &mask, &bit_depth, err));
    zd_status status = score_mask(w, it->id, sample, mask, err);
    zd_image_unref(&mask);
    return status;
}

static zd_status score_item(walk *w, const item *it, zd_error *err)
{
    zd_depth_sample sample = { 0 };
    zd_image *plane = NULL;
    int bit_depth = 0;
    zd_status status = read_plane(w, it->id, ".png", &plane, &bit_depth, err);
    if (status == ZD_OK) {
        status = predict(w, it->id, &sample, err);
    }
    if (status == ZD_OK) {
        metres_to_nearness(&sample.depth);
        status = it->kind != NULL ? score_truth(w, it, &sample, plane, bit_depth, err)
                                  : score_mask(w, it->id, &sample, plane, err);
    }
    if (status == ZD_OK && it->kind != NULL) {
        status = score_person(w, it, &sample, err);
    }
    zd_depth_sample_release(&sample);
    zd_image_unref(&plane);
    return status;
}

static void finish_report(zd_quality_report *report)
{
    for (int i = 0; i < report->row_count; i++) {
        zd_quality_row *row = &report->rows[i];
        double scale = row->depth_count > 0 ? 1.0 / row->depth_count : 0.0;
        row->depth.pairs *= scale;
        row->depth.abs_rel *= scale;
        row->depth.delta1 *= scale;
        for (int k = 0; k < ZD_QUALITY_BASELINES; k++) {
            row->depth.baselines[k] *= scale;
            row->best_baseline = fmax(row->best_baseline, row->depth.baselines[k]);
        }
    }
    if (report->mask_count > 0) {
        report->mask.best /= report->mask_count;
        report->mask.automatic /= report->mask_count;
        report->mask_best_moved /= report->mask_count;
        report->mask_matte /= report->mask_count;
    }
}

/* The letters before the first digit or underscore: "nyu_0200" and "midd_Art" give nyu and midd. */
static void source_of(const char *id, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int) strcspn(id, "_"), id);
}

static zd_status walk_lines(walk *w, char *text, const char *prefix, int limit, zd_error *err)
{
    char *header[MAX_COLUMNS];
    char *rest = text;
    int total = count_lines(text, prefix);
    int step = limit > 0 && total > limit ? total / limit : 1;
    char *first = next_line(&rest);
    int columns = first != NULL ? split(first, header) : 0;
    int id = column(header, columns, "id");
    int kind = column(header, columns, "kind");
    if (id < 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "manifest.tsv has no column 'id'");
    }
    int index = 0;
    for (char *line; (line = next_line(&rest)) != NULL;) {
        char *fields[MAX_COLUMNS];
        char source[48];
        int count = split(line, fields);
        if (id >= count || strncmp(fields[id], prefix, strlen(prefix)) != 0 || index++ % step != 0)
        {
            continue;
        }
        source_of(fields[id], source, sizeof source);
        item it = { fields[id], source, kind >= 0 && kind < count ? fields[kind] : NULL };
        zd_status status = score_item(w, &it, err);
        if (status == ZD_ERR_MISSING || status == ZD_ERR_NO_MEMORY || zd_task_cancelled(w->task)) {
            return status;
        }
        if (status != ZD_OK) {
            zd_log_write(zd_context_log(w->ctx), ZD_LOG_WARN, "bench", "%s is left out: %s", it.id,
                         err != NULL ? err->message : "");
            w->report->skipped++;
        }
        zd_task_report(w->task, "quality", (index + step - 1) / step, (total + step - 1) / step);
    }
    return ZD_OK;
}

zd_status zd_quality_run(zd_context *ctx, const zd_params *params, const char *folder,
                         const char *prefix, int limit, const zd_task *task, zd_quality_report *out,
                         zd_error *err)
{
    char *text = NULL;
    size_t bytes;
    walk w = { ctx, params, folder, out, task };
    *out = (zd_quality_report){ 0 };
    char *path = zd_path_join(ctx, folder, "manifest.tsv");
    if (path == NULL) {
        return zd_fail_memory(err, folder);
    }
    zd_status status = zd_file_read_text(ctx, path, MANIFEST_LIMIT, &text, &bytes, err);
    zd_free(ctx, path);
    if (status == ZD_OK) {
        status = walk_lines(&w, text, prefix, limit, err);
    }
    zd_free(ctx, text);
    finish_report(out);
    return status;
}
