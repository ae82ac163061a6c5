/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The lists, made by reading FFmpeg 5.1 to 7.1, x264, x265, SVT-AV1 and libvpx. Left out although
 * they look harmless: drawtext (font and text files), lut1d, lut3d, selectivecolor's and curves'
 * psfile and curves' plot (files), deshake (a log), reverse and loop (the whole clip in memory);
 * flags (pass1 makes x264 write a log), x265's film-grain (a file). */

#include "media/allowed.h"

#include <string.h>

#define PLANES   "c0|c1|c2|c3"
#define CHANNELS PLANES "|y|u|v|r|g|b|a"
#define SIZE     "w|width|h|height|size|s"

static const zd_filter_rule filter_rules[] = {
    /* blurs and sharpening */
    { "avgblur", NULL, false },
    { "bilateral", NULL, false },
    { "boxblur", "luma_radius|lr|chroma_radius|cr|alpha_radius|ar", false },
    { "cas", NULL, false },
    { "dblur", NULL, false },
    { "gblur", NULL, false },
    { "sab", NULL, false },
    { "smartblur", NULL, false },
    { "unsharp", NULL, false },
    { "varblur", NULL, false },
    { "yaepblur", NULL, false },
    /* colour and tone */
    { "chromahold", NULL, false },
    { "chromakey", NULL, false },
    { "chromanr", NULL, false },
    { "colorbalance", NULL, false },
    { "colorchannelmixer", NULL, false },
    { "colorcontrast", NULL, false },
    { "colorcorrect", NULL, false },
    { "colorhold", NULL, false },
    { "colorize", NULL, false },
    { "colorkey", NULL, false },
    { "colorlevels", NULL, false },
    { "colorspace", NULL, false },
    { "colortemperature", NULL, false },
    { "curves", "master|m|red|r|green|g|blue|b|all", false },
    { "despill", NULL, false },
    { "elbg", NULL, false },
    { "eq", "contrast|brightness|saturation|gamma|gamma_r|gamma_g|gamma_b|gamma_weight", false },
    { "exposure", NULL, false },
    { "geq", "lum_expr|lum|cb_expr|cb|cr_expr|cr|alpha_expr|a|red_expr|r|green_expr|g|blue_expr|b",
      false },
    { "grayworld", NULL, false },
    { "histeq", NULL, false },
    { "hsvhold", NULL, false },
    { "hsvkey", NULL, false },
    { "hue", "h|s|H|b", false },
    { "huesaturation", NULL, false },
    { "limiter", NULL, false },
    { "lumakey", NULL, false },
    { "lut", CHANNELS, false },
    { "lutrgb", CHANNELS, false },
    { "lutyuv", CHANNELS, false },
    { "monochrome", NULL, false },
    { "negate", NULL, false },
    { "normalize", NULL, false },
    { "pseudocolor", PLANES, false },
    { "selectivecolor", "reds|yellows|greens|cyans|blues|magentas|whites|neutrals|blacks", false },
    { "tonemap", NULL, false },
    { "vibrance", NULL, false },
    /* noise, grain and edges */
    { "amplify", NULL, false },
    { "atadenoise", NULL, false },
    { "convolution", "0m|1m|2m|3m", false },
    { "dctdnoiz", "expr|e", false },
    { "deband", NULL, false },
    { "deblock", NULL, false },
    { "deflate", NULL, false },
    { "deflicker", NULL, false },
    { "dilation", NULL, false },
    { "edgedetect", NULL, false },
    { "erosion", NULL, false },
    { "fftdnoiz", NULL, false },
    { "gradfun", NULL, false },
    { "hqdn3d", NULL, false },
    { "inflate", NULL, false },
    { "kirsch", NULL, false },
    { "median", NULL, false },
    { "nlmeans", NULL, false },
    { "noise", NULL, false },
    { "owdenoise", NULL, false },
    { "prewitt", NULL, false },
    { "removegrain", NULL, false },
    { "roberts", NULL, false },
    { "scharr", NULL, false },
    { "sobel", NULL, false },
    { "vaguedenoiser", NULL, false },
    /* shape */
    { "chromashift", NULL, false },
    { "crop", "out_w|w|out_h|h|x|y", false },
    { "drawbox", "x|y|w|width|h|height|color|c|thickness|t", false },
    { "drawgrid", "x|y|w|width|h|height|color|c|thickness|t", false },
    { "fillborders", NULL, false },
    { "hflip", NULL, false },
    { "lenscorrection", NULL, false },
    { "pad", "width|w|height|h|x|y", false },
    { "perspective", "x0|y0|x1|y1|x2|y2|x3|y3", false },
    { "pixelize", NULL, false },
    { "rgbashift", NULL, false },
    { "rotate", "angle|a|out_w|ow|out_h|oh|fillcolor|c", false },
    { "scale", SIZE "|flags|in_color_matrix|out_color_matrix", false },
    { "shear", "fillcolor|c", false },
    { "vflip", NULL, false },
    { "vignette", "angle|a|x0|y0", false },
    { "zscale", SIZE, false },
    /* time, one frame in and one out */
    { "fade", NULL, false },
    { "lagfun", NULL, false },
    { "photosensitivity", NULL, false },
    { "tblend", PLANES "|c0_expr|c1_expr|c2_expr|c3_expr|all_expr", false },
    { "tmix", "weights", false },
    /* formats, and what joins branches */
    { "alphaextract", NULL, false },
    { "alphamerge", NULL, false },
    { "blend", "c0_expr|c1_expr|c2_expr|c3_expr|all_expr", false },
    { "copy", NULL, false },
    { "displace", NULL, false },
    { "extractplanes", NULL, false },
    { "format", "pix_fmts", false },
    { "lut2", "c0|c1|c2|c3", false },
    { "maskedclamp", NULL, false },
    { "maskedmax", NULL, false },
    { "maskedmerge", NULL, false },
    { "maskedmin", NULL, false },
    { "mergeplanes", NULL, false },
    { "mix", "weights", false },
    { "null", NULL, false },
    { "overlay", "x|y", false },
    { "premultiply", NULL, false },
    { "setparams", NULL, false },
    { "setrange", NULL, false },
    { "setsar", "sar|ratio|r", false },
    { "shuffleplanes", NULL, false },
    { "split", NULL, false },
    { "swapuv", NULL, false },
    { "unpremultiply", NULL, false },
    /* installed plug-ins, by name */
    { "frei0r", "filter_name|filter_params", true },
};

