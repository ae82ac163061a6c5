/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A buffer source and a sink round the user's graph. Colour tags that a filter drops are put
 * back. */

#include "media/filter.h"

#include <assert.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "media/av_support.h"
#include "media/filter/filter_names.h"
#include "media/filter_graph.h"
#include "media/frame_internal.h"

struct zd_filter {
    zd_context *ctx;
    char *text;
    AVFilterGraph *graph;
    AVFilterContext *sources[ZD_FILTER_INPUT_COUNT]; /* NULL: not taken */
    AVFilterContext *sink;
    zd_frame_info input;
    zd_rational rate;
    bool is_flushed;
};

void zd_filter_close(zd_filter **filter)
{
    zd_filter *doomed = *filter;
    *filter = NULL;
    if (doomed != NULL) {
        avfilter_graph_free(&doomed->graph);
        zd_free(doomed->ctx, doomed->text);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status fail_graph(const zd_filter *filter, int code, zd_error *err)
{
    const char *said = zd_av_last_message();
    if (said[0] == '\0') {
        return zd_av_fail(err, code, "the effect '%.160s' cannot be used", filter->text);
    }
    /* FFmpeg says it in pieces; 7.1 ends with a last one that tells nothing. */
    bool is_empty = strcmp(said, "Error initializing filters") == 0;
    bool is_tail = said[0] == ' ' || is_empty;
    bool is_frei0r = strstr(filter->text, "frei0r") != NULL;
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the effect '%.160s' cannot be used: %s%s%s",
                   filter->text, is_tail ? "it does not start" : "", is_empty ? "" : said,
                   is_tail && is_frei0r ? "; is the plug-in installed, or in $FREI0R_PATH?" : "");
}

static bool is_map(zd_filter_input input)
{
    return input == ZD_FILTER_DEPTH || input == ZD_FILTER_MATTE;
}

/* Depth and matte as finely as the footage. */
static enum AVPixelFormat map_format(const zd_filter *filter)
{
    return filter->input.bit_depth > 8 ? AV_PIX_FMT_GRAY16 : AV_PIX_FMT_GRAY8;
}

static int make_source(zd_filter *filter, zd_filter_input input)
{
    static const char *const names[] = { "in", "depth", "matte", "plate" };
    const zd_frame_info *info = &filter->input;
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    AVFilterContext *source =
        avfilter_graph_alloc_filter(filter->graph, avfilter_get_by_name("buffer"), names[input]);
    filter->sources[input] = source;
    if (parameters == NULL || source == NULL) {
        av_free(parameters);
        return AVERROR(ENOMEM);
    }
    parameters->format = is_map(input) ? map_format(filter) : av_get_pix_fmt(info->pixel_format);
    parameters->width = info->width;
    parameters->height = info->height;
    parameters->time_base = zd_to_av(info->time_base);
    parameters->sample_aspect_ratio = zd_to_av(info->sample_aspect);
    parameters->frame_rate = zd_to_av(filter->rate);
#if LIBAVFILTER_VERSION_MAJOR >= 10
    parameters->color_space = (enum AVColorSpace) info->colour.matrix_id;
    parameters->color_range =
        info->colour.is_full_range || is_map(input) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
#endif
    if (parameters->time_base.num <= 0 || parameters->time_base.den <= 0) {
        parameters->time_base = (AVRational){ 1, 24 };
    }
    int code = av_buffersrc_parameters_set(source, parameters);
    av_free(parameters);
    return code < 0 ? code : avfilter_init_str(source, NULL);
}

/* What an open input is. A lone one is the footage, whatever its label, unless that is one of the others'. */
static zd_status find_input(const zd_filter *filter, const AVFilterInOut *end, bool is_lone,
                            zd_filter_input *out, zd_error *err)
{
    static const char *const labels[] = { "footage", "depth", "matte", "plate" };
    *out = ZD_FILTER_FOOTAGE;
    for (int i = 0; end->name != NULL && i < ZD_FILTER_INPUT_COUNT; i++) {
        if (strcmp(end->name, labels[i]) == 0) {
            *out = (zd_filter_input) i;
            return ZD_OK;
        }
    }
    return is_lone || end->name == NULL || strcmp(end->name, "in") == 0
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "the effect '%.160s' has the input [%.40s]; those it can have are "
                         "[footage], [depth], [matte] and [plate]",
                         filter->text, end->name);
}

