/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The format is recognised from the file's first bytes and only then opened. */

#include "media/av_input.h"

#include <libavutil/avstring.h>
#include <string.h>

/* FFmpeg's names. Formats of pictures, movies and sound in one file; of those that can name other
 * files too (QuickTime's references) FFmpeg follows none unless it is told to. */
static const char formats[] =
    /* containers */
    "asf,avi,cine,dv,flv,gif,gxf,ivf,live_flv,lxf,matroska,mov,mpeg,mpegts,mxf,mxf_opatom,nsv,nut,"
    "obu,ogg,pva,r3d,rm,swf,ty,webm,wtv,yuv4mpegpipe,apng,flic,fits,jpegxl_anim,webp_anim,"
    /* streams without a container */
    "av1,avs2,avs3,cavsvideo,dirac,dnxhd,evc,h261,h263,h264,hevc,m4v,mjpeg,mjpeg_2000,mpegvideo,"
    "mpjpeg,smjpeg,vc1,vvc,"
    /* pictures */
    "image2,alias_pix,bmp_pipe,brender_pix,cri_pipe,dds_pipe,dpx_pipe,exr_pipe,gem_pipe,gif_pipe,"
    "hdr_pipe,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,jpegxs_pipe,jxl_pipe,pam_pipe,pbm_pipe,"
    "pcx_pipe,pfm_pipe,pgm_pipe,pgmyuv_pipe,pgx_pipe,phm_pipe,photocd_pipe,pictor_pipe,png_pipe,"
    "ppm_pipe,psd_pipe,qdraw_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,svg_pipe,tiff_pipe,vbn_pipe,"
    "wbmp_pipe,webp_pipe,xbm_pipe,xpm_pipe,xwd_pipe,"
    /* sound alone, which gets its own message */
    "aac,ac3,aiff,amr,ape,au,caf,eac3,flac,mp3,tta,w64,wav,wv";

/* What the refused formats are that people meet. */
static const char *const lists[] = { "hls", "dash", "concat", "imf", "sdp", "webm_dash_manifest" };

static int restrict_to_file(AVDictionary **options)
{
    int code = av_dict_set(options, "protocol_whitelist", "file", 0);
    code = code < 0 ? code : av_dict_set(options, "format_whitelist", formats, 0);
    /* A '%' or '*' in a name is one; sequences are listed by media/sequence.c. */
    return code < 0 ? code : av_dict_set(options, "pattern_type", "none", 0);
}

static AVIOContext *open_file(const char *url)
{
    AVDictionary *options = NULL;
    AVIOContext *io = NULL;
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    avio_open2(&io, url, AVIO_FLAG_READ, NULL, &options);
    av_dict_free(&options);
    return io;
}

/* FFmpeg 7.1 knows a play list by its ending alone and takes one that is called .png for a picture. */
static bool is_play_list(const char *url)
{
    static const char mark[] = "#EXTM3U";
    unsigned char first[sizeof mark - 1];
    AVIOContext *io = open_file(url);
    bool is_list = io != NULL && avio_read(io, first, sizeof first) == (int) sizeof first &&
                   memcmp(first, mark, sizeof first) == 0;
    avio_closep(&io);
    return is_list;
}

/* The format that a file is taken for, NULL for none. */
static const AVInputFormat *recognise(const char *url)
{
    const AVInputFormat *format = NULL;
    AVIOContext *io = open_file(url);
    if (io != NULL) {
        av_probe_input_buffer2(io, &format, url, NULL, 0, 0);
        avio_closep(&io);
    }
    return format;
}

static bool is_read(const AVInputFormat *format)
{
    return av_match_list(format->name, formats, ',') > 0;
}

int zd_av_open_input(zd_context *ctx, const char *path, AVFormatContext **out)
{
    AVDictionary *options = NULL;
    char *url = zd_av_url(ctx, path);
    *out = NULL;
    int code = url != NULL ? restrict_to_file(&options) : AVERROR(ENOMEM);
    if (code >= 0 && is_play_list(url)) {
        code = AVERROR_DEMUXER_NOT_FOUND;
    }
    if (code >= 0) {
        code = avformat_open_input(out, url, NULL, &options);
    }
    if (code == AVERROR(EINVAL)) { /* FFmpeg's code for the list of formats, among others */
        const AVInputFormat *format = recognise(url);
        code = format != NULL && !is_read(format) ? AVERROR_DEMUXER_NOT_FOUND : code;
    }
    av_dict_free(&options);
    zd_free(ctx, url);
    return code;
}

zd_status zd_av_fail_format(zd_context *ctx, const char *path, zd_error *err)
{
    char *url = zd_av_url(ctx, path);
    const AVInputFormat *format = url != NULL ? recognise(url) : NULL;
    const char *name = format != NULL ? format->name : "unknown";
    name = url != NULL && is_play_list(url) ? "hls" : name;
    zd_free(ctx, url);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (av_match_name(lists[i], name) > 0) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED,
                           "'%s' is a list of other files (%s), which are not opened; name the "
                           "movie itself",
                           path, lists[i]);
        }
    }
    if (av_match_name("tty", name) > 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is a text file, not a movie", path);
    }
    return zd_fail(
        err, ZD_ERR_UNSUPPORTED,
        "'%s' is in the format '%s', which is not read; convert it to .mov or .mkv first", path,
        name);
}
