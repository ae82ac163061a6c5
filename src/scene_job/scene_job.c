/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* All names are checked before the first frame is rendered. */

#include "scene_job/scene_job.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/digest.h"
#include "core/file.h"
#include "core/part.h"
#include "core/require.h"
#include "media/identity.h"
#include "media/ledger.h"
#include "media/sequence.h"
#include "media/writer.h"
#include "scene_job/scene_job_analysis.h"
#include "scene_job/scene_job_files.h"

enum { PATH_SIZE = 4096 };

struct zd_scene_job {
    zd_context *ctx;
    zd_scene *scene;
    zd_scene_job_files *files;
    zd_scene_job_analysis *analysis;
    zd_scene_services services;
    char digest[ZD_DIGEST_TEXT_SIZE];
};

static zd_status open_parts(zd_scene_job *s, const char *path, const char *text,
                            const zd_scene_job_options *options, zd_error *err)
{
    zd_digest digest;
    if (text != NULL) {
        zd_hasher hasher;
        ZD_TRY(zd_scene_parse(s->ctx, path, text, strlen(text), &s->scene, err));
        zd_hasher_init(&hasher);
        zd_hasher_update(&hasher, text, strlen(text));
        zd_hasher_finish(&hasher, &digest);
    } else {
        ZD_TRY(zd_scene_read(s->ctx, path, &s->scene, err));
        ZD_TRY(zd_digest_file(path, &digest, err));
    }
    zd_digest_text(&digest, s->digest);
    ZD_TRY(zd_scene_check(s->scene, err));
    ZD_TRY(zd_scene_job_files_create(s->ctx, options->ocio, &s->files, err));
    ZD_TRY(zd_scene_job_colour_check(zd_scene_job_files_colour(s->files), s->scene, err));
    const zd_scene_job_networks networks = { options->model, options->face_model };
    ZD_TRY(zd_scene_job_analysis_create(s->ctx, networks, &options->cache, &s->analysis, err));
    s->services = (zd_scene_services){ { s->files, zd_scene_job_files_load },
                                       { s->analysis, zd_scene_job_analysis_run } };
    return ZD_OK;
}

static zd_status open_job(zd_context *ctx, const char *path, const char *text,
                          const zd_scene_job_options *options, zd_scene_job **out, zd_error *err)
{
    zd_scene_job *s = zd_alloc_zeroed(ctx, 1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    s->ctx = ctx;
    zd_status status = open_parts(s, path, text, options, err);
    if (status != ZD_OK) {
        zd_scene_job_close(out);
    }
    return status;
}

zd_status zd_scene_job_open(zd_context *ctx, const char *path, const zd_scene_job_options *options,
                            zd_scene_job **out, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL && options != NULL);
    return open_job(ctx, path, NULL, options, out, err);
}

zd_status zd_scene_job_open_text(zd_context *ctx, const char *path, const char *text,
                                 const zd_scene_job_options *options, zd_scene_job **out,
                                 zd_error *err)
{
    ZD_REQUIRE(err, text != NULL && options != NULL);
    return open_job(ctx, path, text, options, out, err);
}

void zd_scene_job_close(zd_scene_job **session)
{
    zd_scene_job *s = *session;
    *session = NULL;
    if (s != NULL) {
        zd_scene_job_analysis_destroy(&s->analysis);
        zd_scene_job_files_destroy(&s->files);
        zd_scene_destroy(&s->scene);
        zd_free(s->ctx, s);
    }
}

zd_scene *zd_scene_job_scene(zd_scene_job *session)
{
    return session->scene;
}

const zd_scene_services *zd_scene_job_services(zd_scene_job *session)
{
    return &session->services;
}

/* Straight colour for a target with alpha. Without alpha the picture lies over black, which
 * premultiplied light is already. */
static void fit_alpha(zd_view view, bool keeps_alpha)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++, row += 4) {
            float scale = row[3] > 0.0f ? 1.0f / row[3] : 0.0f;
            for (int c = 0; keeps_alpha && c < 3; c++) {
                row[c] *= scale;
            }
            row[3] = keeps_alpha ? row[3] : 1.0f;
        }
    }
}

