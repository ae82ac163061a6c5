/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One movie of each node stays open; its frames are read in order where that is possible. */

#include "scene_job/scene_job_files.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "media/exr.h"
#include "media/map_reader.h"
#include "media/sequence.h"
#include "media/still/png_text.h"

enum { MAX_MOVIES = 8, PATH_SIZE = 4096 };

/* A movie stays open between frames. */
typedef struct movie {
    char path[PATH_SIZE];
    zd_reader *reader;
    int64_t next;  /* the frame that comes without seeking; -1: none */
    int64_t count; /* of frames, once the end was met; 0: not yet */
    zd_frame *last;
    int64_t last_index;
} movie;

struct zd_scene_job_files {
    zd_context *ctx;
    zd_scene_job_colour *colour;
    movie movies[MAX_MOVIES];
    int next_slot;
};

zd_status zd_scene_job_files_create(zd_context *ctx, const char *ocio, zd_scene_job_files **out,
                                    zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a scene's files");
    }
    (*out)->ctx = ctx;
    zd_status status = zd_scene_job_colour_create(ctx, ocio, &(*out)->colour, err);
    if (status != ZD_OK) {
        zd_scene_job_files_destroy(out);
    }
    return status;
}

zd_scene_job_colour *zd_scene_job_files_colour(const zd_scene_job_files *files)
{
    return files->colour;
}

static void close_movie(movie *m)
{
    zd_frame_unref(&m->last);
    zd_reader_close(&m->reader);
    m->path[0] = '\0';
}

void zd_scene_job_files_destroy(zd_scene_job_files **files)
{
    if (*files == NULL) {
        return;
    }
    for (int i = 0; i < MAX_MOVIES; i++) {
        close_movie(&(*files)->movies[i]);
    }
    zd_scene_job_colour_destroy(&(*files)->colour);
    zd_free((*files)->ctx, *files);
    *files = NULL;
}

/* In the order of a request's colourspace; 0 takes what the file is tagged with. */
static zd_transfer transfer_of(zd_transfer tagged, int colourspace)
{
    assert(colourspace >= 0 && colourspace < 4);
    static const zd_transfer named[] = { ZD_TRANSFER_SRGB, ZD_TRANSFER_LINEAR, ZD_TRANSFER_SRGB,
                                         ZD_TRANSFER_BT709 };
    return colourspace == 0 ? tagged : named[colourspace];
}

static bool is_alpha(const char *channel)
{
    size_t length = strlen(channel);
    return strcmp(channel, "A") == 0 || (length > 2 && strcmp(channel + length - 2, ".A") == 0);
}

/* Colours are three: a channel by itself is gray. */
static zd_status make_rgb(zd_context *ctx, zd_image **image, zd_error *err)
{
    zd_image *rgb = NULL;
    zd_view from = zd_image_view(*image);
    if (from.format.channels >= 3) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(ctx, from.width, from.height, ZD_RGB_F32, &rgb, err));
    for (int y = 0; y < from.height; y++) {
        const float *row = zd_view_row_f32(from, y);
        float *to = zd_view_row_f32(zd_image_view(rgb), y);
        for (int x = 0; x < from.width * 3; x++) {
            to[x] = row[x / 3 * from.format.channels];
        }
    }
    zd_image_unref(image);
    *image = rgb;
    return ZD_OK;
}

/* Turns the values of a front into light. Alpha, and what is read as data, stays as it is. */
static zd_status decode(zd_scene_job_files *files, const zd_scene_request *request,
                        zd_transfer tagged, zd_image **image, zd_error *err)
{
    if (request->as_data || is_alpha(request->channel)) {
        return ZD_OK;
    }
    bool has_space = request->space[0] != '\0';
    if (has_space || request->colours.working[0] != '\0') {
        ZD_TRY(make_rgb(files->ctx, image, err));
    }
    if (has_space) {
        return zd_scene_job_colour_decode(files->colour, request, zd_image_view(*image), err);
    }
    zd_transfer_decode_view(transfer_of(tagged, request->colourspace), zd_image_view(*image));
    return request->colours.working[0] != '\0'
               ? zd_scene_job_colour_enter(files->colour, request, zd_image_view(*image), err)
               : ZD_OK;
}