static zd_status join_input(zd_filter *filter, const AVFilterInOut *end, bool is_lone,
                            zd_error *err)
{
    zd_filter_input input;
    ZD_TRY(find_input(filter, end, is_lone, &input, err));
    if (filter->sources[input] != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       input == ZD_FILTER_FOOTAGE
                           ? "the effect '%.160s' must have one picture in and one out; label what "
                             "is not the footage [depth], [matte] or [plate], and split what is "
                             "needed twice"
                           : "the effect '%.160s' has one input twice; split it",
                       filter->text);
    }
    int code = make_source(filter, input);
    if (code >= 0) {
        code = avfilter_link(filter->sources[input], 0, end->filter_ctx, (unsigned) end->pad_idx);
    }
    return code < 0 ? fail_graph(filter, code, err) : ZD_OK;
}

/* Joins the text's open ends with our sources and sink. */
static zd_status parse(zd_filter *filter, zd_error *err)
{
    AVFilterInOut *inputs = NULL;
    AVFilterInOut *outputs = NULL;
    int code = avfilter_graph_parse2(filter->graph, filter->text, &inputs, &outputs);
    zd_status status = code < 0 ? fail_graph(filter, code, err) : ZD_OK;
    if (status == ZD_OK && (inputs == NULL || outputs == NULL || outputs->next != NULL)) {
        status = zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "the effect '%.160s' must have one picture in and one out", filter->text);
    }
    for (const AVFilterInOut *end = inputs; status == ZD_OK && end != NULL; end = end->next) {
        status = join_input(filter, end, inputs->next == NULL, err);
    }
    if (status == ZD_OK) {
        code = avfilter_link(outputs->filter_ctx, (unsigned) outputs->pad_idx, filter->sink, 0);
        status = code < 0 ? fail_graph(filter, code, err) : ZD_OK;
    }
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return status;
}

/* FFmpeg hands frei0r its rows with their padding as if there were none: other widths come out sheared. */
static zd_status check_widths(const zd_filter *filter, zd_error *err)
{
    enum { PIXELS = 16 };
    for (unsigned i = 0; i < filter->graph->nb_filters; i++) {
        const AVFilterContext *at = filter->graph->filters[i];
        if (strcmp(at->filter->name, "frei0r") != 0 || at->inputs[0]->w % PIXELS == 0) {
            continue;
        }
        int width = at->inputs[0]->w;
        int padded = (width + PIXELS - 1) / PIXELS * PIXELS;
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "the effect '%.160s' gives frei0r a picture %d wide, which must be a multiple "
            "of %d: put pad=w=%d before it and crop=w=%d:x=0 behind it",
            filter->text, width, PIXELS, padded, width);
    }
    return ZD_OK;
}

static zd_status build(zd_filter *filter, zd_error *err)
{
    filter->graph = avfilter_graph_alloc();
    if (filter->graph == NULL) {
        return zd_fail_memory(err, "an effect");
    }
    filter->graph->nb_threads = zd_pool_threads(zd_context_pool(filter->ctx));
    int code = avfilter_graph_create_filter(&filter->sink, avfilter_get_by_name("buffersink"),
                                            "out", NULL, NULL, filter->graph);
    if (code < 0) {
        return fail_graph(filter, code, err);
    }
    ZD_TRY(parse(filter, err));
    code = avfilter_graph_config(filter->graph, NULL);
    if (code < 0) {
        return fail_graph(filter, code, err);
    }
    ZD_TRY(check_widths(filter, err));
    int width = av_buffersink_get_w(filter->sink);
    int height = av_buffersink_get_h(filter->sink);
    if (width != filter->input.width || height != filter->input.height) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the effect '%.160s' changes the size from %dx%d to %dx%d; it must keep it",
                       filter->text, filter->input.width, filter->input.height, width, height);
    }
    return ZD_OK;
}

/* What FFmpeg is given to read: the text itself, or what the check wrote. */
static zd_status take_text(zd_filter *filter, const char *graph, zd_trust trust, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, filter->ctx);
    zd_status status = ZD_OK;
    if (trust != ZD_TRUST_FULL) {
        status = zd_filter_graph_check(graph, &text, err);
        graph = text.data;
    } else {
        status = zd_filter_names_check(graph, err);
    }
    if (status == ZD_OK && (filter->text = zd_strdup(filter->ctx, graph)) == NULL) {
        status = zd_fail_memory(err, "an effect");
    }
    zd_text_release(&text);
    return status;
}