typedef struct identity {
    zd_context *ctx;
    zd_hasher hasher;
} identity;

typedef struct target {
    int output;
    const char *file;
    bool is_trial;
    int width; /* of the last frame */
    int height;
    int shown;    /* frames rendered in which something shows */
    int blank;    /* and in which nothing does */
    int blank_at; /* the first of those */
    bool is_exr;
    bool is_movie;
    bool keeps_alpha;
    zd_writer *writer;
} target;

/* The beauty as a writer takes it: display-referred, sRGB unless the output says otherwise. */
static zd_status display_of(zd_scene_job *s, const target *t, const zd_scene_picture *picture,
                            zd_image **out, zd_error *err)
{
    const zd_scene_pass *comp = zd_scene_picture_pass(picture, "comp");
    if (comp == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a picture or movie shows the comp, which the output does not render");
    }
    zd_view from = zd_image_view(comp->image);
    ZD_TRY(zd_image_create(s->ctx, from.width, from.height, ZD_RGBA_F32, out, err));
    zd_view to = zd_image_view(*out);
    zd_view_copy(from, to);
    fit_alpha(to, t->keeps_alpha);
    zd_status status =
        zd_scene_job_colour_show(zd_scene_job_files_colour(s->files), s->scene, t->output, to, err);
    if (status != ZD_OK) {
        zd_image_unref(out);
    }
    return status;
}

static const char *output_name(const zd_scene_job *s, int output)
{
    return zd_scene_node_name(s->scene, zd_scene_output_node(s->scene, output));
}

static target make_target(const zd_scene_job *s, const zd_scene_job_params *params, int output)
{
    target t = { .output = output, .file = params->file };
    if (t.file == NULL) {
        t.file = zd_scene_output_file(s->scene, output);
    }
    zd_output_kind kind = zd_writer_kind(t.file);
    t.is_exr = kind == ZD_OUTPUT_CHANNELS;
    t.is_movie = kind == ZD_OUTPUT_MOVIE || kind == ZD_OUTPUT_UNKNOWN; /* the writer says why */
    t.keeps_alpha = !t.is_movie && zd_writer_holds_alpha(t.file);
    return t;
}

static zd_status check_name(const zd_scene_job *s, const target *t, int frames, zd_error *err)
{
    char name[PATH_SIZE];
    if (t->file[0] == '\0') {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "output '%s' has no file; give one with -o",
                       output_name(s, t->output));
    }
    ZD_TRY(zd_sequence_name(t->file, 1, name, sizeof name, err));
    if (frames > 1 && !t->is_movie && strcmp(name, t->file) == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' would be written %d times; put a number pattern such as %%04d into "
                       "its name",
                       t->file, frames);
    }
    return ZD_OK;
}

typedef struct file_check {
    zd_context *ctx;
    const char *output;
    int first; /* frames that a sequence is written for */
    int last;
} file_check;

static zd_status check_input(void *user, const char *input, zd_error *err)
{
    const file_check *check = user;
    ZD_TRY(zd_writer_check_output(check->ctx, check->output, input, err));
    for (int frame = check->first; frame <= check->last; frame++) {
        char name[PATH_SIZE];
        ZD_TRY(zd_sequence_name(check->output, frame, name, sizeof name, err));
        if (zd_file_same(name, input)) {
            return zd_writer_check_output(check->ctx, name, input, err);
        }
    }
    return ZD_OK;
}

