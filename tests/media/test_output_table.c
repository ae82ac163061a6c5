/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What every output is made of, in words: tests/media/output_table.txt holds, for each ending, encoder and kind
 * of footage, the encoder, its pixel format and colour tags, or why it is refused; what encoders are opened
 * with; and the filters that a project may use. ZD_UPDATE=1 ZD_SOURCE=FOLDER writes what is meant into it. Other
 * versions of FFmpeg have other encoders: there the table is skipped. */

#include "core/file.h"
#include "core/text.h"
#include "media/allowed.h"
#include "media/encode.h"
#include "media/encoder_options.h"
#include "media/output_format.h"
#include "media_test.h"

#include <libavutil/opt.h>

enum { TABLE_VERSION = 59 }; /* libavcodec's, of FFmpeg 5.1 */

static zd_text table;

typedef struct source {
    const char *name;
    const char *format;
    const char *codec;
    zd_media_colour colour;
    int bits;
    int width;
    int height;
    bool has_alpha;
    bool is_float;
} source;

static const source sources[] = {
    { "video",
      "yuv420p",
      "h264",
      { ZD_TRANSFER_BT709, 1, 1, 1, 1, false },
      8,
      64,
      48,
      false,
      false },
    { "camera",
      "yuv422p10le",
      "prores",
      { ZD_TRANSFER_BT709, 1, 1, 1, 0, false },
      10,
      64,
      48,
      false,
      false },
    { "full", "yuv444p", "hevc", { ZD_TRANSFER_BT709, 1, 1, 5, 2, true }, 8, 64, 48, false, false },
    { "png", "rgb24", "png", { ZD_TRANSFER_SRGB, 13, 1, 0, 0, true }, 8, 64, 48, false, false },
    { "exr",
      "gbrpf32le",
      "exr",
      { ZD_TRANSFER_LINEAR, 8, 1, 0, 0, true },
      32,
      64,
      48,
      false,
      true },
    { "hdr",
      "yuv420p10le",
      "hevc",
      { ZD_TRANSFER_PQ, 16, 9, 9, 3, false },
      10,
      64,
      48,
      false,
      false },
    { "hlg",
      "yuv420p10le",
      "vp9",
      { ZD_TRANSFER_HLG, 18, 9, 9, 1, false },
      10,
      64,
      48,
      false,
      false },
    { "jpeg",
      "yuvj420p",
      "mjpeg",
      { ZD_TRANSFER_SRGB, 2, 2, 5, 2, true },
      8,
      64,
      48,
      false,
      false },
    { "alpha", "rgba", "png", { ZD_TRANSFER_SRGB, 13, 1, 0, 0, true }, 8, 64, 48, true, false },
    { "alpha12",
      "yuva444p12le",
      "prores",
      { ZD_TRANSFER_BT709, 1, 1, 1, 0, false },
      12,
      64,
      48,
      true,
      false },
    { "gray", "gray16le", "png", { ZD_TRANSFER_SRGB, 2, 2, 2, 0, true }, 16, 64, 48, false, false },
    { "odd", "yuv420p", "av1", { ZD_TRANSFER_BT709, 1, 1, 1, 1, false }, 8, 63, 41, false, false },
    { "big", "rgb48be", "tiff", { ZD_TRANSFER_SRGB, 2, 2, 0, 0, true }, 16, 64, 48, false, false },
};

enum { SOURCES = sizeof sources / sizeof *sources };

static zd_reader_info like_of(const source *s)
{
    zd_reader_info like = footage(s->width, s->height);
    like.frame_rate = (zd_rational){ 25, 1 };
    like.time_base = (zd_rational){ 1, 12800 };
    like.sample_aspect = (zd_rational){ 4, 3 };
    like.bit_depth = s->bits;
    like.is_float = s->is_float;
    like.has_alpha = s->has_alpha;
    like.colour = s->colour;
    snprintf(like.codec, sizeof like.codec, "%s", s->codec);
    snprintf(like.pixel_format, sizeof like.pixel_format, "%s", s->format);
    return like;
}