zd_status zd_filter_open(zd_context *ctx, const char *graph, zd_trust trust,
                         const zd_frame_info *info, zd_rational frame_rate, zd_filter **out,
                         zd_error *err)
{
    ZD_REQUIRE(err, graph != NULL && info->width > 0 && info->height > 0);
    *out = NULL;
    zd_filter *filter = zd_alloc_zeroed(ctx, 1, sizeof *filter);
    if (filter == NULL) {
        return zd_fail_memory(err, "an effect");
    }
    filter->ctx = ctx;
    filter->input = *info;
    filter->rate = frame_rate;
    zd_context *previous = zd_av_enter(ctx);
    zd_status status = take_text(filter, graph, trust, err);
    if (status == ZD_OK) {
        status = build(filter, err);
    }
    zd_av_leave(previous);
    if (status != ZD_OK) {
        zd_filter_close(&filter);
    }
    *out = filter;
    return status;
}

static zd_status push_frame(zd_filter *filter, zd_filter_input input, const zd_frame *frame,
                            zd_error *err)
{
    const zd_frame_info *info = &frame->info;
    if (info->width != filter->input.width || info->height != filter->input.height ||
        strcmp(info->pixel_format, filter->input.pixel_format) != 0)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the effect was made for %dx%d %s, not %dx%d %s", filter->input.width,
                       filter->input.height, filter->input.pixel_format, info->width, info->height,
                       info->pixel_format);
    }
    filter->input.is_premultiplied = info->is_premultiplied; /* which footage cannot tell ahead */
    AVFrame *av = av_frame_clone(frame->av);
    if (av == NULL) {
        return zd_fail_memory(err, "a frame");
    }
    /* What was only guessed is said, so that conversions inside the graph guess the same. */
    av->colorspace = (enum AVColorSpace) info->colour.matrix_id;
    av->color_range = info->colour.is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    int code = av_buffersrc_add_frame_flags(filter->sources[input], av, AV_BUFFERSRC_FLAG_PUSH);
    av_frame_free(&av);
    return code < 0 ? fail_graph(filter, code, err) : ZD_OK;
}

static void write_map(zd_view from, AVFrame *to)
{
    bool is_wide = to->format == AV_PIX_FMT_GRAY16;
    float most = is_wide ? 65535.0f : 255.0f;
    for (int y = 0; y < from.height; y++) {
        const float *in = zd_view_row_f32(from, y);
        uint8_t *out = to->data[0] + (ptrdiff_t) y * to->linesize[0];
        for (int x = 0; x < from.width; x++) {
            float value = in[x] > 0.0f ? (in[x] < 1.0f ? in[x] : 1.0f) : 0.0f;
            uint16_t code = (uint16_t) (value * most + 0.5f);
            if (is_wide) {
                memcpy(out + 2 * (ptrdiff_t) x, &code, sizeof code);
            } else {
                out[x] = (uint8_t) code;
            }
        }
    }
}

/* A plane of numbers as the gray picture of that frame's time. */
static zd_status push_map(zd_filter *filter, zd_filter_input input, zd_view map,
                          const zd_frame *frame, zd_error *err)
{
    if (map.data == NULL || map.width != filter->input.width || map.height != filter->input.height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the effect '%.160s' takes depth or matte, which this frame does not have",
                       filter->text);
    }
    AVFrame *av = av_frame_alloc();
    if (av == NULL) {
        return zd_fail_memory(err, "a frame");
    }
    av->format = map_format(filter);
    av->width = map.width;
    av->height = map.height;
    int code = av_frame_get_buffer(av, 0);
    if (code >= 0) {
        write_map(map, av);
        av->pts = frame->av->pts;
        av->sample_aspect_ratio = zd_to_av(filter->input.sample_aspect);
        av->color_range = AVCOL_RANGE_JPEG;
        code = av_buffersrc_add_frame_flags(filter->sources[input], av, AV_BUFFERSRC_FLAG_PUSH);
    }
    av_frame_free(&av);
    return code < 0 ? fail_graph(filter, code, err) : ZD_OK;
}