/* Nothing is rendered before all targets have names, and files, of their own. */
static zd_status check_targets(zd_scene_job *s, const zd_scene_job_params *params, int begin,
                               int end, int first, int last, zd_error *err)
{
    for (int i = begin; i < end; i++) {
        target t = make_target(s, params, i);
        bool is_numbered = strchr(t.file, '%') != NULL;
        file_check check = { s->ctx, t.file, first, is_numbered ? last : first };
        ZD_TRY(check_name(s, &t, last - first + 1, err));
        ZD_TRY(t.is_exr ? ZD_OK
                        : zd_scene_job_colour_show(zd_scene_job_files_colour(s->files), s->scene, i,
                                                   (zd_view){ 0 }, err));
        if (params->trial_folder == NULL) {
            zd_part_sweep(s->ctx, t.file);
        }
        ZD_TRY(zd_scene_visit_files(s->scene, check_input, &check, err));
        for (int other = begin; other < i; other++) {
            if (strcmp(zd_scene_output_file(s->scene, other), t.file) == 0) {
                return zd_fail(
                    err, ZD_ERR_INVALID_ARGUMENT, "%s: the outputs '%s' and '%s' both go to '%s'",
                    zd_scene_path(s->scene), output_name(s, other), output_name(s, i), t.file);
            }
        }
    }
    return ZD_OK;
}

/* The aspect to four digits, in lowest terms. */
static zd_rational aspect_of(const zd_scene_picture *picture)
{
    assert(picture->pixel_aspect > 0.0);
    int a = (int) lround(picture->pixel_aspect * 10000.0);
    int b = 10000;
    zd_rational aspect = { a, b };
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return (zd_rational){ aspect.numerator / a, aspect.denominator / a };
}

static zd_status open_writer(zd_scene_job *s, target *t, const char *path,
                             const zd_scene_picture *picture, zd_error *err)
{
    /* What a configuration's display is, nobody can tell: 2 is unspecified. */
    bool is_named = zd_scene_colours_of(s->scene, t->output).display[0] != '\0';
    zd_reader_info like = {
        .kind = ZD_MEDIA_MOVIE,
        .width = picture->width,
        .height = picture->height,
        .frame_rate = { (int) lround(zd_scene_fps(s->scene) * 1000.0), 1000 },
        .time_base = { 1000, (int) lround(zd_scene_fps(s->scene) * 1000.0) },
        .sample_aspect = aspect_of(picture),
        .bit_depth = t->is_movie ? 8 : 16,
        .has_alpha = t->keeps_alpha,
        .colour = { .transfer = ZD_TRANSFER_SRGB,
                    .transfer_id = is_named      ? 2
                                   : t->is_movie ? 1
                                                 : 13,
                    .primaries_id = is_named ? 2 : 1,
                    .matrix_id = t->is_movie ? 1 : 0,
                    .is_full_range = !t->is_movie },
        .path = "",
    };
    zd_writer_params params = { .like = &like,
                                .alpha = t->keeps_alpha ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE };
    return zd_writer_open(s->ctx, path, &params, &t->writer, err);
}

static zd_status write_picture(zd_scene_job *s, target *t, const char *path,
                               const zd_scene_picture *picture, int index, zd_error *err)
{
    zd_image *display = NULL;
    ZD_TRY(display_of(s, t, picture, &display, err));
    zd_status status = t->writer == NULL ? open_writer(s, t, path, picture, err) : ZD_OK;
    if (status == ZD_OK) {
        status =
            zd_writer_put_view(t->writer, zd_image_view(display), t->is_movie ? index : 0, 1, err);
    }
    zd_image_unref(&display);
    if (status == ZD_OK && !t->is_movie) {
        status = zd_writer_finish(&t->writer, err);
    }
    return status;
}

static zd_status write_exr(zd_scene_job *s, const target *t, const char *path,
                           zd_scene_picture *picture, zd_error *err)
{
    ZD_TRY(zd_scene_job_colour_write(zd_scene_job_files_colour(s->files), s->scene, t->output,
                                     picture, err));
    return zd_scene_job_write_exr(s->ctx, path, picture, s->scene, t->output, s->digest, err);
}

static bool shows_something(const zd_scene_picture *picture)
{
    const zd_scene_pass *comp = zd_scene_picture_pass(picture, "comp");
    zd_view view = comp != NULL ? zd_image_view(comp->image) : (zd_view){ 0 };
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int i = 0; i < view.width * view.format.channels; i++) {
            if (!(row[i] == 0.0f)) {
                return true;
            }
        }
    }
    return comp == NULL;
}