static void write_plan(const zd_output_plan *plan, const zd_writer_params *params)
{
    const zd_media_colour *c = &plan->picture.colour;
    enum AVPixelFormat create = plan->create_format;
    zd_text_format(&table, "%s %s", plan->codec_name, av_get_pix_fmt_name(plan->format));
    if (create != plan->format) {
        zd_text_format(&table, " made as %s", av_get_pix_fmt_name(create));
    }
    zd_text_format(&table, " %dx%d %d:%d", plan->picture.width, plan->picture.height,
                   plan->picture.sample_aspect.numerator, plan->picture.sample_aspect.denominator);
    zd_text_format(&table, " trc %d(%d) pri %d mat %d site %d %s", c->transfer_id,
                   (int) c->transfer, c->primaries_id, c->matrix_id, c->chroma_site_id,
                   c->is_full_range ? "full" : "limited");
    zd_text_format(&table, "%s%s%s%s%s\n", plan->is_converted ? " converted" : "",
                   plan->picture.is_premultiplied ? " premultiplied" : "",
                   zd_output_is_lossless(plan, params) ? " lossless" : "",
                   zd_output_profile(plan) != NULL ? " " : "",
                   zd_output_profile(plan) != NULL ? zd_output_profile(plan) : "");
}

static void write_row(const char *path, const source *s, zd_writer_params params)
{
    static const char *const alphas[] = { "", " straight", " premultiplied" };
    zd_reader_info like = like_of(s);
    zd_output_plan plan;
    params.like = &like;
    zd_text_format(&table, "%s of %s%s%s%s%s%s%s%s: ", path, s->name, params.is_gray ? " gray" : "",
                   alphas[params.alpha], params.like_source ? " like" : "",
                   params.codec != NULL ? " by " : "", params.codec != NULL ? params.codec : "",
                   params.pix_fmt != NULL ? " in " : "",
                   params.pix_fmt != NULL ? params.pix_fmt : "");
    if (zd_output_plan_make(path, &params, &plan, &err) != ZD_OK) {
        zd_text_format(&table, "%s\n", err.message);
    } else {
        write_plan(&plan, &params);
    }
    zd_output_plan_release(&plan);
}

/* ---- the parts of the table ---- */

static void write_endings(void)
{
    static const char *const paths[] = { "a.mp4",  "a.M4V",  "a.mov", "a.mkv",  "a.webm", "a.nut",
                                         "a.y4m",  "a.png",  "a.tif", "a.tiff", "a.exr",  "a.pfm",
                                         "a.jpg",  "a.jpeg", "a.gif", "a",      "-",      "-.mkv",
                                         "-.webm", "-.y4m",  "-.mp4", "./-.mp4" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        zd_text_format(&table, "%s: kind %d%s%s%s\n", paths[i], (int) zd_writer_kind(paths[i]),
                       zd_writer_knows(paths[i]) ? "" : " unknown",
                       zd_writer_is_stream(paths[i]) ? " stream" : "",
                       zd_writer_holds_alpha(paths[i]) ? " alpha" : "");
        for (int s = 0; s < SOURCES; s++) {
            bool is_some = s == 0 || s == 4 || s == 8 || s == 9;
            bool is_twin = i == 1 || i == 9 || i == 13; /* of the ending before it */
            if (is_twin && s != 0 && s != 8) {
                continue;
            }
            write_row(paths[i], &sources[s], (zd_writer_params){ 0 });
            for (int alpha = 1; alpha < 3 && is_some; alpha++) {
                write_row(paths[i], &sources[s],
                          (zd_writer_params){ .alpha = (zd_alpha_output) alpha });
            }
            if (is_some) {
                write_row(paths[i], &sources[s], (zd_writer_params){ .is_gray = true });
            }
        }
    }
}

static void write_encoders(void)
{
    static const char *const names[] = { "libx264",    "libx265",   "libvpx-vp9", "libsvtav1",
                                         "libaom-av1", "prores_ks", "dnxhd",      "ffv1",
                                         "rawvideo",   "huffyuv",   "ffvhuff",    "utvideo",
                                         "mpeg2video", "mpeg4",     "qtrle",      "libx264rgb",
                                         "h264",       "png",       "none",       "aac" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (int s = 0; s < SOURCES; s++) {
            zd_alpha_output alpha = sources[s].has_alpha ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE;
            write_row("a.mov", &sources[s],
                      (zd_writer_params){ .codec = names[i], .alpha = alpha });
        }
        write_row("a.mkv", &sources[1], (zd_writer_params){ .codec = names[i], .is_gray = true });
    }
}