/* Kinds of `zdepth depth` are larger where it is nearer, but for metres. */
static void declare_kind(const char *kind, zd_scene_loaded *out)
{
    bool is_metres = strcmp(kind, "metres") == 0;
    snprintf(out->declared, sizeof out->declared, is_metres ? "%.20s" : "%.20s, white near", kind);
}

static bool is_exr(const char *path)
{
    return strcasecmp(zd_path_extension(path), "exr") == 0;
}

/* The channel that holds depth when none is named: Z, else one that ends in .Z, else the only
 * one; -1 for a picture. */
static int find_depth_channel(const zd_exr *exr, int part)
{
    int count = zd_exr_channel_count(exr, part);
    int found = zd_exr_find_channel(exr, part, "Z");
    for (int i = 0; found < 0 && i < count; i++) {
        const char *name = zd_exr_channel(exr, part, i).name;
        size_t length = strlen(name);
        found = length > 2 && strcmp(name + length - 2, ".Z") == 0 ? i : -1;
    }
    return found < 0 && count == 1 ? 0 : found;
}

/* Our own depth files: what `zdepth scene` renders says "planar,absolute" and the like; what
 * `zdepth depth` writes says its kind, and which of its values are furthest and nearest. Its channel
 * for viewers is normalised whatever the kind. */
static void read_declared(const zd_exr *exr, int part, const char *channel, zd_scene_loaded *out)
{
    const char *words = NULL;
    double furthest = 0.0;
    double nearest = 0.0;
    if (zd_exr_text(exr, part, "zdepth:depth", &words)) {
        snprintf(out->declared, sizeof out->declared, "%s", words);
    } else if (zd_exr_text(exr, part, ZD_EXR_DEPTH_KIND, &words)) {
        bool is_display = strcmp(channel, "Y") == 0;
        declare_kind(is_display ? "normalised" : words, out);
        out->has_span = !is_display && strcmp(words, "metres") != 0 &&
                        zd_exr_number(exr, part, ZD_EXR_DEPTH_FURTHEST, &furthest) &&
                        zd_exr_number(exr, part, ZD_EXR_DEPTH_NEAREST, &nearest) &&
                        nearest > furthest;
        out->span = (zd_depth_range){ .furthest = (float) furthest, .nearest = (float) nearest };
    }
    if (!zd_exr_number(exr, part, "zdepth:near", &out->near_px) ||
        !zd_exr_number(exr, part, "zdepth:far", &out->far_px))
    {
        out->near_px = 0.0;
        out->far_px = 0.0;
    }
}

/* One to three channels: the named one or NAME.R/G/B (X/Y/Z), the depth, or R, G, B. */
static int choose_of_part(const zd_exr *exr, int part, const char *name, int channels[3])
{
    static const char *const sets[][3] = { { "R", "G", "B" },
                                           { "X", "Y", "Z" },
                                           { "high", "low", "" } };
    char full[256];
    int first =
        name[0] != '\0' ? zd_exr_find_channel(exr, part, name) : find_depth_channel(exr, part);
    if (first >= 0) {
        channels[0] = first;
        return 1;
    }
    for (size_t set = 0; set < sizeof sets / sizeof sets[0]; set++) {
        int count = 0;
        for (int i = 0; i < 3; i++) {
            snprintf(full, sizeof full, "%s%s%s", name, name[0] != '\0' ? "." : "", sets[set][i]);
            int found = zd_exr_find_channel(exr, part, full);
            if (found >= 0) {
                channels[count++] = found;
            }
        }
        if (count == 3 || (set == 2 && count == 2)) {
            return count;
        }
    }
    return 0;
}