static void count_shown(target *t, const zd_scene_picture *picture, int frame)
{
    bool is_shown = shows_something(picture);
    t->blank_at = t->blank == 0 && !is_shown ? frame : t->blank_at;
    t->shown += is_shown;
    t->blank += !is_shown;
}

/* An empty picture is seldom what was wanted. */
static void tell_blank(zd_scene_job *s, const target *t)
{
    char more[48] = "";
    if (t->blank == 0 || t->shown > 0) {
        return;
    }
    if (t->blank > 1) {
        snprintf(more, sizeof more, " and in the %d after it", t->blank - 1);
    }
    zd_log_write(
        zd_context_log(s->ctx), ZD_LOG_WARN, "scene",
        "output '%s': nothing shows in frame %d%s; its camera may stand in a surface or "
        "look past all of them: 'position X Y auto' stands back until the frame fills its view",
        output_name(s, t->output), t->blank_at, more);
}

static zd_status render_one(zd_scene_job *s, zd_scene_renderer *renderer, target *t, int frame,
                            int index, zd_error *err)
{
    zd_scene_picture picture;
    char path[PATH_SIZE];
    ZD_TRY(zd_sequence_name(t->file, frame, path, sizeof path, err));
    ZD_TRY(zd_scene_render(renderer, t->output, frame, &picture, err));
    t->width = picture.width;
    t->height = picture.height;
    count_shown(t, &picture, frame);
    zd_status status =
        t->is_exr ? write_exr(s, t, path, &picture, err)
                  : write_picture(s, t, t->is_movie ? t->file : path, &picture, index, err);
    zd_scene_picture_release(&picture);
    return status;
}

static zd_status identify_file(void *user, const char *path, zd_error *err)
{
    identity *id = user;
    if (!zd_media_identify(id->ctx, path, &id->hasher)) {
        return zd_fail(err, ZD_ERR_MISSING, "'%s' cannot be told from another", path);
    }
    return ZD_OK;
}

/* All that decides the frames of an output; false when it cannot be told. */
static bool digest_target(zd_scene_job *s, const target *t, zd_digest *out)
{
    identity id = { .ctx = s->ctx };
    const char *name = output_name(s, t->output);
    uint32_t cpu = zd_context_cpu(s->ctx);
    zd_hasher_init(&id.hasher);
    zd_hasher_update(&id.hasher, s->digest, sizeof s->digest);
    zd_hasher_update(&id.hasher, name, strlen(name) + 1);
    zd_hasher_update(&id.hasher, &cpu, sizeof cpu);
    (void) zd_media_identify(s->ctx, "/proc/self/exe", &id.hasher);
    zd_scene_job_colour_identify(zd_scene_job_files_colour(s->files), &id.hasher);
    bool is_known = zd_scene_job_analysis_identify(s->analysis, s->scene, &id.hasher) &&
                    zd_scene_visit_files(s->scene, identify_file, &id, NULL) == ZD_OK;
    zd_hasher_finish(&id.hasher, out);
    return is_known;
}

/* The finished frames of a sequence, or NULL. */
static zd_ledger *open_ledger(zd_scene_job *s, const target *t)
{
    zd_digest digest;
    bool is_sequence = !t->is_trial && !t->is_movie && strchr(t->file, '%') != NULL;
    return is_sequence && digest_target(s, t, &digest) ? zd_ledger_open(s->ctx, t->file, &digest)
                                                       : NULL;
}

static zd_status render_frame(zd_scene_job *s, zd_scene_renderer *renderer, target *t,
                              zd_ledger *ledger, int frame, int first, bool *kept, zd_error *err)
{
    char path[PATH_SIZE];
    ZD_TRY(zd_sequence_name(t->file, frame, path, sizeof path, err));
    *kept = zd_ledger_has(ledger, frame, path);
    if (!*kept) {
        ZD_TRY(render_one(s, renderer, t, frame, frame - first, err));
        zd_ledger_add(ledger, frame, path);
    }
    return ZD_OK;
}