static void write_formats(void)
{
    static const char *const names[] = { "yuv420p",   "yuv444p10le", "yuva444p10le", "gray10le",
                                         "rgb24",     "rgba64be",    "pal8",         "nonsense",
                                         "grayf32le", "gbrpf32le",   "yuvj422p" };
    static const char *const paths[] = { "a.mov", "a.mkv", "a.png", "a.tif", "a.exr", "a.jpg" };
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            write_row(paths[p], &sources[0], (zd_writer_params){ .pix_fmt = names[i] });
            write_row(paths[p], &sources[8],
                      (zd_writer_params){ .pix_fmt = names[i], .alpha = ZD_ALPHA_STRAIGHT });
            write_row(paths[p], &sources[10],
                      (zd_writer_params){ .pix_fmt = names[i], .is_gray = true });
        }
    }
}

static void write_likes(void)
{
    static const char *const paths[] = { "a.mp4", "a.mov", "a.mkv", "a.webm", "a.nut", "a.png" };
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        for (int s = 0; s < SOURCES; s++) {
            write_row(paths[p], &sources[s], (zd_writer_params){ .like_source = true });
        }
        write_row(paths[p], &sources[1],
                  (zd_writer_params){ .like_source = true, .is_gray = true });
        write_row(
            paths[p], &sources[1],
            (zd_writer_params){ .like_source = true, .codec = "ffv1", .width = 32, .height = 20 });
    }
}

/* An encoder as it was opened: its own numbers and those of this program's defaults. */
static void write_opened(const char *path, int which, zd_writer_params params, zd_fields fields)
{
    static const char *const numbers[] = { "crf",        "qp",          "profile",
                                           "level",      "slicecrc",    "rc-lookahead",
                                           "alpha_bits", "bits_per_mb", "compression_algo",
                                           "dpi",        "pred" };
    zd_reader_info like = like_of(&sources[which]);
    zd_output_plan plan;
    AVCodecContext *codec = NULL;
    AVDictionary *left = NULL;
    like.fields = fields;
    like.field_order_id = fields == ZD_FIELDS_NONE        ? AV_FIELD_PROGRESSIVE
                          : fields == ZD_FIELDS_TOP_FIRST ? AV_FIELD_TB
                                                          : 0;
    params.like = &like;
    REQUIRE_OK(zd_output_plan_make(path, &params, &plan, &err));
    zd_text_format(&table, "opened %s of %s fields %d quality %d options '%s': ", path,
                   sources[which].name, (int) fields, params.has_quality ? params.quality : -1,
                   params.options != NULL ? params.options : "");
    if (zd_encoder_open(&plan, &params, which == 1, &codec, &left, &err) != ZD_OK) {
        zd_text_format(&table, "%s\n", err.message);
    } else {
        zd_text_format(
            &table,
            "%s %dx%d tb %d/%d rate %d/%d sar %d:%d order %d flags %x threads %d gop %d b %lld q %d",
            codec->codec->name, codec->width, codec->height, codec->time_base.num,
            codec->time_base.den, codec->framerate.num, codec->framerate.den,
            codec->sample_aspect_ratio.num, codec->sample_aspect_ratio.den,
            (int) codec->field_order, (unsigned) codec->flags, codec->thread_count, codec->gop_size,
            (long long) codec->bit_rate, codec->global_quality);
        zd_text_format(&table, " trc %d pri %d mat %d range %d site %d", (int) codec->color_trc,
                       (int) codec->color_primaries, (int) codec->colorspace,
                       (int) codec->color_range, (int) codec->chroma_sample_location);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            uint8_t *value = NULL;
            if (codec->priv_data != NULL &&
                av_opt_get(codec->priv_data, numbers[i], 0, &value) >= 0) {
                zd_text_format(&table, " %s=%s", numbers[i], (const char *) value);
            }
            av_free(value);
        }
        const AVDictionaryEntry *at = NULL;
        while ((at = av_dict_get(left, "", at, AV_DICT_IGNORE_SUFFIX)) != NULL) {
            zd_text_format(&table, " left %s=%s", at->key, at->value);
        }
        zd_text_add(&table, "\n");
    }
    av_dict_free(&left);
    avcodec_free_context(&codec);
    zd_output_plan_release(&plan);
}