/* Of encoders and containers; numbers and words from fixed lists, all of them. */
static const char encoder_options[] =
    "|alpha_bits|alpha_quality|altref|aq-mode|aq-strength|aq_mode|arnr-maxframes|arnr-strength"
    "|arnr-type|auto-alt-ref|b|b-pyramid|b_strategy|bf|bits_per_mb|bluray-compat|brand|bufsize"
    "|cluster_size_limit|cluster_time_limit|coder|compression|compression_algo|compression_level"
    "|context|cpu-used|crf|deadline|deblock|default_mode|denoise-noise-level|direct-pred|dpi|dpm"
    "|enable-cdef|enable-restoration|fast-pskip|field_order|flush_packets|force_duplicated_matrix"
    "|format|frag_duration|g|gamma|gop|huffman|intra-refresh|keyint_min|lag-in-frames|level|lossless"
    "|maxrate|mbs_per_slice|mbtree|me_method|me_range|minrate|movflags|movie_timescale|nal-hrd"
    "|noise-sensitivity|partitions|pred|preset|profile|psy|psy-rd|qcomp|qmax|qmin|qdiff|qp|qscale"
    "|quality|quant_mat|rc-lookahead|refs|row-mt|sc_threshold|sharpness|slicecrc|slices|speed"
    "|ssim-rd|static-thresh|tier|tile-columns|tile-rows|tiles|trellis|tune|tune-content|usage|vendor"
    "|video_track_timescale|weightb|weightp|write_crc32|write_tmcd|";

static const char encoder_lists[] = "|x264-params|x264opts|x265-params|svtav1-params|aom-params|";

/* Within those lists: x264's, x265's and the AV1 encoders' own names. */
static const char encoder_parameters[] =
    "|aq-mode|aq-strength|b-adapt|b-pyramid|bframes|bitrate|chromaloc|colormatrix|colorprim|crf"
    "|ctu|cutree|deblock|direct|fps|hdr-opt|hdr10|hdr10-opt|high-tier"
    "|hrd|info|intra-refresh|keyint|lag-in-frames|level|level-idc|limit-refs|log-level|lookahead"
    "|lossless|master-display|max-cll|max-merge|max-tu-size|me|merange|min-keyint|mixed-refs|nr"
    "|open-gop|overscan|partitions|pools|preset|profile|psy-rd|psy-rdoq|qcomp|qp|qpmax|qpmin|range"
    "|rc-lookahead|rd|rdoq-level|rect|ref|repeat-headers|rskip|sao|scenecut|sharpness|strong-intra"
    "|subme|tier|tile-columns|tile-rows|transfer|trellis|tu-inter-depth|tu-intra-depth|tune"
    "|vbv-bufsize|vbv-maxrate|videoformat|weightb|weightp|";

/* Whether a list "a|b" or "|a|b|" holds a word. */
static bool holds(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; length > 0 && at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

const zd_filter_rule *zd_filter_rule_at(int index)
{
    int count = (int) (sizeof filter_rules / sizeof *filter_rules);
    return index >= 0 && index < count ? &filter_rules[index] : NULL;
}

const zd_filter_rule *zd_filter_rule_find(const char *name)
{
    for (size_t i = 0; i < sizeof filter_rules / sizeof *filter_rules; i++) {
        if (strcmp(filter_rules[i].name, name) == 0) {
            return &filter_rules[i];
        }
    }
    return NULL;
}

bool zd_filter_rule_takes(const zd_filter_rule *rule, const char *option)
{
    return rule->texts != NULL && strchr(option, '|') == NULL && holds(rule->texts, option);
}

bool zd_encoder_option_is_allowed(const char *option)
{
    return strchr(option, '|') == NULL && holds(encoder_options, option);
}

bool zd_encoder_option_is_list(const char *option)
{
    return strchr(option, '|') == NULL && holds(encoder_lists, option);
}

bool zd_encoder_parameter_is_allowed(const char *parameter)
{
    return strchr(parameter, '|') == NULL && holds(encoder_parameters, parameter);
}
