/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a movie says about itself, taken along to another: tags, timecode and chapters, from structures of
 * FFmpeg's made by hand. */

#include "media/movie_internal.h"
#include "media/movie_tags.h"
#include "media_test.h"

typedef struct pair {
    AVFormatContext *from;
    AVFormatContext *to;
    AVStream *picture; /* of `to` */
} pair;

/* Sound before the picture, so that neither is at 0 by chance. */
static pair make_pair(void)
{
    pair p = { avformat_alloc_context(), avformat_alloc_context(), NULL };
    REQUIRE(p.from != NULL && p.to != NULL);
    AVStream *sound = avformat_new_stream(p.from, NULL);
    AVStream *picture = avformat_new_stream(p.from, NULL);
    p.picture = avformat_new_stream(p.to, NULL);
    REQUIRE(sound != NULL && picture != NULL && p.picture != NULL);
    sound->codecpar->codec_type = AVMEDIA_TYPE_AUDIO;
    picture->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
    picture->codecpar->width = 64;
    picture->codecpar->height = 48;
    return p;
}

static void free_pair(pair *p)
{
    avformat_free_context(p->from);
    avformat_free_context(p->to);
}

static const char *tag(const AVDictionary *tags, const char *key)
{
    const AVDictionaryEntry *found = av_dict_get(tags, key, NULL, 0);
    return found != NULL ? found->value : "none";
}

static void what_tells_of_the_file_stays_behind(void)
{
    static const char *const left[] = {
        "encoder",           "MAJOR_BRAND",      "minor_version",    "compatible_brands",
        "DURATION",          "NUMBER_OF_FRAMES", "_STATISTICS_TAGS", "handler_name",
        "vendor_id",         "rotate",           "alpha_mode",       "BPS",
        "creation_app_name", "duration-eng",
    };
    static const char *const kept[] = { "title", "creation_time", "comment", "artist",
                                        "x_encoder" };
    zd_reader_info like = footage(64, 48);
    pair p = make_pair();
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        av_dict_set(&p.from->metadata, left[i], "1", 0);
        av_dict_set(&p.from->streams[1]->metadata, left[i], "1", 0);
    }
    for (int i = 0; i < 5; i++) {
        av_dict_set(&p.from->metadata, kept[i], "of the movie", 0);
        av_dict_set(&p.from->streams[1]->metadata, kept[i], "of the picture", 0);
        av_dict_set(&p.from->streams[0]->metadata, kept[i], "of the sound", 0);
    }
    p.from->streams[1]->disposition = AV_DISPOSITION_FORCED | AV_DISPOSITION_ATTACHED_PIC;
    REQUIRE_OK(zd_movie_tags_copy(p.from, &like, p.to, p.picture, &err));
    REQUIRE_INT(av_dict_count(p.to->metadata), 5);
    REQUIRE_INT(av_dict_count(p.picture->metadata), 5);
    for (int i = 0; i < 5; i++) {
        REQUIRE_TEXT(tag(p.to->metadata, kept[i]), "of the movie");
        REQUIRE_TEXT(tag(p.picture->metadata, kept[i]), "of the picture");
    }
    REQUIRE_INT(p.picture->disposition, AV_DISPOSITION_FORCED);
    free_pair(&p);
}