static zd_status render_target(zd_scene_job *s, zd_scene_renderer *renderer, target *t, int first,
                               int last, const zd_task *task, zd_scene_job_report *report,
                               zd_error *err)
{
    assert(first <= last);
    zd_status status = ZD_OK;
    zd_ledger *ledger = open_ledger(s, t);
    report->is_resumable = report->is_resumable || ledger != NULL;
    for (int frame = first; frame <= last && status == ZD_OK; frame++) {
        bool kept = false;
        zd_task_report(task, "render", frame - first, last - first + 1);
        status = zd_task_cancelled(task)
                     ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled")
                     : render_frame(s, renderer, t, ledger, frame, first, &kept, err);
        report->frames += status == ZD_OK;
        report->kept += kept;
    }
    if (status == ZD_OK && t->writer != NULL) {
        status = zd_writer_finish(&t->writer, err);
    }
    zd_writer_abort(&t->writer);
    if (status == ZD_OK) {
        tell_blank(s, t);
        zd_ledger_finish(&ledger);
        zd_task_report(task, "render", last - first + 1, last - first + 1);
    }
    zd_ledger_close(&ledger);
    return status;
}

/* The same with its frames in the trial's folder, whose names stay as different as they were. */
static zd_status try_target(zd_scene_job *s, zd_scene_renderer *renderer, target *t,
                            const zd_scene_job_params *params, const zd_task *task,
                            zd_scene_job_report *report, zd_error *err)
{
    char name[PATH_SIZE];
    snprintf(name, sizeof name, "%d_%s", t->output, zd_path_base(t->file));
    char *path = zd_path_join(s->ctx, params->trial_folder, name);
    if (path == NULL) {
        return zd_fail_memory(err, "a trial's name");
    }
    t->file = path;
    t->is_trial = true;
    zd_status status =
        render_target(s, renderer, t, params->trial_first, params->trial_last, task, report, err);
    t->file = "";
    zd_free(s->ctx, path);
    return status;
}

static int find_output(const zd_scene *scene, const char *name)
{
    for (int i = 0; i < zd_scene_output_count(scene); i++) {
        if (strcmp(zd_scene_node_name(scene, zd_scene_output_node(scene, i)), name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Which outputs: [*begin, *end). */
static zd_status choose_outputs(const zd_scene *scene, const zd_scene_job_params *params,
                                int *begin, int *end, zd_error *err)
{
    *begin = 0;
    *end = zd_scene_output_count(scene);
    if (params->output != NULL) {
        *begin = find_output(scene, params->output);
        *end = *begin + 1;
        if (*begin < 0) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no output '%s'",
                           zd_scene_path(scene), params->output);
        }
    } else if (params->file != NULL && *end > 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s has %d outputs; say which one goes to '%s'", zd_scene_path(scene), *end,
                       params->file);
    }
    return ZD_OK;
}

zd_status zd_scene_job_render(zd_scene_job *s, const zd_scene_job_params *params,
                              const zd_task *task, zd_scene_job_report *report, zd_error *err)
{
    int first = params->first;
    int last = params->last;
    int begin = 0;
    int end = 0;
    zd_scene_renderer *renderer = NULL;
    *report = (zd_scene_job_report){ 0 };
    ZD_TRY(choose_outputs(s->scene, params, &begin, &end, err));
    if (params->all) {
        zd_scene_range(s->scene, &first, &last);
    }
    ZD_TRY(check_targets(s, params, begin, end, first, last, err));
    ZD_TRY(zd_scene_renderer_create(s->ctx, s->scene, &s->services, &renderer, err));
    zd_scene_job_analysis_set_task(s->analysis, task);
    zd_status status = ZD_OK;
    for (int i = begin; i < end && status == ZD_OK; i++) {
        target t = make_target(s, params, i);
        status = params->trial_folder != NULL
                     ? try_target(s, renderer, &t, params, task, report, err)
                     : render_target(s, renderer, &t, first, last, task, report, err);
        report->width = t.width;
        report->height = t.height;
    }
    zd_scene_job_analysis_set_task(s->analysis, NULL);
    zd_scene_renderer_destroy(&renderer);
    return status;
}
