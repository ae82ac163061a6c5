/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Tags go by FFmpeg's names, which it translates between containers. */

#include "media/movie_tags.h"

#include <libavutil/avstring.h>
#include <libavutil/timecode.h>
#include <strings.h>

/* What tells of the file and not of the footage. */
static bool is_of_the_file(const char *key)
{
    static const char *const names[] = {
        "encoder",  "major_brand", "minor_version", "compatible_brands", "timecode",
        "duration", "number_of_",  "_statistics",   "handler_name",      "vendor_id",
        "rotate",   "alpha_mode",  "bps",           "creation_app"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncasecmp(key, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return false;
}

static zd_status copy_tags(const AVDictionary *from, AVDictionary **to, zd_error *err)
{
    const AVDictionaryEntry *at = NULL;
    while ((at = av_dict_get(from, "", at, AV_DICT_IGNORE_SUFFIX)) != NULL) {
        if (!is_of_the_file(at->key) && av_dict_set(to, at->key, at->value, 0) < 0) {
            return zd_fail_memory(err, "the tags of a movie");
        }
    }
    return ZD_OK;
}

/* The picture's, the file's, or that of a track of its own. */
static const char *find_timecode(const AVFormatContext *from)
{
    const AVDictionaryEntry *found = av_dict_get(from->metadata, "timecode", NULL, 0);
    for (unsigned i = 0; i < from->nb_streams && found == NULL; i++) {
        found = av_dict_get(from->streams[i]->metadata, "timecode", NULL, 0);
    }
    return found != NULL ? found->value : NULL;
}

/* A range begins with the timecode of its first frame. */
static zd_status copy_timecode(const AVFormatContext *from, const zd_reader_info *like,
                               AVStream *picture, zd_error *err)
{
    AVTimecode timecode;
    char text[AV_TIMECODE_STR_SIZE];
    const char *first = find_timecode(from);
    if (first == NULL) {
        return ZD_OK;
    }
    if (av_timecode_init_from_string(&timecode, zd_to_av(like->frame_rate), first, NULL) >= 0) {
        int frame = like->first_frame < INT32_MAX ? (int) like->first_frame : 0;
        first = av_timecode_make_string(&timecode, text, frame);
    }
    return av_dict_set(&picture->metadata, "timecode", first, 0) < 0
               ? zd_fail_memory(err, "the tags of a movie")
               : ZD_OK;
}

static AVChapter *add_chapter(AVFormatContext *to)
{
    AVChapter **list = av_realloc_array(to->chapters, to->nb_chapters + 1, sizeof *list);
    AVChapter *chapter = av_mallocz(sizeof *chapter);
    to->chapters = list != NULL ? list : to->chapters;
    if (list == NULL || chapter == NULL) {
        av_free(chapter);
        return NULL;
    }
    list[to->nb_chapters++] = chapter; /* freed with the output */
    return chapter;
}

/* The chapters that the range touches, counted from its first frame. */
static zd_status copy_chapters(const AVFormatContext *from, const zd_reader_info *like,
                               AVFormatContext *to, zd_error *err)
{
    AVRational frame = av_inv_q(zd_to_av(like->frame_rate));
    for (unsigned i = 0; i < from->nb_chapters; i++) {
        const AVChapter *chapter = from->chapters[i];
        int64_t first = av_rescale_q(like->first_frame, frame, chapter->time_base);
        int64_t length = like->is_to_end
                             ? INT64_MAX
                             : av_rescale_q(like->frame_count, frame, chapter->time_base);
        int64_t start = FFMAX(chapter->start - first, 0);
        int64_t end = FFMIN(chapter->end - first, length);
        if (end <= start) {
            continue;
        }
        AVChapter *copy = add_chapter(to);
        if (copy == NULL || av_dict_copy(&copy->metadata, chapter->metadata, 0) < 0) {
            return zd_fail_memory(err, "the chapters of a movie");
        }
        copy->id = chapter->id;
        copy->time_base = chapter->time_base;
        copy->start = start;
        copy->end = end;
    }
    return ZD_OK;
}

zd_status zd_movie_tags_copy(const AVFormatContext *from, const zd_reader_info *like,
                             AVFormatContext *to, AVStream *picture, zd_error *err)
{
    int index = av_find_best_stream((AVFormatContext *) (uintptr_t) from, AVMEDIA_TYPE_VIDEO, -1,
                                    -1, NULL, 0);
    ZD_TRY(copy_tags(from->metadata, &to->metadata, err));
    if (index >= 0) {
        ZD_TRY(copy_tags(from->streams[index]->metadata, &picture->metadata, err));
        picture->disposition = from->streams[index]->disposition & ~AV_DISPOSITION_ATTACHED_PIC;
    }
    ZD_TRY(copy_timecode(from, like, picture, err));
    return copy_chapters(from, like, to, err);
}