static zd_status push_all(zd_filter *filter, const zd_frame *frame, const zd_filter_more *more,
                          zd_error *err)
{
    if (filter->sources[ZD_FILTER_FOOTAGE] != NULL) {
        ZD_TRY(push_frame(filter, ZD_FILTER_FOOTAGE, frame, err));
    }
    if (filter->sources[ZD_FILTER_DEPTH] != NULL) {
        ZD_TRY(push_map(filter, ZD_FILTER_DEPTH, more->depth, frame, err));
    }
    if (filter->sources[ZD_FILTER_MATTE] != NULL) {
        ZD_TRY(push_map(filter, ZD_FILTER_MATTE, more->matte, frame, err));
    }
    return filter->sources[ZD_FILTER_PLATE] == NULL
               ? ZD_OK
               : push_frame(filter, ZD_FILTER_PLATE, more->plate != NULL ? more->plate : frame,
                            err);
}

static zd_status flush(zd_filter *filter, zd_error *err)
{
    int code = 0;
    filter->is_flushed = true;
    for (int i = 0; code >= 0 && i < ZD_FILTER_INPUT_COUNT; i++) {
        if (filter->sources[i] != NULL) {
            code = av_buffersrc_add_frame_flags(filter->sources[i], NULL, AV_BUFFERSRC_FLAG_PUSH);
        }
    }
    return code < 0 ? fail_graph(filter, code, err) : ZD_OK;
}

zd_status zd_filter_push_more(zd_filter *filter, const zd_frame *frame, const zd_filter_more *more,
                              zd_error *err)
{
    zd_context *previous = zd_av_enter(filter->ctx);
    zd_status status = ZD_OK;
    if (frame != NULL) {
        status = push_all(filter, frame, more, err);
    } else if (!filter->is_flushed) {
        status = flush(filter, err);
    }
    zd_av_leave(previous);
    return status;
}

zd_status zd_filter_push(zd_filter *filter, const zd_frame *frame, zd_error *err)
{
    const zd_filter_more none = { .plate = NULL };
    return zd_filter_push_more(filter, frame, &none, err);
}

bool zd_filter_takes(const zd_filter *filter, zd_filter_input input)
{
    assert(input >= 0 && input < ZD_FILTER_INPUT_COUNT);
    return filter->sources[input] != NULL;
}

/* Brings back the tags that a filter dropped. */
static void restore_tags(const zd_filter *filter, AVFrame *av)
{
    const zd_media_colour *colour = &filter->input.colour;
    if (av->colorspace == AVCOL_SPC_UNSPECIFIED || av->colorspace == AVCOL_SPC_RGB) {
        av->colorspace = (enum AVColorSpace) colour->matrix_id;
    }
    if (av->color_range == AVCOL_RANGE_UNSPECIFIED) {
        av->color_range = colour->is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    }
    if (av->chroma_location == AVCHROMA_LOC_UNSPECIFIED) {
        av->chroma_location = (enum AVChromaLocation) colour->chroma_site_id;
    }
    av->color_trc = (enum AVColorTransferCharacteristic) colour->transfer_id;
    av->color_primaries = (enum AVColorPrimaries) colour->primaries_id;
    av->sample_aspect_ratio = zd_to_av(filter->input.sample_aspect);
}

static zd_status wrap(const zd_filter *filter, AVFrame *av, zd_frame **out, zd_error *err)
{
    AVRational from = av_buffersink_get_time_base(filter->sink);
    AVRational to = zd_to_av(filter->input.time_base);
    zd_frame_info like = filter->input;
    restore_tags(filter, av);
    if (to.num > 0 && to.den > 0 && av->pts != AV_NOPTS_VALUE) {
        av->pts = av_rescale_q(av->pts, from, to);
    }
    if (av->width != like.width || av->height != like.height) {
        av_frame_free(&av);
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the effect '%.160s' changes the size",
                       filter->text);
    }
    ZD_TRY(zd_frame_wrap(filter->ctx, av, &like, false, out, err));
    (*out)->info.colour.transfer = like.colour.transfer;
    return ZD_OK;
}

