/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_TEST_H
#define ZD_MEDIA_TEST_H

/* What the media tests share: a scratch folder, made-up pictures and movies made of them. */

#include <dirent.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/reader.h"
#include "media/writer.h"
#include "zd_test.h"

/* Whether memory is watched by a sanitizer, which takes its own share. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#    define IS_SANITIZED 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#        define IS_SANITIZED 1
#    endif
#endif
#if !defined(IS_SANITIZED)
#    define IS_SANITIZED 0
#endif

#if IS_SANITIZED
/* libx265 3.5 keeps a kilobyte for ever. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libx265";
}
#endif

static zd_context *ctx;
static zd_error err;
static char scratch[256];
static int warnings; /* log lines at warn or above */
static char last_warning[512];

static inline void media_log(void *user, zd_log_level level, const char *domain,
                             const char *message)
{
    (void) user;
    (void) domain;
    if (level <= ZD_LOG_WARN) {
        warnings++;
        snprintf(last_warning, sizeof last_warning, "%s", message);
    }
}

static inline void media_begin(int threads)
{
    zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release, &zd_test_held },
                                 .threads = threads,
                                 .log = { media_log, NULL, ZD_LOG_WARN } };
    const char *folder = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%s/zdepth-media-XXXXXX", folder != NULL ? folder : "/tmp");
    if (zd_context_create(&params, &ctx, &err) != ZD_OK || mkdtemp(scratch) == NULL) {
        printf("no context or scratch folder\n");
        exit(1);
    }
}

static inline int media_remove(const char *path, const struct stat *info, int type,
                               struct FTW *where)
{
    (void) info;
    (void) type;
    (void) where;
    return remove(path);
}

static inline int media_end(void)
{
    nftw(scratch, media_remove, 16, FTW_DEPTH | FTW_PHYS);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}

/** A path in the scratch folder; the four latest stay valid. */
static inline const char *in_scratch(const char *format, ...) ZD_PRINTF(1, 2);
static inline const char *in_scratch(const char *format, ...)
{
    static char paths[4][512];
    static int turn;
    va_list args;
    turn = (turn + 1) % 4;
    int used = snprintf(paths[turn], sizeof paths[turn], "%s/", scratch);
    va_start(args, format);
    vsnprintf(paths[turn] + used, sizeof paths[turn] - (size_t) used, format, args);
    va_end(args);
    return paths[turn];
}

/** How many entries the scratch folder has whose name holds a text. */
static inline int count_files(const char *text)
{
    int count = 0;
    DIR *folder = opendir(scratch);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                 strstr(entry->d_name, text) != NULL;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count;
}

static inline zd_view new_picture(int width, int height, int channels, zd_image **image)
{
    if (zd_image_create(ctx, width, height, (zd_format){ ZD_SAMPLE_F32, channels }, image, &err) !=
        ZD_OK)
    {
        printf("%s\n", err.message);
        exit(1);
    }
    return zd_image_view(*image);
}

/** Noise of 0.1 to 0.9, alpha 0 to 1. */
static inline void fill_noise(zd_view view, unsigned long long seed)
{
    int channels = view.format.channels;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width * channels; x++) {
            float value = zd_test_uniform(&seed);
            row[x] = channels == 4 && x % 4 == 3 ? value : 0.1f + 0.8f * value;
        }
    }
}

/** Slow gradients, which survive chroma subsampling and lossy coding; `phase` moves them. */
static inline void fill_smooth(zd_view view, float phase)
{
    int channels = view.format.channels;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            float across = (float) x / (float) view.width;
            float down = (float) y / (float) view.height;
            float *pixel = row + (ptrdiff_t) x * channels;
            pixel[0] = 0.25f + 0.5f * across;
            if (channels > 1) {
                pixel[1] = 0.3f + 0.4f * down;
                pixel[2] = 0.35f + 0.2f * phase;
            }
            if (channels == 4) {
                pixel[3] = 0.5f * across + 0.5f * down;
            }
        }
    }
}

static inline float largest_difference(zd_view a, zd_view b)
{
    float largest = 0.0f;
    for (int y = 0; y < a.height; y++) {
        const float *one = zd_view_row_f32(a, y);
        const float *two = zd_view_row_f32(b, y);
        for (int x = 0; x < a.width * a.format.channels; x++) {
            float difference = fabsf(one[x] - two[x]);
            largest = difference > largest || isnan(difference) ? difference : largest;
        }
    }
    return largest;
}

static inline bool is_same_bits(zd_view a, zd_view b)
{
    for (int y = 0; y < a.height; y++) {
        if (memcmp(zd_view_row_f32(a, y), zd_view_row_f32(b, y),
                   sizeof(float) * (size_t) a.width * (size_t) a.format.channels) != 0)
        {
            return false;
        }
    }
    return true;
}

static inline zd_frame_info info_like(const char *format, int matrix, bool is_full)
{
    zd_frame_info info = { .time_base = { 1, 24 },
                           .sample_aspect = { 1, 1 },
                           .colour = { .matrix_id = matrix,
                                       .transfer_id = 1,
                                       .primaries_id = 1,
                                       .is_full_range = is_full } };
    snprintf(info.pixel_format, sizeof info.pixel_format, "%s", format);
    return info;
}

/** Footage to be like: 24 frames a second of BT.709 in limited range. */
static inline zd_reader_info footage(int width, int height)
{
    return (zd_reader_info){ .width = width,
                             .height = height,
                             .frame_rate = { 24, 1 },
                             .time_base = { 1, 24 },
                             .sample_aspect = { 1, 1 },
                             .bit_depth = 8,
                             .is_to_end = true,
                             .colour = { .transfer = ZD_TRANSFER_BT709,
                                         .transfer_id = 1,
                                         .primaries_id = 1,
                                         .matrix_id = 1 },
                             .pixel_format = "yuv420p" };
}

/** One gray level, which tells a frame from its neighbours even after lossy coding. */
static inline void fill_level(zd_view view, float phase)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width * view.format.channels; x++) {
            row[x] = 0.05f + 0.9f * phase;
        }
    }
}

static void (*media_fill)(zd_view view, float phase) = fill_smooth; /* what make_movie draws */

/** Writes smooth frames; params->like is filled in when it is missing. */
static inline void make_movie(const char *path, zd_writer_params params, int width, int height,
                              int frames)
{
    zd_reader_info like = footage(width, height);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(width, height, params.is_gray ? 1 : 4, &image);
    params.like = params.like != NULL ? params.like : &like;
    REQUIRE_OK(zd_writer_open(ctx, path, &params, &writer, &err));
    for (int i = 0; i < frames; i++) {
        media_fill(view, (float) i / (float) frames);
        REQUIRE_OK(zd_writer_put_view(writer, view, i, 1, &err));
    }
    zd_image_unref(&image);
    REQUIRE_OK(zd_writer_finish(&writer, &err));
}

/** Reads to the end and counts. */
static inline int64_t count_frames(const char *path, const zd_reader_params *params)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    int64_t count = 0;
    REQUIRE_OK(zd_reader_open(ctx, path, params, &reader, &err));
    zd_status status;
    while ((status = zd_reader_next(reader, &frame, &err)) == ZD_OK) {
        REQUIRE_INT(zd_frame_info_get(frame)->index, count);
        zd_frame_unref(&frame);
        count++;
    }
    zd_reader_close(&reader);
    REQUIRE_INT(status, ZD_ERR_END);
    return count;
}

static inline void write_bytes(const char *path, const void *data, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    REQUIRE_INT(fwrite(data, 1, bytes, file), bytes);
    fclose(file);
}

#endif
