/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth scene init: a scene to begin with, made from footage: its picture on a surface that fills the
 * frame, before a camera. */

#include <limits.h>
#include <math.h>
#include <string.h>

#include "cli/targets.h"
#include "cli/verbs/scene/scene_edits.h"
#include "core/file.h"
#include "media/reader.h"

enum { MAX_SIDE = 16384 };

/* What the frame statement says of footage. */
typedef struct footage {
    int width;
    int height;
    double aspect;
    double fps;
    long long first;
    long long last;
} footage;

/* A scene is work done by hand; init is not to undo it. */
static zd_status check_target(const zd_cli *cli, const char *path, zd_error *err)
{
    ZD_TRY(zd_target_is_ours(path, "zscene", "a scene", err));
    ZD_TRY(zd_target_keep(cli, path, err));
    return cli->may_overwrite || !zd_file_exists(path)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_IO,
                         "the scene '%s' is there already; -y replaces it, and zdepth scene "
                         "apply-media %s NODE --file FILE shows other footage in it",
                         path, path);
}

/* A scene's frame is a movie's frame counted from 1, and a picture's number in a sequence. */
static zd_status look_at(zd_context *ctx, const char *file, footage *out, zd_error *err)
{
    zd_reader *reader = NULL;
    ZD_TRY(zd_reader_open(ctx, file, NULL, &reader, err));
    zd_status status = zd_reader_count(reader, err);
    const zd_reader_info *info = zd_reader_info_get(reader);
    bool has_aspect = info->sample_aspect.numerator > 0 && info->sample_aspect.denominator > 0;
    long long count = info->frame_count > 0 ? info->frame_count : 1;
    *out = (footage){ info->width, info->height, 1.0, zd_reader_info_rate(info), 1, count };
    if (has_aspect) {
        out->aspect = (double) info->sample_aspect.numerator / info->sample_aspect.denominator;
    }
    if (info->kind == ZD_MEDIA_SEQUENCE) {
        out->first = info->first_number;
        out->last = info->first_number + (count - 1) * info->number_step;
    }
    if (status == ZD_OK && info->kind == ZD_MEDIA_SEQUENCE && strchr(file, '%') == NULL) {
        status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "--file '%s' is a sequence; a scene names it by a pattern such as "
                         "plate.%%04d.exr",
                         file);
    }
    zd_reader_close(&reader);
    if (status == ZD_OK && (out->width > MAX_SIDE || out->height > MAX_SIDE)) {
        status = zd_fail(err, ZD_ERR_LIMIT, "--file '%s' is %dx%d; a scene's frame has up to %d",
                         file, out->width, out->height, MAX_SIDE);
    }
    return status;
}

static void write_frame(const footage *f, zd_text *out)
{
    zd_text_format(out, "zscene 1\nframe { size %d %d", f->width, f->height);
    if (fabs(f->aspect - 1.0) > 1e-9) {
        zd_text_add(out, " aspect ");
        zd_scene_write_number(out, f->aspect);
    }
    if (f->fps > 0.0) {
        zd_text_add(out, " fps ");
        zd_scene_write_number(out, f->fps);
    }
    zd_text_format(out, " range %lld %lld }\n", f->first, f->last);
}

/* The frame, the media, and what shows it. */
static zd_status write_scene(zd_context *ctx, const char *path, const char *written,
                             const footage *f, zd_scene_draft *doc, zd_error *err)
{
    zd_text text;
    int media = -1;
    zd_text_init(&text, ctx);
    write_frame(f, &text);
    zd_status status = zd_text_finish(&text, "a scene", err);
    if (status == ZD_OK) {
        status = zd_scene_draft_open(ctx, path, text.data, text.length, doc, err);
    }
    zd_text_release(&text);
    ZD_TRY(status);
    status = zd_scene_draft_read_file(doc, written, &media, err);
    if (status == ZD_OK) {
        zd_text_init(&text, ctx);
        zd_text_add_bytes(&text, doc->text, doc->bytes);
        zd_text_format(&text,
                       "camera cam { }\nsurface card { media %s }\n"
                       "output main { camera cam passes comp matte zdepth }\n",
                       doc->parsed->nodes[media].name);
        status = zd_text_finish(&text, "a scene", err);
        zd_scene_draft_close(doc);
        if (status == ZD_OK) {
            status = zd_scene_draft_open(ctx, path, text.data, text.length, doc, err);
        }
        zd_text_release(&text);
        return status;
    }
    zd_scene_draft_close(doc);
    return status;
}

zd_status zd_cli_scene_begin(zd_cli *cli, const zd_args *args, zd_scene_draft *doc, zd_error *err)
{
    const char *path = args->positional[1];
    const char *file = zd_args_flag(args, "file");
    char written[PATH_MAX];
    footage f;
    if (file == NULL || args->positional_count > 2) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "usage: zdepth scene init SCENE --file FOOTAGE");
    }
    ZD_TRY(check_target(cli, path, err));
    ZD_TRY(zd_cli_scene_path(path, file, written, sizeof written, err));
    ZD_TRY(look_at(cli->ctx, file, &f, err));
    return write_scene(cli->ctx, path, written, &f, doc, err);
}