static void a_range_begins_with_its_own_timecode(void)
{
    static const struct {
        const char *of_movie;
        const char *of_sound;
        const char *of_picture;
        int64_t first;
        const char *wanted;
    } cases[] = {
        { "10:00:00:00", "01:00:00:00", "02:00:00:00", 0, "10:00:00:00" },
        { "10:00:59:20", NULL, NULL, 30, "10:01:01:00" },
        { NULL, "01:00:00:00", NULL, 1, "01:00:00:01" },
        { NULL, NULL, "02:00:00:24", 1, "02:00:01:00" },
        { "no time", NULL, NULL, 9, "no time" },
        { "10:00:00:00", NULL, NULL, 1LL << 40, "10:00:00:00" },
        { NULL, NULL, NULL, 5, "none" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pair p = make_pair();
        zd_reader_info like = footage(64, 48);
        like.frame_rate = (zd_rational){ 25, 1 };
        like.first_frame = cases[i].first;
        av_dict_set(&p.from->metadata, "timecode", cases[i].of_movie, 0);
        av_dict_set(&p.from->streams[0]->metadata, "timecode", cases[i].of_sound, 0);
        av_dict_set(&p.from->streams[1]->metadata, "timecode", cases[i].of_picture, 0);
        REQUIRE_OK(zd_movie_tags_copy(p.from, &like, p.to, p.picture, &err));
        REQUIRE_TEXT(tag(p.picture->metadata, "timecode"), cases[i].wanted);
        REQUIRE_TEXT(tag(p.to->metadata, "timecode"), "none");
        free_pair(&p);
    }
}

typedef struct span {
    int64_t id, start, end;
} span;

static void add_chapters(AVFormatContext *to, const span *spans, int count)
{
    to->chapters = av_calloc((size_t) count, sizeof *to->chapters);
    for (int i = 0; i < count; i++) {
        AVChapter *chapter = av_mallocz(sizeof *chapter);
        chapter->id = spans[i].id;
        chapter->time_base = (AVRational){ 1, 1000 };
        chapter->start = spans[i].start;
        chapter->end = spans[i].end;
        av_dict_set_int(&chapter->metadata, "title", spans[i].id, 0);
        to->chapters[to->nb_chapters++] = chapter;
    }
}

static const span chapters[] = { { 7, 0, 1500 },     { 8, 1500, 2000 },  { 9, 2000, 2500 },
                                 { 11, 2500, 5000 }, { 12, 5500, 9000 }, { 13, 6000, 6500 } };

static void require_chapters(const zd_reader_info *like, const span *wanted, int count)
{
    pair p = make_pair();
    add_chapters(p.from, chapters, sizeof chapters / sizeof *chapters);
    REQUIRE_OK(zd_movie_tags_copy(p.from, like, p.to, p.picture, &err));
    REQUIRE_INT(p.to->nb_chapters, count);
    for (int i = 0; i < count; i++) {
        const AVChapter *chapter = p.to->chapters[i];
        REQUIRE_INT(chapter->id, wanted[i].id);
        REQUIRE_INT(chapter->start, wanted[i].start);
        REQUIRE_INT(chapter->end, wanted[i].end);
        REQUIRE_INT(chapter->time_base.num, 1);
        REQUIRE_INT(chapter->time_base.den, 1000);
        REQUIRE_INT(atoi(tag(chapter->metadata, "title")), wanted[i].id);
    }
    free_pair(&p);
}

/* From frame 44 of 25 a second, which is 1.76 s, to the end or for four seconds. */
static void chapters_are_cut_to_the_range(void)
{
    static const span to_end[] = {
        { 8, 0, 240 }, { 9, 240, 740 }, { 11, 740, 3240 }, { 12, 3740, 7240 }, { 13, 4240, 4740 }
    };
    static const span part[] = {
        { 8, 0, 240 }, { 9, 240, 740 }, { 11, 740, 3240 }, { 12, 3740, 4000 }
    };
    zd_reader_info like = footage(64, 48);
    like.frame_rate = (zd_rational){ 25, 1 };
    require_chapters(&like, chapters, sizeof chapters / sizeof *chapters);
    like.first_frame = 44;
    like.frame_count = 100;
    require_chapters(&like, to_end, 5);
    like.is_to_end = false;
    require_chapters(&like, part, 4);
}

int main(void)
{
    media_begin(1);
    RUN(what_tells_of_the_file_stays_behind);
    RUN(a_range_begins_with_its_own_timecode);
    RUN(chapters_are_cut_to_the_range);
    return media_end();
}