static void write_all_opened(void)
{
    write_opened("a.mp4", 0, (zd_writer_params){ 0 }, ZD_FIELDS_NONE);
    write_opened("a.mp4", 0, (zd_writer_params){ .has_quality = true, .quality = 23, .threads = 2 },
                 ZD_FIELDS_TOP_FIRST);
    write_opened("a.mp4", 0, (zd_writer_params){ .options = "qp=0" }, ZD_FIELDS_BOTTOM_FIRST);
    write_opened("a.mp4", 0,
                 (zd_writer_params){ .options = "preset=fast:qp=7:movflags=+faststart" },
                 ZD_FIELDS_NONE);
    write_opened("a.mp4", 0, (zd_writer_params){ .options = "crf=30" }, ZD_FIELDS_NONE);
    write_opened("a.mp4", 0, (zd_writer_params){ .options = "nonsense" }, ZD_FIELDS_NONE);
    write_opened("a.mp4", 0, (zd_writer_params){ .options = "preset=nonsense" }, ZD_FIELDS_NONE);
    write_opened("a.mov", 1, (zd_writer_params){ .codec = "prores_ks" }, ZD_FIELDS_NONE);
    write_opened("a.mov", 9, (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, ZD_FIELDS_NONE);
    write_opened("a.mov", 1,
                 (zd_writer_params){ .codec = "prores_ks", .has_quality = true, .quality = 5 },
                 ZD_FIELDS_NONE);
    write_opened("a.mov", 3, (zd_writer_params){ .codec = "prores_ks", .pix_fmt = "yuv444p10le" },
                 ZD_FIELDS_NONE);
    write_opened("a.mkv", 1, (zd_writer_params){ .codec = "ffv1" }, ZD_FIELDS_NONE);
    write_opened("a.mkv", 1, (zd_writer_params){ .codec = "ffv1", .width = 15, .height = 48 },
                 ZD_FIELDS_NONE);
    write_opened("a.mkv", 1, (zd_writer_params){ .codec = "ffv1", .width = 16, .height = 16 },
                 ZD_FIELDS_NONE);
    write_opened("a.mkv", 10, (zd_writer_params){ .is_gray = true }, ZD_FIELDS_NONE);
    write_opened("a.png", 8, (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, ZD_FIELDS_TOP_FIRST);
    write_opened("a.tif", 12, (zd_writer_params){ 0 }, ZD_FIELDS_NONE);
    write_opened("a.jpg", 7, (zd_writer_params){ 0 }, ZD_FIELDS_NONE);
    write_opened("a.jpg", 7, (zd_writer_params){ .has_quality = true, .quality = 9 },
                 ZD_FIELDS_NONE);
    write_opened("a.y4m", 0, (zd_writer_params){ 0 }, ZD_FIELDS_NONE);
    write_opened("a.nut", 5, (zd_writer_params){ 0 }, ZD_FIELDS_NONE);
    write_opened("a.mov", 0, (zd_writer_params){ .codec = "mpeg2video" }, ZD_FIELDS_TOP_FIRST);
    write_opened("a.mov", 0, (zd_writer_params){ .codec = "mpeg4" }, ZD_FIELDS_NONE);
}

static void write_rules(void)
{
    for (int i = 0; zd_filter_rule_at(i) != NULL; i++) {
        const zd_filter_rule *rule = zd_filter_rule_at(i);
        zd_text_format(&table, "filter %s: %s%s\n", rule->name,
                       rule->texts != NULL ? rule->texts : "-", rule->is_named ? " named" : "");
    }
}

static void outputs_are_as_written(void)
{
    char path[1024];
    char *stored = NULL;
    size_t bytes;
    const char *folder = getenv("ZD_SOURCE");
    if (avcodec_version() >> 16 != TABLE_VERSION) {
        SKIP("the table of outputs is that of libavcodec %d", TABLE_VERSION);
    }
    zd_text_init(&table, ctx);
    zd_text_add(
        &table,
        "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n# SPDX-License-Identifier: Apache-2.0\n"
        "# What outputs are made of, by tests/media/test_output_table.c.\n");
    write_endings();
    write_encoders();
    write_formats();
    write_likes();
    write_all_opened();
    write_rules();
    snprintf(path, sizeof path, "%s/tests/media/output_table.txt", folder != NULL ? folder : ".");
    if (getenv("ZD_UPDATE") != NULL) {
        REQUIRE_OK(zd_file_write(ctx, path, table.data, table.length, &err));
    }
    REQUIRE_OK(zd_file_read_text(ctx, path, 1 << 21, &stored, &bytes, &err));
    for (size_t i = 0, begin = 0, line = 1; i <= table.length; i++) {
        if (table.data[i] != stored[i]) {
            ZD_TEST_FAIL("%s:%zu: the table now says\n%.300s", path, line, table.data + begin);
        }
        line += table.data[i] == '\n';
        begin = table.data[i] == '\n' ? i + 1 : begin;
    }
    zd_free(ctx, stored);
    zd_text_release(&table);
}

/* ---- options of somebody else ---- */

static void options_of_others_are_held_to_lists(void)
{
    static const char *const allowed[] = { "crf=18",
                                           "preset=fast:tune=film",
                                           "x264-params=keyint=48\\:bframes=2",
                                           "x265-params=crf=20",
                                           "movflags=+faststart",
                                           "vendor=apl0" };
    static const char *const refused[][3] = {
        { "stats=x", "stats", "" },
        { "crf=18:passlogfile=x", "passlogfile", "" },
        { "preset=/tmp/x", "preset", "" },
        { "preset=a\\\\b", "preset", "" },
        { "x264-params=stats=x", "stats", " within x264-params" },
        { "x265-params=crf=20\\:analysis-save=x", "analysis-save", " within x265-params" },
        { "x264-params=qp=/x", "qp", " within x264-params" },
        { "x264opts=what", "what", " within x264opts" },
        { "cr=1", "cr", "" },
        { "crf|qp=1", "crf|qp", "" },
    };
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        REQUIRE_OK(zd_encoder_options_check(allowed[i], &err));
    }
    REQUIRE_OK(zd_encoder_options_check(NULL, &err));
    REQUIRE_OK(zd_encoder_options_check("", &err));
    REQUIRE_OK(
        zd_encoder_options_check("no option at all", &err)); /* which no encoder gets either */
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char said[400];
        snprintf(
            said, sizeof said,
            "a project may not set the encoder option '%s'%s, which is not on the list of those that lead to no other "
            "files; if you know who made the project, allow it with --trust-project",
            refused[i][1], refused[i][2]);
        REQUIRE_FAILS(zd_encoder_options_check(refused[i][0], &err), ZD_ERR_INVALID_ARGUMENT, said);
    }
}

