/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Taking over the very codes of another frame where a mask says so. A sample is taken when the mask
 * is 1 on every pixel that it serves, so that shared chroma is never mixed. */

#include <libavutil/imgutils.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "core/vector.h"
#include "media/frame_internal.h"

enum { SAMPLES = 512, MOST_SHIFT = 3 /* of any pixel format of FFmpeg's */ };

typedef struct copy_job {
    const zd_frame *from;
    const zd_frame *to; /* writable */
    zd_view mask;
    atomic_bool changed;
} copy_job;

/* Which samples x .. x+count-1 of a row serve only pixels where the mask is 1; the rest is 0. */
static ZD_VECTORISED void find_covered(zd_view mask, const zd_frame_component *c, int sample_y,
                                       int x, int count, unsigned char *restrict samples)
{
    unsigned char pixels[SAMPLES << MOST_SHIFT];
    int x0 = x << c->log2_w;
    int width = count << c->log2_w;
    int seen = zd_int_min(width, mask.width - x0);
    int y0 = sample_y << c->log2_h;
    int y1 = zd_int_min((sample_y + 1) << c->log2_h, mask.height);
    memset(pixels, 1, (size_t) width); /* beyond the picture nobody is served */
    for (int y = y0; y < y1; y++) {
        const float *row = zd_view_row_f32(mask, y) + x0;
        for (int i = 0; i < seen; i++) {
            pixels[i] = row[i] >= 1.0f ? pixels[i] : 0;
        }
    }
    memcpy(samples, pixels, (size_t) count);
    for (int k = 0; k < 1 << c->log2_w && c->log2_w > 0; k++) {
        for (int i = 0; i < count; i++) {
            unsigned char one = pixels[(i << c->log2_w) + k];
            samples[i] = k == 0 ? one : samples[i] & one;
        }
    }
}

/* Copies samples that lie together, or one by one in packed formats. Whether any was another. */
static bool copy_run(const zd_frame_component *c, size_t bytes, const uint8_t *from, uint8_t *to,
                     int first, int end)
{
    bool changed = false;
    int run = c->step == 1 ? end - first : 1;
    for (int x = first; x < end; x += run) {
        size_t at = (size_t) (c->offset + x * c->step) * bytes;
        if (memcmp(to + at, from + at, bytes * (size_t) run) != 0) {
            memcpy(to + at, from + at, bytes * (size_t) run);
            changed = true;
        }
    }
    return changed;
}

/* How many samples from `at` on are as that one is. */
static int run_of(const unsigned char *samples, int at, int count)
{
    const unsigned char *end = memchr(samples + at, !samples[at], (size_t) (count - at));
    return end != NULL ? (int) (end - (samples + at)) : count - at;
}

static bool copy_component_row(const copy_job *job, const zd_frame_component *c, int sample_y)
{
    static const size_t sizes[] = { 1, 2, 4 };
    size_t bytes = sizes[job->to->layout.code];
    bool changed = false;
    const uint8_t *from = zd_frame_component_row(job->from->av, c, sample_y);
    uint8_t *to = (uint8_t *) zd_frame_component_row(job->to->av, c, sample_y);
    int width = zd_frame_ceil_shift(job->mask.width, c->log2_w);
    for (int x = 0; x < width; x += SAMPLES) {
        unsigned char covered[SAMPLES];
        int count = zd_int_min(SAMPLES, width - x);
        find_covered(job->mask, c, sample_y, x, count, covered);
        for (int i = 0, run; i < count; i += run) {
            run = run_of(covered, i, count);
            if (covered[i] != 0) {
                changed |= copy_run(c, bytes, from, to, x + i, x + i + run);
            }
        }
    }
    return changed;
}

static bool copy_component_band(const copy_job *job, const zd_frame_component *c, int y0, int y1)
{
    bool changed = false;
    for (int y = zd_frame_ceil_shift(y0, c->log2_h); y << c->log2_h < y1; y++) {
        changed |= copy_component_row(job, c, y);
    }
    return changed;
}

static void copy_band(void *user, int band)
{
    copy_job *job = user;
    const zd_layout *layout = &job->to->layout;
    bool changed = false;
    int y0 = band * ZD_FRAME_BAND;
    int y1 = zd_int_min(y0 + ZD_FRAME_BAND, job->mask.height);
    for (int i = 0; i < layout->colour_count; i++) {
        changed |= copy_component_band(job, &layout->colour[i], y0, y1);
    }
    if (layout->has_alpha) {
        changed |= copy_component_band(job, &layout->alpha, y0, y1);
    }
    if (changed) {
        atomic_store_explicit(&job->changed, true, memory_order_relaxed);
    }
}

/* Whether two pictures of one format hold the same codes. */
static bool is_same(const AVFrame *a, const AVFrame *b)
{
    for (int i = 0; i < AV_NUM_DATA_POINTERS && a->data[i] != NULL; i++) {
        const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(a->format);
        int bytes = av_image_get_linesize(a->format, a->width, i);
        int shift = i == 1 || i == 2 ? format->log2_chroma_h : 0;
        int rows = zd_frame_ceil_shift(a->height, shift);
        for (int y = 0; y < rows; y++) {
            if (memcmp(a->data[i] + (ptrdiff_t) y * a->linesize[i],
                       b->data[i] + (ptrdiff_t) y * b->linesize[i], (size_t) bytes) != 0)
            {
                return false;
            }
        }
    }
    return true;
}

/* The codes of another picture, with everything else of the frame's own. */
static zd_status take_all(zd_frame **to, const zd_frame *from, bool *changed, zd_error *err)
{
    zd_frame *mine = NULL;
    AVFrame *av = av_frame_clone(from->av);
    ZD_TRY(av != NULL ? ZD_OK : zd_fail_memory(err, "a frame"));
    zd_status status = zd_frame_share(*to, (*to)->info.time_base, (*to)->info.pts, &mine, err);
    if (status == ZD_OK) {
        mine->info.duration = (*to)->info.duration;
        av_dict_free(&av->metadata);
        while (av->nb_side_data > 0) {
            av_frame_remove_side_data(av, av->side_data[0]->type);
        }
        if (av_frame_copy_props(av, mine->av) < 0) {
            status = zd_fail_memory(err, "a frame");
        }
    }
    if (status != ZD_OK) {
        av_frame_free(&av);
        zd_frame_unref(&mine);
        return status;
    }
    *changed = *changed || !is_same(mine->av, av);
    av_frame_free(&mine->av);
    mine->av = av;
    zd_frame_unref(to);
    *to = mine;
    return ZD_OK;
}

zd_status zd_frame_copy_where(zd_frame **to, const zd_frame *from, zd_view mask, bool *changed,
                              zd_error *err)
{
    if ((*to)->av->format != from->av->format || (*to)->info.width != from->info.width ||
        (*to)->info.height != from->info.height ||
        (mask.data != NULL && (mask.width != from->info.width || mask.height != from->info.height)))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the frames differ in size or pixel format");
    }
    if (mask.data == NULL) {
        return take_all(to, from, changed, err);
    }
    ZD_TRY(zd_frame_make_writable(to, err));
    copy_job job = { from, *to, mask, false };
    int bands = (mask.height + ZD_FRAME_BAND - 1) / ZD_FRAME_BAND;
    zd_pool_run(zd_context_pool(from->ctx), bands, copy_band, &job);
    *changed = *changed || atomic_load(&job.changed);
    return ZD_OK;
}