/* The channels in the first part that has them. A part may be named: "PART.CHANNEL". */
static int choose_channels(const zd_exr *exr, const char *name, int *part, int channels[3])
{
    int count = 0;
    int parts = zd_exr_part_count(exr);
    for (*part = 0; name[0] == '\0' && *part < parts; (*part)++) { /* depth wherever it is */
        channels[0] = find_depth_channel(exr, *part);
        if (channels[0] >= 0) {
            return 1;
        }
    }
    for (*part = 0; *part < parts; (*part)++) {
        const char *own = zd_exr_part_name(exr, *part);
        size_t length = strlen(own);
        bool is_named = length > 0 && strncmp(name, own, length) == 0 &&
                        (name[length] == '.' || name[length] == '\0');
        const char *rest = is_named ? name + length + (name[length] == '.') : name;
        count = choose_of_part(exr, *part, name, channels);
        count = count == 0 && is_named ? choose_of_part(exr, *part, rest, channels) : count;
        if (count > 0) {
            return count;
        }
    }
    *part = 0;
    return 0;
}

static zd_status list_channels(const zd_exr *exr, const char *path, const char *name, zd_error *err)
{
    char names[200] = "";
    int parts = zd_exr_part_count(exr);
    for (int part = 0; part < parts; part++) {
        for (int i = 0; i < zd_exr_channel_count(exr, part); i++) {
            size_t used = strlen(names);
            bool is_named = parts > 1 && zd_exr_part_name(exr, part)[0] != '\0';
            snprintf(names + used, sizeof names - used, "%s%s%s%s", used > 0 ? ", " : "",
                     is_named ? zd_exr_part_name(exr, part) : "", is_named ? "." : "",
                     zd_exr_channel(exr, part, i).name);
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' has no channel '%s'; it has %s", path, name,
                   names);
}

static zd_status read_exr_channels(zd_scene_job_files *files, zd_exr *exr, int part,
                                   const int channels[3], int count, zd_scene_loaded *out,
                                   zd_error *err)
{
    assert(count >= 1 && count <= 3);
    int width = 0;
    int height = 0;
    zd_exr_wanted wanted[3];
    zd_format format = { ZD_SAMPLE_F32, count == 1 ? 1 : 3 };
    zd_exr_size(exr, part, &width, &height);
    ZD_TRY(zd_image_create(files->ctx, width, height, format, &out->image, err));
    zd_view view = zd_image_view(out->image);
    zd_view_clear(view);
    for (int i = 0; i < count; i++) {
        wanted[i] = (zd_exr_wanted){ channels[i], view, i };
    }
    out->is_float = true;
    out->is_half = zd_exr_channel(exr, part, channels[0]).is_half;
    zd_status status = zd_exr_read_any(exr, part, (zd_exr_place){ 0, 0 }, wanted, count, NULL, err);
    if (status != ZD_OK) {
        zd_image_unref(&out->image);
    }
    return status;
}

/* Values of EXR channels as they are, unless a front says that they are not light. */
static zd_status load_exr(zd_scene_job_files *files, const char *path,
                          const zd_scene_request *request, zd_scene_loaded *out, zd_error *err)
{
    zd_exr *exr = NULL;
    const char *channel = request->channel;
    int channels[3];
    ZD_TRY(zd_exr_open(files->ctx, path, &exr, err));
    int part = 0;
    int count = choose_channels(exr, channel, &part, channels);
    zd_status status = count > 0 ? read_exr_channels(files, exr, part, channels, count, out, err)
                                 : list_channels(exr, path, channel, err);
    read_declared(exr, part, channel, out);
    zd_exr_close(&exr);
    if (status == ZD_OK) {
        status = decode(files, request, ZD_TRANSFER_LINEAR, &out->image, err);
    }
    if (status != ZD_OK) {
        zd_image_unref(&out->image);
    }
    return status;
}

static movie *find_movie(zd_scene_job_files *files, const char *path)
{
    for (int i = 0; i < MAX_MOVIES; i++) {
        if (files->movies[i].reader != NULL && strcmp(files->movies[i].path, path) == 0) {
            return &files->movies[i];
        }
    }
    return NULL;
}

/* Takes the reader over; the movie that was opened first makes place. */
static movie *keep_movie(zd_scene_job_files *files, const char *path, zd_reader *reader)
{
    assert(files->next_slot >= 0 && files->next_slot < MAX_MOVIES);
    movie *m = &files->movies[files->next_slot];
    files->next_slot = (files->next_slot + 1) % MAX_MOVIES;
    close_movie(m);
    *m = (movie){ .reader = reader };
    snprintf(m->path, sizeof m->path, "%s", path);
    return m;
}

static zd_status fail_empty(const char *path, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no frames", path);
}

/* Makes a frame the last one; ZD_ERR_END past the end. */
static zd_status read_frame(movie *m, int64_t index, zd_error *err)
{
    zd_frame *frame = NULL;
    bool is_next = m->next == index;
    m->next = -1;
    if (!is_next) {
        ZD_TRY(zd_reader_seek_frame(m->reader, index, err));
    }
    ZD_TRY(zd_reader_next(m->reader, &frame, err));
    zd_frame_unref(&m->last);
    m->last = frame;
    m->last_index = index;
    m->next = index + 1;
    return ZD_OK;
}

/* Reads on from a frame to the movie's end and counts. */
static zd_status read_to_end(movie *m, int64_t from, zd_error *err)
{
    zd_status status = ZD_OK;
    while ((status = read_frame(m, from, err)) == ZD_OK) {
        m->count = ++from;
    }
    return status == ZD_ERR_END ? ZD_OK : status;
}

/* Makes the movie's last frame the last one; how many there are may be told wrongly or not. */
static zd_status find_end(movie *m, zd_error *err)
{
    int64_t told = zd_reader_info_get(m->reader)->frame_count;
    m->count = 0;
    ZD_TRY(read_to_end(m, told > 0 ? told - 1 : 0, err));
    if (m->count == 0 && told > 1) {
        ZD_TRY(read_to_end(m, 0, err));
    }
    return m->count > 0 ? ZD_OK : fail_empty(m->path, err);
}

static zd_status movie_frame(movie *m, int64_t index, zd_frame **out, zd_error *err)
{
    index = index < 0 ? 0 : index;
    index = m->count > 0 && index >= m->count ? m->count - 1 : index;
    if (m->last == NULL || m->last_index != index) {
        zd_status status = read_frame(m, index, err);
        ZD_TRY(status == ZD_ERR_END ? find_end(m, err) : status);
    }
    *out = zd_frame_ref(m->last);
    return ZD_OK;
}

static zd_status still_frame(zd_reader **reader, const char *path, zd_frame **out, zd_error *err)
{
    zd_status status = zd_reader_next(*reader, out, err);
    zd_reader_close(reader);
    return status == ZD_ERR_END ? fail_empty(path, err) : status;
}

/* A still is opened, read and closed; only movies stay. Past a movie's end, and before its start, a frame
 * stays the same. */
static zd_status get_frame(zd_scene_job_files *files, const char *path, int64_t index,
                           zd_frame **out, zd_scene_loaded *loaded, zd_error *err)
{
    movie *m = find_movie(files, path);
    zd_reader *reader = m != NULL ? m->reader : NULL;
    if (m == NULL) {
        ZD_TRY(zd_reader_open(files->ctx, path, NULL, &reader, err));
    }
    const zd_reader_info *info = zd_reader_info_get(reader);
    loaded->is_still = info->kind == ZD_MEDIA_STILL;
    loaded->is_half = info->is_half;
    if (loaded->is_still) {
        return still_frame(&reader, path, out, err);
    }
    m = m != NULL ? m : keep_movie(files, path, reader);
    ZD_TRY(movie_frame(m, index, out, err));
    loaded->identity = m->last_index + 1;
    return ZD_OK;
}

/* One channel of a picture by its letter. */
static zd_status pick_channel(zd_scene_job_files *files, const zd_frame *frame,
                              const zd_scene_request *request, const char *path,
                              zd_scene_loaded *out, zd_error *err)
{
    const char *name = request->channel;
    const zd_frame_info *info = zd_frame_info_get(frame);
    const char *letters = "RGBA";
    const char *at = strlen(name) == 1 ? strchr(letters, name[0]) : NULL;
    zd_image *rgba = NULL;
    if (at == NULL || (*at == 'A' && !info->has_alpha)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' has no channel '%s'; it has %s", path,
                       name, info->has_alpha ? "R, G, B, A" : "R, G, B");
    }
    ZD_TRY(zd_image_create(files->ctx, info->width, info->height, ZD_RGBA_F32, &rgba, err));
    zd_status status = zd_frame_read(frame, (zd_rect){ 0, 0, info->width, info->height },
                                     zd_image_view(rgba), err);
    if (status == ZD_OK) {
        status =
            zd_image_create(files->ctx, info->width, info->height, ZD_GRAY_F32, &out->image, err);
    }
    for (int y = 0; status == ZD_OK && y < info->height; y++) {
        const float *from = zd_view_row_f32(zd_image_view(rgba), y);
        float *to = zd_view_row_f32(zd_image_view(out->image), y);
        for (int x = 0; x < info->width; x++) {
            to[x] = from[x * 4 + (at - letters)];
        }
    }
    if (status == ZD_OK) {
        status = decode(files, request, info->colour.transfer, &out->image, err);
    }
    zd_image_unref(&rgba);
    return status;
}