static void rules_are_found_by_whole_words(void)
{
    REQUIRE(zd_filter_rule_find("geq") != NULL && zd_filter_rule_find("ge") == NULL &&
            zd_filter_rule_find("geqq") == NULL);
    REQUIRE(zd_filter_rule_find("movie") == NULL && zd_filter_rule_find("drawtext") == NULL);
    REQUIRE(zd_filter_rule_at(-1) == NULL && zd_filter_rule_at(100000) == NULL);
    const zd_filter_rule *crop = zd_filter_rule_find("crop");
    REQUIRE(zd_filter_rule_takes(crop, "out_w") && zd_filter_rule_takes(crop, "y") &&
            zd_filter_rule_takes(crop, "w"));
    REQUIRE(!zd_filter_rule_takes(crop, "out") && !zd_filter_rule_takes(crop, "") &&
            !zd_filter_rule_takes(crop, "w|out_h"));
    REQUIRE(!zd_filter_rule_takes(zd_filter_rule_find("hflip"), "x"));
    REQUIRE(zd_encoder_option_is_allowed("alpha_bits") &&
            zd_encoder_option_is_allowed("write_tmcd"));
    REQUIRE(!zd_encoder_option_is_allowed("alpha") && !zd_encoder_option_is_allowed("") &&
            !zd_encoder_option_is_allowed("flags"));
    REQUIRE(zd_encoder_option_is_list("aom-params") && !zd_encoder_option_is_list("aom") &&
            !zd_encoder_option_is_list("crf"));
    REQUIRE(zd_encoder_parameter_is_allowed("weightp") && !zd_encoder_parameter_is_allowed("log"));
}

int main(void)
{
    media_begin(1);
    av_log_set_level(AV_LOG_QUIET);
    RUN(outputs_are_as_written);
    RUN(options_of_others_are_held_to_lists);
    RUN(rules_are_found_by_whole_words);
    return media_end();
}