zd_status zd_filter_pull(zd_filter *filter, zd_frame **out, zd_error *err)
{
    *out = NULL;
    AVFrame *av = av_frame_alloc();
    if (av == NULL) {
        return zd_fail_memory(err, "a frame");
    }
    zd_context *previous = zd_av_enter(filter->ctx);
    int code = av_buffersink_get_frame(filter->sink, av);
    zd_status status = ZD_OK;
    if (code >= 0) {
        status = wrap(filter, av, out, err);
        av = NULL;
    } else if (code == AVERROR_EOF) {
        status = zd_fail(err, ZD_ERR_END, "the effect has no more frames");
    } else if (code != AVERROR(EAGAIN)) {
        status = fail_graph(filter, code, err);
    }
    zd_av_leave(previous);
    av_frame_free(&av);
    return status;
}

/* Whether an option's text names the frame's number. */
static bool counts_frames(AVFilterContext *filter, const char *option)
{
    uint8_t *text = NULL;
    bool counts = av_opt_get(filter, option, AV_OPT_SEARCH_CHILDREN, &text) >= 0 && text != NULL &&
                  strchr((const char *) text, 'n') != NULL;
    av_free(text);
    return counts;
}

typedef struct plain_filter {
    const char *name;
    bool is_pointwise;
} plain_filter;

/* Filters that make each picture of that picture and its time alone, and which of them look at a pixel alone. */
static const plain_filter plain_filters[] = {
    { "avgblur", false },         { "boxblur", false },     { "buffer", true },
    { "buffersink", true },       { "colorbalance", true }, { "colorchannelmixer", true },
    { "colorcontrast", true },    { "colorize", true },     { "colorlevels", true },
    { "colortemperature", true }, { "convolution", false }, { "copy", true },
    { "curves", true },           { "dilation", false },    { "displace", false },
    { "edgedetect", false },      { "eq", true },           { "erosion", false },
    { "exposure", true },         { "format", true },       { "gblur", false },
    { "hflip", false },           { "hue", true },          { "huesaturation", true },
    { "limiter", true },          { "lut", true },          { "lutrgb", true },
    { "lutyuv", true },           { "maskedclamp", false }, { "maskedmax", false },
    { "maskedmerge", false },     { "maskedmin", false },   { "monochrome", true },
    { "negate", true },           { "null", true },         { "pixelize", false },
    { "prewitt", false },         { "scale", false },       { "selectivecolor", true },
    { "setrange", true },         { "smartblur", false },   { "sobel", false },
    { "split", false },           { "unsharp", false },     { "varblur", false },
    { "vflip", false },           { "vibrance", true },
};

static const plain_filter *find_plain(const AVFilterContext *filter)
{
    for (size_t i = 0; i < sizeof plain_filters / sizeof *plain_filters; i++) {
        if (strcmp(plain_filters[i].name, filter->filter->name) == 0) {
            return &plain_filters[i];
        }
    }
    return NULL;
}

static bool is_memoryless(AVFilterContext *filter)
{
    static const char *const expressions[] = { "enable", "h", "H", "s", "b", NULL };
    bool is_hue = strcmp(filter->filter->name, "hue") == 0;
    bool counts = false;
    for (int i = 0; expressions[i] != NULL && (i == 0 || is_hue); i++) {
        counts = counts || counts_frames(filter, expressions[i]);
    }
    if (strcmp(filter->filter->name, "eq") == 0)
    { /* its expressions, when they are for each frame */
        int64_t each = 1;
        counts = counts || av_opt_get_int(filter, "eval", AV_OPT_SEARCH_CHILDREN, &each) < 0 ||
                 each != 0;
    }
    return find_plain(filter) != NULL && !counts;
}

/* FFmpeg's own conversions between pixel formats keep the size. */
static bool is_conversion(const AVFilterContext *filter)
{
    return strncmp(filter->name, "auto_scale", 10) == 0;
}

bool zd_filter_is_pointwise(const zd_filter *filter)
{
    for (unsigned i = 0; i < filter->graph->nb_filters; i++) {
        const AVFilterContext *one = filter->graph->filters[i];
        const plain_filter *plain = find_plain(one);
        if (!is_conversion(one) && (plain == NULL || !plain->is_pointwise)) {
            return false;
        }
    }
    return true;
}

bool zd_filter_has_memory(const zd_filter *filter)
{
    for (unsigned i = 0; i < filter->graph->nb_filters; i++) {
        if (!is_memoryless(filter->graph->filters[i])) {
            return true;
        }
    }
    return false;
}