static zd_status read_whole(zd_scene_job_files *files, const zd_frame *frame,
                            const zd_scene_request *request, zd_scene_loaded *out, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    ZD_TRY(zd_image_create(files->ctx, info->width, info->height, ZD_RGB_F32, &out->image, err));
    zd_view view = zd_image_view(out->image);
    ZD_TRY(zd_frame_read(frame, (zd_rect){ 0, 0, info->width, info->height }, view, err));
    return decode(files, request, info->colour.transfer, &out->image, err);
}

static void read_png_kind(const char *path, zd_scene_loaded *out)
{
    char kind[ZD_MEDIA_NAME_SIZE];
    if (zd_png_text_read(path, ZD_EXR_DEPTH_KIND, kind, sizeof kind)) {
        declare_kind(kind, out);
    }
}

zd_status zd_scene_job_files_load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                                  zd_error *err)
{
    zd_scene_job_files *files = user;
    char path[PATH_SIZE];
    zd_frame *frame = NULL;
    *out = (zd_scene_loaded){ 0 };
    ZD_REQUIRE(err, request->path != NULL);
    ZD_TRY(zd_sequence_name(request->path, request->frame, path, sizeof path, err));
    bool numbered = strcmp(path, request->path) != 0;
    if (is_exr(path) && (request->as_data || request->channel[0] != '\0')) {
        ZD_TRY(load_exr(files, path, request, out, err));
        out->is_still = !numbered;
        return ZD_OK;
    }
    ZD_TRY(get_frame(files, path, (int64_t) request->frame - 1, &frame, out, err));
    if (out->identity != 0 && out->identity == request->known && !numbered) {
        zd_frame_unref(&frame);
        return ZD_OK;
    }
    out->identity = numbered ? 0 : out->identity; /* each number is a file of its own */
    const zd_frame_info *info = zd_frame_info_get(frame);
    out->is_still = out->is_still && !numbered;
    out->bit_depth = info->bit_depth;
    out->is_float = info->is_float;
    if (request->as_data && strcasecmp(zd_path_extension(path), "png") == 0) {
        read_png_kind(path, out);
    }
    zd_status status = request->channel[0] != '\0'
                           ? pick_channel(files, frame, request, path, out, err)
                           : read_whole(files, frame, request, out, err);
    zd_frame_unref(&frame);
    if (status != ZD_OK) {
        zd_image_unref(&out->image);
    }
    return status;
}
